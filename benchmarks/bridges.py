"""Speed of bridges: inputs alone, rules, many changes, and a market; beside a model built anew for every set."""

from __future__ import annotations

from collections.abc import Iterator
from timeit import default_timer

from inference import Told
from siliconomics.model import Model, Overlay, load
from siliconomics.model.overlay import Change
from siliconomics.studies.bridge import Bridge, bridge, differences, grouped
from siliconomics.studies.bridge.mixture import Mixture

INPUTS = ("terminal_growth", "payout_ratio", "medium_term_growth", "valuation_shares", "exchange_rate", "beta",
          "risk_free_rate", "equity_risk_premium")  # fmt: skip
COMPANY = {"company": "Cambricon"}
DIRECT = 16
"""Sets that a model of its own is built for; the time is scaled up to all of them."""


def _timed(before: Model, after: Model, quantity: str, where: dict[str, object], by: str = "") -> tuple[float, Bridge]:
    start = default_timer()
    found = bridge(before, after, quantity, where, by=by)
    return default_timer() - start, found


def bridge_rows() -> Iterator[Told]:
    """Each bridge from two models that have not been asked before."""
    for name, one, other, quantity, where in (
        ("the textbook's rules", "base", "textbook", "price_target", COMPANY),
        ("case to case", "case-bear", "case-bull", "price_target", COMPANY),
        ("a market", "market", "market-bear", "domestic_ai_chip_revenue_usd_bn", {"year": 2027}),
    ):
        model = load(checked=False)
        seconds, found = _timed(model.under(one), model.under(other), quantity, where)
        how = "all orders" if found.orders is None else f"{found.orders} orders drawn"
        yield f"bridge {one} to {other}: {len(found.steps)} changes", "ours", seconds, None, "", "", f"{name}; {how}"
    model = load(checked=False)
    held = [
        Change(quantity, float(model.solve(quantity, **COMPANY).value) * 0.98, COMPANY, "measured")  # type: ignore[arg-type]
        for quantity in INPUTS
    ]
    after = Model(model.facts, model.formulas, [Overlay("mine", changes=tuple(held))])
    seconds, found = _timed(model, after, "price_target", dict(COMPANY))
    sets = 2 ** len(held)
    question = f"bridge of {len(found.steps)} inputs: {sets} sets"
    yield question, "ours", seconds, None, "", "", "all orders, compiled"
    groups = grouped(differences(model, after))
    direct = Mixture(model, after, groups, "price_target", dict(COMPANY))
    start = default_timer()
    for chosen in range(DIRECT):
        direct._alone(chosen)
    each = (default_timer() - start) / DIRECT
    yield question, "a model for every set", each * sets, each * sets / seconds, "ours", "", f"scaled up from {DIRECT}"
