"""What a share is worth, how bull and bear lie around it, and what moves it most."""

from __future__ import annotations

from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.model.figures import MINUS, figure, shown

from .. import charts
from ..asked import Asked, target_of
from ..page import Block, Chart, Figure, Keys, Page, Table, word
from .words import signed

INPUTS = (
    "cost_of_equity", "terminal_growth", "medium_term_growth", "payout_ratio", "beta", "equity_risk_premium",
    "risk_free_rate", "valuation_shares", "exchange_rate",
)  # fmt: skip
SHARES = ("book_share_of_value", "forecast_share_of_value", "continuing_share_of_value")
STEP, HALF = 0.005, 4
"""The heatmap: half a point of cost of equity and of growth a step, so many steps to each side."""
WIDEST, TENTH = 9, 0.1
"""Facts of the tornado, and how far each is moved, as a share of itself."""


def page(asked: Asked, subject: str) -> Page:
    """Value, cases, heatmap, tornado and drivers of a company."""
    from siliconomics.studies import risk_reward

    name = str(asked.model.label("company", subject))
    if name not in risk_reward.companies(asked.model):
        why = asked.figure("price_target", company=name).missing
        known = ", ".join(risk_reward.companies(asked.model))
        raise BadRequest(Problem(f"{name} has no target", why=why, remedy=f"open one of {known}"))
    target = asked.figure("price_target", unit=True, company=name)
    price = asked.figure("share_price", unit=True, company=name)
    upside = asked.figure("upside", company=name)
    published = _cases(asked, name)
    tornado, moves = _tornado(asked, name, target)
    finding = f"{name} is worth {target.text}, {signed(upside.value)} against its price of {price.text}"
    if moves:
        finding += f"; nothing moves it more, for its size, than {moves}"
    before = asked.before("price_target", {"company": name})
    if target.was and before:
        finding += f". The what-ifs move it by {signed(float(target.value or 0.0) / before - 1)} from {target.was}"
    skew = published.skew
    keys: list[tuple[str, Figure, str]] = [
        ("Target", target, f"published {target.was}" if target.was else "as published"),
        ("Upside", _toned(upside), f"against {price.text} on {published.priced_on}"),
        (
            "Twelve months on",
            asked.figure("price_target_in_twelve_months", unit=True, company=name),
            "the same value, a year later",
        ),
    ]
    if skew is not None and skew.gain_over_loss is not None:
        keys.append(("To gain for each 1 to lose", Figure(f"{skew.gain_over_loss:.1f}×", skew.gain_over_loss),
                     f"bull {signed(skew.gain)}, bear {signed(skew.loss)}, as published"))  # fmt: skip
    blocks: list[Block] = [
        Keys("keys", keys),
        _inputs(asked, name),
        _fan(asked, name, target, price, published),
        _heatmap(asked, name, price),
        tornado,
        _split(asked, name),
    ]
    note = "Residual income: book, the forecast, and what lasts after it. Cases as published; the target as the model stands."
    return Page(
        "valuation",
        f"{asked.called('company', name)}: what it is worth and what moves it",
        finding + ".",
        note,
        blocks,
        name,
    )


def _toned(one: Figure) -> Figure:
    from dataclasses import replace

    value = one.value if isinstance(one.value, float) else 0.0
    return replace(one, text=signed(one.value), tone="better" if value > 0 else "worse" if value < 0 else "")


def _cases(asked: Asked, name: str) -> Any:
    """Published cases: facts, so they are those of the model without what-ifs."""
    from siliconomics.studies import risk_reward

    kept = asked.published.__dict__.setdefault("_web_pages", {})
    if name not in kept:
        kept[name] = risk_reward.page(asked.published, name)
    return kept[name]


def _inputs(asked: Asked, name: str) -> Table:
    rows = []
    for one in INPUTS:
        axes = asked.model.graph.dimensions_of(one)
        labels: dict[str, Any] = {"company": name} if "company" in axes else {}
        cell = asked.figure(one, editable=True, **labels)
        if cell.value is None:
            continue
        fact = cell.edit and cell.edit.changed
        rows.append(
            [
                word(asked.name(one)),
                cell,
                word("" if cell.unit == "1" else cell.unit),
                word(cell.known),
                word("set by hand" if fact else _plausible(asked, one)),
            ]
        )
    note = "Blue cells are inputs: type a value, Enter applies it; empty takes it back"
    return Table("inputs", "What you can change", note, ["Input", "Value", "Unit", "Known", "Plausible"], rows)


def _plausible(asked: Asked, quantity: str) -> str:
    declared = asked.model.facts.declarations.get(quantity)
    return str(declared.plausible) if declared is not None and declared.plausible is not None else ""


def _fan(asked: Asked, name: str, target: Figure, price: Figure, found: Any) -> Chart:
    cases = [
        {"case": one.case, "value": one.published, "text": f"{one.case} {figure(one.published)}, {signed(one.upside)}"}
        for one in found.cases
        if one.published is not None
    ]
    before = asked.before("price_target", {"company": name})
    rows = [
        [
            word(one.case),
            Figure(figure(one.published), one.published, target.unit, missing=one.source),
            Figure(signed(one.upside), one.upside, "1"),
            Figure(figure(one.own), one.own, target.unit, missing=one.own_missing),
            word("; ".join(one.assumptions)),
        ]
        for one in found.cases
    ]
    table = Table("cases", "Cases", f"{target.unit}; published, and what the model gives for the same case",
                  ["Case", "Published", "Against price", "Of the model", "What must be true"], rows)  # fmt: skip
    spec = charts.fan(float(price.value or 0.0), float(target.value or 0.0), cases, before, target.unit)
    return Chart(
        "risk-reward",
        "Risk and reward",
        f"{target.unit}; dashed: published cases, solid: the target as it stands",
        spec,
        table,
    )


def _heatmap(asked: Asked, name: str, price: Figure) -> Table:
    """The target over cost of equity and growth: every cell leads to a page where both are held."""
    from siliconomics.studies.sensitivity import grid

    graph = asked.model.graph
    where = {"company": name}
    answer, down, across = (graph.cell(one, where) for one in ("price_target", "cost_of_equity", "terminal_growth"))
    rates = _steps(graph.value(down))
    growths = _steps(graph.value(across))
    found = grid(asked.model, answer, [(down, rates), (across, growths)])
    unit = asked.model.unit("price_target", where)
    now = (graph.value(down), graph.value(across))
    rows = []
    for rate, values in zip(rates, found.answers, strict=True):
        row = [word(shown("cost_of_equity", rate, "1"))]
        for growth, value in zip(growths, values, strict=True):
            worth = float(value) if value == value else None
            both = [
                (target_of("cost_of_equity", where), repr(rate)),
                (target_of("terminal_growth", where), repr(growth)),
            ]
            state = asked.state.without(both[0][0]).without(both[1][0])
            state = type(state)(state.scenarios, (*state.edits, *both), state.labels, state.language, state.theme)
            tone = _tint(worth, price.value) + (" now" if (rate, growth) == now else "")
            lost = "no meaning here: growth is not below the cost of equity" if worth is None else ""
            to = state.link(f"/valuation/{name}")
            row.append(Figure("n/a" if worth is None else figure(worth), worth, unit, tone=tone, to=to, missing=lost))
        rows.append(row)
    note = f"{unit}; rows cost of equity, columns growth for ever; teal above the price, wine below; a cell sets both"
    return Table("heatmap", "Value by cost of equity and growth", note,
                 ["", *(shown("terminal_growth", one, "1") for one in growths)], rows, tints=True)  # fmt: skip


def _steps(value: Any) -> tuple[float, ...]:
    middle = float(value or 0.0)
    return tuple(middle if step == 0 else round(middle + step * STEP, 10) for step in range(-HALF, HALF + 1))


def _tint(value: float | None, price: Any) -> str:
    """One of four strengths to each side of the price."""
    if value is None or not isinstance(price, float) or not price:
        return ""
    move = value / price - 1
    strength = next((place for place, end in enumerate((0.1, 0.3, 0.6), 1) if abs(move) < end), 4)
    return f"up{strength}" if move >= 0 else f"down{strength}"


def _tornado(asked: Asked, name: str, target: Figure) -> tuple[Block, str]:
    """Each fact a tenth of itself lower and higher, the others as they are; widest first."""
    from siliconomics.studies.sensitivity import grid, tornado

    graph = asked.model.graph
    answer = graph.cell("price_target", {"company": name})
    found = tornado(asked.model, answer)
    strongest = sorted((one for one in found.swings if one.elasticity), key=lambda one: -abs(one.elasticity or 0.0))[
        :WIDEST
    ]
    drawn: list[dict[str, Any]] = []
    rows = []
    for one in strongest:
        ends = (one.value * (1 - TENTH), one.value * (1 + TENTH))
        fact = graph.cell(one.quantity, dict(one.labels))
        low, high = (
            float(value) if value == value else None
            for value in grid(asked.model, answer, [(fact, ends)]).answers.tolist()
        )
        labels = ", ".join(str(label) for label in one.labels.values() if label != name)
        told = asked.name(one.quantity) + (f", {labels}" if labels else "")
        unit = asked.model.unit(one.quantity, one.labels)
        for value, moved in ((low, "a tenth lower"), (high, "a tenth higher")):
            if value is not None:
                drawn.append({"fact": told, "value": value, "base": found.base, "moved": moved})
        ranged = (
            ""
            if one.low is None or one.high is None
            else f"{shown(one.quantity, one.low, unit)} to {shown(one.quantity, one.high, unit)}"
        )
        lost = "no meaning there"
        rows.append(
            [
                word(told),
                Figure(shown(one.quantity, one.value, unit), one.value, unit, one.quantity, one.labels, one.known),
                Figure(
                    "n/a" if low is None else figure(low), low, target.unit, missing="" if low is not None else lost
                ),
                Figure(
                    "n/a" if high is None else figure(high), high, target.unit, missing="" if high is not None else lost
                ),
                Figure(f"{one.elasticity:+.2f} %".replace("-", MINUS), one.elasticity, "%"),
                word(ranged),
            ]
        )
    heads = ["Fact", "Now", "Target, a tenth lower", "A tenth higher", "One per cent more", "80 % range"]
    note = f"{target.unit}; each fact alone, a tenth of itself lower and higher"
    table = Table("swings", "What moves it", note, heads, rows)
    if not drawn:
        return table, ""
    ends_of = [row["value"] for row in drawn]
    spec = charts.tornado(drawn, found.base, min([found.base, *ends_of]), max([found.base, *ends_of]), target.unit)
    return Chart("tornado", "What moves it most", note, spec, table), str(rows[0][0].text).lower()


def _split(asked: Asked, name: str) -> Chart:
    cells = [(asked.name(one), asked.figure(one, company=name)) for one in SHARES]
    rows = [{"part": told, "value": cell.value or 0.0, "place": place} for place, (told, cell) in enumerate(cells)]
    table = Table(
        "shares",
        "Where the value lies",
        "Shares of the target",
        ["Part", "Share"],
        [[word(told), cell] for told, cell in cells],
    )
    return Chart("split", "Where the value lies", "Shares of the target", charts.split(rows, "share of value"), table)


__all__ = ["page"]
