"""A page in its clothes: HTML, regions of it, JSON, CSV, a workbook."""

from __future__ import annotations

import csv
import functools
import io
import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from siliconomics.core import BadRequest, Problem
from siliconomics.model.why import Reason

from .asked import Asked
from .page import Block, Chart, Figure, Page
from .state import THEMES, State

DEPTH, ENTRIES = 4, 160
"""How deep a tree is drawn on a page, and how many of its figures; every one leads to its own trace."""
NUMBER = re.compile(r"[+-][\d.,]+ ?%?")
COLUMNS = ("table", "row", "column", "quantity", "labels", "value", "unit", "known", "text")


def json_text(asked: Asked, page: Page) -> str:
    """The page as data; refuses a number that JSON does not have."""
    told = {
        "scenario": asked.model.scenario,
        "edits": dict(asked.state.edits),
        "facts_version": asked.model.facts.version,
        "notices": list(asked.notices),
        "refused": {target: {"typed": text, "why": why} for target, (text, why) in asked.refused.items()},
        **page.as_dict(),
    }
    try:
        return json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1, default=str)
    except ValueError:
        raise BadRequest(
            Problem("the answer holds a figure that is not finite", remedy="ask with smaller numbers")
        ) from None


def csv_text(asked: Asked, page: Page) -> str:
    """Every table of the page, one figure a row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for table in page.tables():
        for record in table.records():
            writer.writerow({key: _cell(value) for key, value in record.items()})
    return text.getvalue()


def _cell(value: Any) -> Any:
    """A word that a spreadsheet would take for a formula is quoted."""
    if isinstance(value, str) and value[:1] in ("=", "+", "@", "-", "\t", "\r") and not NUMBER.fullmatch(value):
        return f"'{value}"
    return "" if value is None else value


def workbook(asked: Asked, page: Page) -> bytes:
    """The workbook of the page's company: live formulas in the page's state."""
    from siliconomics.faces.workbook import write

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workbook.xlsx"
        write(path, asked.model, companies=[page.company], language=asked.state.language)
        return path.read_bytes()


def plain_name(name: str) -> str:
    """A name that a header can hold."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name)


class Look:
    """The templates, and what they ask of a page."""

    def __init__(self, files: Mapping[str, str]) -> None:
        from jinja2 import Environment, PackageLoader, StrictUndefined

        self.files = files
        self.templates = Environment(
            loader=PackageLoader(__package__),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.templates.filters["svg"] = drawn

    def html(self, kind: Any, here: str, asked: Asked, page: Page, scenarios: Sequence[str]) -> str:
        """The whole page."""
        return self.templates.get_template("page.html").render(
            page=page,
            here=here,
            kind=kind,
            blocks=page.blocks,
            **self._shared(asked.state, scenarios),
            **_about(here, asked),
        )

    def regions(self, kind: Any, here: str, asked: Asked, page: Page) -> dict[str, Any]:
        """What an edit redraws: every region by its id, and the address that the view now has."""
        module: Any = self.templates.get_template("blocks.html").make_module(
            {**self._shared(asked.state, ()), **_about(here, asked), "here": here}
        )
        found = {block.id: str(module.block(block)) for block in page.blocks}
        found |= {
            "finding": str(module.finding(page)),
            "state": str(module.state_line()),
            "notices": str(module.notice_lines()),
        }
        return {"link": asked.state.link(here), "title": page.title, "regions": found}

    def refusal(self, problems: Sequence[str], state: State, scenarios: Sequence[str]) -> str:
        """A page that says why there is none."""
        return self.templates.get_template("refusal.html").render(
            problems=problems, here="/", **self._shared(state, scenarios)
        )

    def _shared(self, state: State, scenarios: Sequence[str]) -> dict[str, Any]:
        from .pages import PAGES

        return {
            "state": state,
            "files": self.files,
            "pages": PAGES.values(),
            "scenarios": scenarios,
            "themes": THEMES,
            "kind_of": lambda block: type(block).__name__,
            "trace": functools.partial(trace, state),
            "other": functools.partial(_other, state),
            "tree": limited,
            "is_number": lambda one: one.edit is not None or not isinstance(one.value, str | None) or one.text == "n/a",
        }


def _about(here: str, asked: Asked) -> dict[str, Any]:
    base = here if here != "/" else "/overview"
    edits = [
        {"target": target, "value": value, "reset": asked.state.without(target).link(here)}
        for target, value in asked.state.edits
    ]
    clean = State(asked.state.scenarios, (), asked.state.labels, asked.state.language, asked.state.theme)
    return {
        "asked": asked,
        "edits": edits,
        "all_reset": clean.link(here),
        "suffixed": {one: asked.state.link(f"{base}.{one}") for one in ("json", "csv", "xlsx")},
        "reset": lambda target: asked.state.without(target).link(here),
    }


def trace(state: State, figure: Figure) -> str:
    """Where a figure is asked why; a word's own link; nothing for what no formula gives."""
    if figure.to:
        inside = figure.to.startswith("/") and "?" not in figure.to and not figure.to.startswith("/api/openapi")
        return (
            State(state.scenarios, state.edits, (), state.language, state.theme).link(figure.to)
            if inside
            else figure.to
        )
    if not figure.quantity:
        return ""
    return _other(state, f"/trace/{quote(figure.quantity)}", dict(figure.labels))


def _other(state: State, path: str, labels: Mapping[str, Any] | None = None) -> str:
    clean = State(state.scenarios, state.edits, (), state.language, state.theme)
    return clean.link(path, **dict(labels or {}))


def drawn(block: Block) -> str:
    """A chart's drawing; empty where it fails, and its table stands alone."""
    from . import charts

    assert isinstance(block, Chart)
    try:
        from markupsafe import Markup

        return Markup(charts.svg(block.spec))  # ours, by a library: no text of a visitor is in it unescaped
    except Exception:
        return ""


def limited(reason: Reason) -> list[tuple[int, Reason, int]]:
    """A tree as lines with their depth, no more than a page holds, and how many figures each leaves out."""
    lines: list[tuple[int, Reason, int]] = []

    def grow(one: Reason, depth: int) -> None:
        folded = depth >= DEPTH or len(lines) > ENTRIES
        lines.append((depth, one, len(one.because) if folded else 0))
        if not folded:
            for each in one.because:
                grow(each, depth + 1)

    grow(reason, 0)
    return lines


__all__ = ["Look", "csv_text", "drawn", "json_text", "plain_name", "workbook"]
