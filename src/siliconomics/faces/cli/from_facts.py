"""Help pages whose defaults are facts: an option's help names a quantity in braces, and the page shows its figure."""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperCommand


class FromFacts(TyperCommand):
    """A command whose help says ``{quantity}`` where a fact without labels is the default."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from siliconomics.model import load

        facts = load(checked=False).facts

        def told(match: re.Match[str]) -> str:
            fact = facts.of(match[1], ())
            if fact is None:
                return match[1]
            return fact.value if isinstance(fact.value, str) else f"{fact.value:,.6g}"

        for parameter in self.params:
            words = getattr(parameter, "help", None)
            if words:
                parameter.help = re.sub(r"\{(\w+)\}", told, words)  # type: ignore[attr-defined]
        super().format_help(ctx, formatter)
