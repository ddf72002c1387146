"""Charts: a Vega-Lite specification by Altair, drawn as SVG on the server, so that a page reads without script."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec

INK, MUTED, GRID, BETTER, WORSE, ATTENTION, SOFT = (
    "#17202b", "#5a6675", "#e2e6eb", "#0f766e", "#a3304c", "#b45309", "#c4ccd6",
)  # fmt: skip
"""The style sheet knows these by their value and turns them over for a dark page."""
HUES = {
    "NVIDIA": "#4d7c2f", "AMD": "#c2410c", "Google": "#2563eb", "Huawei": "#be185d", "Cambricon": "#b7791f",
    "Hygon": "#1e3a8a", "MetaX": "#0e7490", "Iluvatar": "#4f46e5", "T-Head": "#ea580c", "Alibaba": "#ea580c",
    "Kunlunxin": "#1d4ed8", "Baidu": "#1d4ed8", "Moore Threads": "#9333ea", "Biren": "#0891b2", "Enflame": "#64748b",
}  # fmt: skip
"""A maker has one hue everywhere; one that is not here is grey."""
P = ParamSpec("P")
SLATE, MARK = "#8a97a8", "#2f6f9f"
"""Two sides of which neither is better."""
PARTS = ("#0f766e", "#5b8fb0", "#b7791f")
FONT = "Arial, Liberation Sans, Helvetica, sans-serif"
"""Of one width on every machine, so that what was measured here fits there."""
MOST_MARKS = 5000
WIDTH, HEIGHT = 560, 300


def _altair() -> Any:
    import altair

    return altair


def _unchecked(make: Callable[P, Any]) -> Callable[P, Any]:
    """Build a chart without checking it against the schema at each step: tests do, and it costs more than the model."""

    @functools.wraps(make)
    def made(*args: P.args, **named: P.kwargs) -> Any:
        from altair.utils import schemapi

        with schemapi.debug_mode(CHECKED):
            return make(*args, **named)

    return made


CHECKED = False


def svg(chart: Any) -> str:
    """A chart as a drawing; the same specification is drawn once."""
    return _drawn(json.dumps(chart.to_dict(validate=CHECKED)))


@functools.lru_cache(maxsize=256)
def _drawn(spec: str) -> str:
    import vl_convert

    drawing = str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]))
    return drawing.replace("<svg ", '<svg role="img" ', 1)


def warm() -> None:
    """Start what draws, so that the first page does not wait for it."""
    alt = _altair()
    svg(dressed(alt.Chart(alt.Data(values=[{"x": 0}])).mark_point().encode(x="x:Q")))


def dressed(chart: Any, width: int = WIDTH, height: int | None = HEIGHT) -> Any:
    """A chart in the house's clothes."""
    if height is not None:
        chart = chart.properties(width=width, height=height)
    return (
        chart.configure(background="transparent", font=FONT, padding={"left": 22, "top": 5, "right": 12, "bottom": 5})
        .configure_view(stroke=None)
        .configure_axis(
            gridColor=GRID, domainColor=SOFT, tickColor=SOFT, labelColor=MUTED, titleColor=INK, titleFontWeight="normal",
            labelFontSize=11, titleFontSize=11,
        )
        .configure_legend(labelColor=INK, titleColor=MUTED, orient="top", title=None, columnPadding=22, labelLimit=240)
        .configure_text(color=INK, fontSize=11)
    )  # fmt: skip


def values(rows: Sequence[dict[str, Any]]) -> Any:
    """Rows for a chart, not too many of them."""
    if len(rows) > MOST_MARKS:
        raise ValueError(f"{len(rows)} marks in one chart; {MOST_MARKS} at most")
    return _altair().Data(values=list(rows))


@_unchecked
def map_of_places(rows: Sequence[dict[str, Any]], low: float, high: float, middle: float) -> Any:
    """Economics across, execution up; the corner that leads on both is shaded."""
    alt = _altair()
    scale = alt.Scale(domain=[low, high], nice=False)
    hues = {row["maker"]: HUES.get(row["maker"], "#64748b") for row in rows}
    base = alt.Chart(values(rows)).encode(
        x=alt.X("economics:Q", scale=scale, title="economics, steps", axis=alt.Axis(tickCount=6)),
        y=alt.Y("execution:Q", scale=scale, title="execution, steps", axis=alt.Axis(tickCount=6)),
    )
    colour = alt.Color("maker:N", scale=alt.Scale(domain=list(hues), range=list(hues.values())), legend=None)
    shade = (
        alt.Chart(values([{"x": middle, "x2": high, "y": middle, "y2": high}]))
        .mark_rect(color=BETTER, opacity=0.07)
        .encode(x=alt.X("x:Q", scale=scale), x2="x2:Q", y=alt.Y("y:Q", scale=scale), y2="y2:Q")
    )
    points = base.mark_circle(size=150, opacity=0.9).encode(color=colour)
    texts = [
        alt.Chart(values(here))
        .mark_text(align=align, dx=dx)
        .encode(x=alt.X("economics:Q", scale=scale), y=alt.Y("execution:Q", scale=scale), text="maker:N")
        for align, dx, here in (
            ("left", 10, [row for row in rows if not _crowded(row, rows)]),
            ("right", -10, [row for row in rows if _crowded(row, rows)]),
        )
        if here
    ]
    return dressed(alt.layer(shade, points, *texts), height=400)


def _crowded(row: dict[str, Any], rows: Sequence[dict[str, Any]]) -> bool:
    """Whether another point stands where the name would, to the right."""
    return any(
        one is not row
        and 0 <= one["economics"] - row["economics"] < 0.5
        and abs(one["execution"] - row["execution"]) < 0.09
        for one in rows
    )


@_unchecked
def stack(rows: Sequence[dict[str, Any]], parts: Sequence[str], order: Sequence[str], title: str, high: float) -> Any:
    """Bars of parts that add up, one bar a row."""
    alt = _altair()
    colours = alt.Scale(domain=list(parts), range=list(PARTS[: len(parts)]))
    chart = (
        alt.Chart(values(rows))
        .mark_bar()
        .encode(
            y=alt.Y("row:N", sort=list(order), title=None),
            x=alt.X("value:Q", title=title, scale=alt.Scale(domain=[0, high], nice=True)),
            color=alt.Color("part:N", scale=colours, sort=list(parts)),
            order=alt.Order("place:Q"),
        )
    )
    return dressed(chart, height=22 * len(order) + 10)


@_unchecked
def columns(rows: Sequence[dict[str, Any]], title: str) -> Any:
    """Columns over years, the published ones as a thin grey line."""
    alt = _altair()
    base = alt.Chart(values(rows)).encode(x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0)))
    bars = base.mark_bar(color=BETTER, opacity=0.85).encode(y=alt.Y("value:Q", title=title), xOffset=alt.XOffset("line:N"),
        opacity=alt.Opacity("line:N", scale=alt.Scale(range=[0.9, 0.45]), legend=alt.Legend(title=None)))  # fmt: skip
    ghosts = base.mark_tick(color=MUTED, thickness=2).encode(y="published:Q", xOffset=alt.XOffset("line:N"))
    return dressed(bars + ghosts, height=220)


@_unchecked
def fan(price: float, target: float, cases: Sequence[dict[str, Any]], published: float | None, unit: str) -> Any:
    """From the price of the day to bull, base and bear, and to the live target."""
    alt = _altair()
    rows = [
        {"case": one["case"], "when": place, "value": value}
        for one in cases
        for place, value in ((0, price), (1, one["value"]))
    ]
    rows += [{"case": "target", "when": 0, "value": price}, {"case": "target", "when": 1, "value": target}]
    tones = {"bull": BETTER, "base": MUTED, "bear": WORSE, "target": INK}
    drawn = [name for name in tones if any(row["case"] == name for row in rows)]
    ends = [{"case": one["case"], "when": 1, "value": one["value"], "text": one["text"]} for one in cases]
    seen = [*(row["value"] for row in rows), *([published] if published else [])]
    scale = alt.Scale(domain=[0, max(seen) * 1.05], nice=True)
    colour = alt.Color("case:N", scale=alt.Scale(domain=drawn, range=[tones[one] for one in drawn]))
    x = alt.X("when:Q", title=None, scale=alt.Scale(domain=[0, 1.45], nice=False),
              axis=alt.Axis(values=[0, 1], labelExpr="datum.value == 0 ? 'price' : 'in twelve months'", grid=False))  # fmt: skip
    lines = (
        alt.Chart(values(rows))
        .mark_line(strokeWidth=2)
        .encode(
            x=x,
            y=alt.Y("value:Q", title=unit, scale=scale),
            color=colour,
            strokeDash=alt.condition("datum.case == 'target'", alt.value([1, 0]), alt.value([5, 4])),
            detail="case:N",
        )
    )
    texts = alt.Chart(values(ends)).mark_text(align="left", dx=8).encode(x=x, y="value:Q", text="text:N", color=colour)
    return dressed(lines + texts, height=280)


@_unchecked
def tornado(rows: Sequence[dict[str, Any]], base: float, low: float, high: float, unit: str) -> Any:
    """The answer at both ends of each fact's range, widest first."""
    alt = _altair()
    order = list(dict.fromkeys(row["fact"] for row in rows))
    scale = alt.Scale(domain=[low, high], nice=True)
    chart = (
        alt.Chart(values(rows))
        .mark_bar(height=14)
        .encode(
            y=alt.Y("fact:N", sort=order, title=None, axis=alt.Axis(labelLimit=230)),
            x=alt.X("base:Q", title=unit, scale=scale, axis=alt.Axis(tickCount=6)),
            x2="value:Q",
            color=alt.Color(
                "moved:N", scale=alt.Scale(domain=["a tenth lower", "a tenth higher"], range=[SLATE, MARK])
            ),
        )
    )
    line = alt.Chart(values([{"x": base}])).mark_rule(color=INK, strokeWidth=1.5).encode(x=alt.X("x:Q", scale=scale))
    return dressed(chart + line, height=26 * len(order) + 10)


@_unchecked
def split(rows: Sequence[dict[str, Any]], title: str) -> Any:
    """One bar of shares."""
    alt = _altair()
    parts = [row["part"] for row in rows]
    chart = (
        alt.Chart(values(rows))
        .mark_bar(height=34)
        .encode(
            x=alt.X("value:Q", title=title),
            color=alt.Color("part:N", sort=parts, scale=alt.Scale(domain=parts, range=list(PARTS[: len(parts)]))),
            order=alt.Order("place:Q"),
        )
    )
    return dressed(chart, height=50)


__all__ = ["columns", "dressed", "fan", "map_of_places", "split", "stack", "svg", "tornado", "warm"]
