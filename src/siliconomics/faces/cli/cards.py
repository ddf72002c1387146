"""Cards of one's own: a form to fill in, and a check of a folder."""

from __future__ import annotations

import os
import re
from pathlib import Path

from siliconomics.core import BadRequest, Problem, nearest

SOURCES = """# sources.toml, beside the folder of cards: where your figures come from.
[my-source]
title = "Vendor's data sheet, or your own note"
kind = "datasheet"
date = "2026-11-23"
"""

CHIP = """name = "{name}"
vendor = "Vendor"
aliases = []
architecture = "GPGPU"   # GPGPU | DSA | unknown
players = {{ original_price_usd = "markup_added" }}

# One block per figure. known: reported | derived | estimated | assumed. A figure you don't know: leave its block out.
# source = "id#place": the id stands in sources.toml. range: 80 % of your belief.
"""
CHIP_FIGURES = (
    ("die_area_mm2", 600, "mm2"),
    ("dies_per_package", 1, "die/chip"),
    ("stated_die_yield", 0.5, "1"),
    ("wafer_price_usd", 11000, "USD/wafer"),
    ("memory_size_gb", 96, "GB/chip"),
    ("memory_price_usd_per_block", 200, "USD/GB16"),
    ("packages_per_wafer", 30, "chip/wafer"),
    ("packaging_wafer_price_usd", 10000, "USD/wafer"),
    ("gross_margin_of_chip", 0.6, "1"),
    ("market_price_cny", 60000, "CNY/chip"),
    ("import_markup", 0.2, "1"),
    ("fp16_tflops", 400, "TFLOPS/chip"),
    ("fp8_tflops", 800, "TFLOPS/chip"),
    ("power_w", 600, "W/chip"),
)
COMPANY = """name = "{name}"
full_name = ""
ticker = ""
reporting_currency = "CNY"
listing_currency = "CNY"
aliases = []
"""
COMPANY_FIGURES = (
    ("beta", 1.1, "1"),
    ("risk_free_rate", 0.02, "1"),
    ("equity_risk_premium", 0.06, "1"),
    ("payout_ratio", 0.3, "1"),
    ("medium_term_growth", 0.1, "1"),
    ("terminal_growth", 0.03, "1"),
    ("valuation_shares", 400, "mn share"),
    ("exchange_rate", 1, "reporting_currency/listing_currency"),
    ("valuation_year", 2026, "1"),
    ("first_charged_year", 2027, "1"),
    ("last_summed_year", 2037, "1"),
    ("terminal_year", 2037, "1"),
)
PART = """name = "{name}"
reporting_currency = "CNY"   # those of the parent
listing_currency = "USD"
aliases = []
# How it is valued: multiple_of_sales | multiple_of_ebita | multiple_of_operating_profit | stated | stated_per_share
# | multiple_of_net_income | multiple_of_book | residual_income | dividends | cash_flow | market
players = {{ part_value = "multiple_of_sales" }}

# The parent needs a company card with valuation_shares and exchange_rate.
"""
PART_FIGURES = (
    ("stated_part_revenue", 20000, "mn reporting_currency"),
    ("stated_part_sales_multiple", 18, "1"),
    ("part_stake", 1, "1"),
    ("part_holding_discount", 0.3, "1"),
)
LONGEST = 60
"""Characters of a name; it becomes the name of a file."""
FORMS = {
    "chip": ("chips", CHIP, CHIP_FIGURES),
    "company": ("companies", COMPANY, COMPANY_FIGURES),
    "part": ("parts", PART, PART_FIGURES),
}


def new(kind: str, name: str, out: Path | None) -> None:
    """Print a card to fill in, or write it with a sources.toml into a folder of facts."""
    if kind not in FORMS:
        raise BadRequest(Problem(f"there is no card for a {kind!r}", remedy=nearest(kind, FORMS)))
    hold_name(name)
    folder, head, figures = FORMS[kind]
    text = head.format(name=name) + "".join(_figure(*figure) for figure in figures)
    if kind == "company":
        text += "".join(
            _figure(quantity, value, "mn reporting_currency", f"labels = {{ year = {year} }}\n")
            for quantity, values in (
                ("forecast_net_income", (100, 200, 300)),
                ("forecast_total_equity", (1000, 1150, 1350)),
            )
            for year, value in zip((2026, 2027, 2028), values, strict=True)
        )
    if kind == "part":
        text += _figure("part_of_company", 1, "1", 'labels = { company = "Alibaba" }\n')
    if out is None:
        print(text, end="")
        print(f"# Save as my_facts/{folder}/{_slug(name)}.toml, and beside that folder:\n{_commented(SOURCES)}", end="")
        return
    card = out / folder / f"{_slug(name)}.toml"
    if _is_there(card):
        raise BadRequest(Problem("the card exists already", str(card), "it would be lost", "choose another name"))
    _write(card, text)
    if not _is_there(out / "sources.toml"):
        _write(out / "sources.toml", SOURCES)
    print(f"wrote {card}\nfill in the figures, then: siliconomics facts check {out}")


def hold_name(name: str) -> None:
    """Refuse what cannot be the name of a card."""
    if not name.strip() or len(name) > LONGEST or not name.isprintable() or set(name) & set('"\\'):
        raise BadRequest(
            Problem(f"{name!r} cannot be a name", remedy=f"use letters, digits, spaces and hyphens, at most {LONGEST}")
        )


def _figure(quantity: str, value: float, unit: str, labels: str = "") -> str:
    return (
        f'\n[[observed]]\nquantity = "{quantity}"\n{labels}value = {value}\nunit = "{unit}"\nknown = "assumed"\n'
        f'source = "my-source#page-1"\nas_of = 2026-11-23\n'
    )


def _slug(name: str) -> str:
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-") or "card"


def _is_there(path: Path) -> bool:
    """Whether a file is there; of a name that no file can have, no."""
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _commented(text: str) -> str:
    return "".join(f"# {line}\n" for line in text.splitlines())


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            part.write_text(text, encoding="utf-8")
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BadRequest(Problem(f"cannot be written: {reason}", str(path), remedy="choose another folder")) from None


def check(folder: str) -> None:
    """Read a folder of facts on top of ours and say what is wrong, or what it adds."""
    from siliconomics.model import load

    model = load([folder])
    added = [fact for found in model.facts.facts.values() for fact in found if fact.rank and fact.rank[0] < 0]
    files = sorted({fact.file for fact in added})
    rows = sum(entry.layer > 0 for register in model.facts.registers.values() for entry in register.entries)
    also = f" and {rows} rows of registers" if rows else ""
    print(f"{folder}: {len(added)} facts in {len(files)} files{also}, no problem")
    for warning in model.warnings:
        if str(folder) in warning or "shadows" in warning:
            print(f"warning: {warning}")
    shadowed = sum(1 for found in model.facts.facts.values() if len(found) > 1 and found[0].rank[0] < 0)
    if shadowed:
        print(f"{shadowed} of them stand before facts of ours")
