"""Ask a provider, and say in one message what to do where it gives nothing."""

from __future__ import annotations

import importlib
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from siliconomics.core import BadRequest, Problem, nearest

from . import china, edgar, yahoo
from .snapshot import Closes, Snapshot

T = TypeVar("T", Snapshot, Closes)


LONGEST = 240
"""Characters of what a package says of its failure."""


@dataclass(frozen=True)
class Provider:
    """A package of public data: how it is imported, and what it can be asked."""

    module: str
    statements: Callable[[Any, str], Snapshot]
    closes: Callable[[Any, str], Closes] | None


PROVIDERS = {
    "akshare": Provider("akshare", china.statements, china.closes),
    "edgartools": Provider("edgar", edgar.statements, None),
    "yfinance": Provider("yfinance", yahoo.statements, yahoo.closes),
}


def snapshot(provider: str, ticker: str) -> Snapshot:
    """The statements a provider has today."""
    found = _asked(provider, ticker, _provider(provider).statements)
    if not any(found.cells.values()):
        what = f"{provider} has no statements of {ticker!r}"
        raise BadRequest(Problem(what, remedy="check how it spells the ticker, or import a file instead"))
    return found


def closes(provider: str, ticker: str) -> Closes:
    """The closes, and where it has them the share counts, that a provider has today."""
    ask = _provider(provider).closes
    if ask is None:
        able = ", ".join(name for name, one in PROVIDERS.items() if one.closes)
        raise BadRequest(Problem(f"{provider} has no prices", remedy=f"choose one of {able}"))
    found = _asked(provider, ticker, ask)
    if not found.closes:
        what = f"{provider} has no closes of {ticker!r}"
        raise BadRequest(
            Problem(what, remedy="check how it spells the ticker, or `siliconomics company prices` with a file")
        )
    return found


def _provider(name: str) -> Provider:
    if name not in PROVIDERS:
        raise BadRequest(Problem(f"there is no provider {name!r}", remedy=nearest(name, PROVIDERS)))
    return PROVIDERS[name]


def _asked(provider: str, ticker: str, ask: Callable[[Any, str], T]) -> T:
    try:
        package = importlib.import_module(_provider(provider).module)
    except ImportError:
        why = "public data is optional and its packages are not part of this one"
        remedy = f"install it beside this: pip install {provider}; or all three: pip install 'siliconomics[data]'"
        raise BadRequest(Problem(f"the package {provider} is not installed", "", why, remedy)) from None
    try:
        return ask(package, ticker)
    except BadRequest:
        raise
    except Exception as error:  # whatever the package or the network raises
        reason = textwrap.shorten(str(error), LONGEST, placeholder=" ...") or "no reason given"
        what = f"{provider} did not answer for {ticker!r}: {type(error).__name__}: {reason}"
        raise BadRequest(
            Problem(what, "", "nothing was written", "check ticker and network, or import a file instead")
        ) from None
