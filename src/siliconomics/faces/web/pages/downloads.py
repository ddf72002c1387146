"""What can be taken away: every page in other clothes, and workbooks of live formulas."""

from __future__ import annotations

from ..asked import Asked
from ..page import Page, Table, word

PAGES = (("overview", "/overview"), ("cost", "/cost"), ("audit", "/audit"), ("scenarios", "/scenarios"))


def page(asked: Asked, subject: str = "") -> Page:
    """One row a thing, its forms beside it; all in the state of this view."""
    from siliconomics.studies import risk_reward

    companies = risk_reward.companies(asked.model)
    things = [*PAGES, *((f"{kind} {one}", f"/{kind}/{one}") for kind in ("company", "valuation") for one in companies)]
    rows = []
    for name, path in things:
        book = path.startswith(("/company/", "/valuation/"))
        rows.append(
            [
                word(name, to=asked.state.link("/" if path == "/overview" else path)),
                *(word(suffix, to=asked.state.link(f"{path}.{suffix}")) for suffix in ("csv", "json")),
                word("xlsx", to=asked.state.link(f"{path}.xlsx")) if book else word(""),
            ]
        )
    edits = len(asked.model.changes)
    finding = f"{len(rows)} views to take away, in the state of this one: {asked.model.scenario}, {edits} what-ifs."
    note = "CSV: one figure a row with unit and grade. JSON: the page as data. XLSX: live formulas, written in some seconds."
    api = [
        [word("Schema", to="/api/openapi.json"), word("OpenAPI 3.1 of everything under /api")],
        [word("Quantities", to="/api/quantities"), word("every quantity with unit and meaning")],
        [
            word("Targets", to=asked.state.link("/api/answer/price_target")),
            word("an answer as `siliconomics show --json` gives it"),
        ],
    ]
    return Page("downloads", "Downloads", finding, note, [
        Table("files", "Pages", "", ["View", "CSV", "JSON", "Workbook"], rows),
        Table("api", "For programs", "", ["What", "About"], api),
    ])  # fmt: skip


__all__ = ["page"]
