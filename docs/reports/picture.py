"""Predicted against published, as an SVG of its own."""

from __future__ import annotations

import math
from collections import Counter

from .scores import CHIP, Row

MARKS = (
    ("#1b6ca8", "circle"),
    ("#c1440e", "square"),
    ("#2e8b57", "triangle"),
    ("#7a3e9d", "diamond"),
    ("#b8860b", "cross"),
    ("#0f8b8d", "square"),
    ("#d1478f", "circle"),
    ("#5b5b5b", "triangle"),
    ("#8c510a", "diamond"),
    ("#3949ab", "cross"),
)
WIDTH, HEIGHT, LEFT, TOP, SIDE = 720, 600, 80, 24, 500


def mark(kind: str, x: float, y: float, size: float = 3.2) -> str:
    """One mark, centred; filled by its group's colour."""
    if kind == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}"/>'
    if kind == "square":
        return f'<rect x="{x - size:.1f}" y="{y - size:.1f}" width="{2 * size:.1f}" height="{2 * size:.1f}"/>'
    if kind == "cross":
        wide, thin = size * 1.2, size * 0.45
        return (
            f'<path d="M{x - wide:.1f} {y - thin:.1f}h{wide - thin:.1f}v{thin - wide:.1f}h{2 * thin:.1f}v{wide - thin:.1f}'
            f"h{wide - thin:.1f}v{2 * thin:.1f}h{thin - wide:.1f}v{wide - thin:.1f}h{-2 * thin:.1f}v{thin - wide:.1f}"
            f'h{thin - wide:.1f}z"/>'
        )
    reach = size * 1.3
    if kind == "triangle":
        return f'<path d="M{x:.1f} {y - reach:.1f}l{reach:.1f} {1.8 * reach:.1f}h{-2 * reach:.1f}z"/>'
    return f'<path d="M{x:.1f} {y - reach:.1f}l{reach:.1f} {reach:.1f}l{-reach:.1f} {reach:.1f}l{-reach:.1f} {-reach:.1f}z"/>'


def picture(rows: list[Row]) -> str:
    """Predicted against published on logarithmic axes, one mark a point, as an SVG of its own."""
    points = [
        (row["chip"], row["published_per_chip"], row["published_per_chip"] * math.exp(row[CHIP]))
        for row in rows
        if row[CHIP] is not None
    ]
    values = [value for _, *pair in points for value in pair]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    scale = SIDE / (high - low)

    def x_of(value: float) -> float:
        return LEFT + (math.log10(value) - low) * scale

    def y_of(value: float) -> float:
        return TOP + SIDE - (math.log10(value) - low) * scale

    svg = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
            'font-family="Helvetica, Arial, sans-serif" font-size="13" fill="#222">'
        ),
        "<title>Predicted against published rates, each chip left out</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<clipPath id="frame"><rect x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}"/></clipPath>',
        '<g stroke="#e3e3e3" stroke-width="1">',
    ]
    decades = [10.0**power for power in range(low, high + 1)]
    for value in decades[1:-1]:
        svg.append(f'<path d="M{x_of(value):.1f} {TOP}v{SIDE}M{LEFT} {y_of(value):.1f}h{SIDE}"/>')
    svg += ["</g>", '<g fill="none" stroke="#444" clip-path="url(#frame)">']
    for factor, style in ((1.0, ""), (2.0, ' stroke-dasharray="2 4"'), (0.5, ' stroke-dasharray="2 4"')):
        start, end = 10.0**low, 10.0**high
        svg.append(
            f'<path d="M{x_of(start):.1f} {y_of(start * factor):.1f}L{x_of(end):.1f} {y_of(end * factor):.1f}"{style}/>'
        )
    svg.append("</g>")
    chips = [chip for chip, _ in Counter(chip for chip, *_ in points).most_common()]
    for position, chip in enumerate(chips):
        colour, kind = MARKS[position % len(MARKS)]
        svg.append(f'<g fill="{colour}" fill-opacity="0.62" clip-path="url(#frame)">')
        svg += [mark(kind, x_of(published), y_of(ours)) for name, published, ours in points if name == chip]
        svg.append("</g>")
    svg.append(f'<rect x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#888"/>')
    for value in decades:
        label = f"{value:,.0f}" if value >= 1 else f"{value:g}"
        svg.append(f'<text x="{x_of(value):.1f}" y="{TOP + SIDE + 20}" text-anchor="middle">{label}</text>')
        svg.append(f'<text x="{LEFT - 8}" y="{y_of(value) + 4:.1f}" text-anchor="end">{label}</text>')
    middle = TOP + SIDE / 2
    svg.append(
        f'<text x="{LEFT + SIDE / 2:.1f}" y="{TOP + SIDE + 48}" text-anchor="middle">'
        "published, tokens a second and chip (or user)</text>"
    )
    svg.append(
        f'<text x="18" y="{middle:.1f}" text-anchor="middle" transform="rotate(-90 18 {middle:.1f})">'
        "predicted, its chip left out</text>"
    )
    for position, chip in enumerate(chips):
        colour, kind = MARKS[position % len(MARKS)]
        y = TOP + 14 + position * 22
        count = sum(name == chip for name, *_ in points)
        svg.append(f'<g fill="{colour}">{mark(kind, LEFT + SIDE + 22, y - 4, 4.5)}</g>')
        svg.append(f'<text x="{LEFT + SIDE + 36}" y="{y}">{chip} ({count})</text>')
    return "\n".join([*svg, "</svg>"]) + "\n"
