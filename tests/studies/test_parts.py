"""Sum of the parts: the audit of its exhibits, what-ifs, other methods, and a parent of the user's own."""

import textwrap
from collections import Counter

import pytest

import siliconomics
from siliconomics.core import BadRequest
from siliconomics.studies import parts
from siliconomics.studies.audit import audit
from siliconomics.studies.audit.recompute import verdicts
from siliconomics.studies.audit.rules.solved import printed_against_solved, two_exchange_rates

pytestmark = pytest.mark.slow  # models built anew, several a test

GRIDS = (44, 45, 46, 49, 50, 51)
BRIDGES = (47, 52)


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SILICONOMICS_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def model():
    return siliconomics.load()


@pytest.fixture(scope="module")
def report(model):
    return audit(model)


def of(report, *exhibits):
    return [verdict for verdict in report.verdicts if verdict.figure.exhibit in exhibits]


def plain(value):
    return round(value, 6)


# -- the audit --------------------------------------------------------------------------------


def test_all_156_cells_are_reproduced_within_print_and_a_thousandth(report):
    cells = [v for v in of(report, *GRIDS) if v.figure.row == "corner" or v.figure.row.endswith("x")]
    assert len(cells) == 156
    assert Counter(v.status for v in cells) == {"reproduced": 156}
    for verdict in cells:
        assert verdict.tolerance <= verdict.figure.number.half * 1.11
        assert abs(verdict.computed - verdict.printed) <= 1.0001 * verdict.figure.number.half + 1e-3 * verdict.printed


def test_what_is_computable_of_the_bridges_is_reproduced(report):
    counts = Counter(v.status for v in of(report, *BRIDGES) if v.figure.role == "check")
    assert counts == {"reproduced": 4}  # in each, the part that has a grid and the sum


def test_the_axes_that_later_exhibits_repeat_are_those_of_the_first(report):
    axes = [v for v in of(report, *GRIDS) if v.figure.quantity.endswith("_at_point")]
    assert len(axes) == 60
    assert Counter((v.figure.role, v.status) for v in axes) == {
        ("input", "not_computable"): 20,
        ("check", "reproduced"): 40,
    }


def test_what_does_not_hold_together_is_found_by_rules(report):
    found = {v.figure.line: v.rules for v in of(report, *GRIDS, *BRIDGES) if v.status == "contradicted"}
    assert found == {2286: ["heading"], 2310: ["heading"], 2367: ["printed against solved"]}
    rules = {finding.rule for finding in report.findings}
    assert {"an input other than the one used", "two exchange rates in one source"} <= rules


def test_headings_that_name_the_right_unit_are_told_so(report):
    headings = {v.figure.exhibit: v.status for v in of(report, *GRIDS) if v.figure.row == "heading"}
    assert headings == {44: "reproduced", 45: "reproduced", 49: "contradicted", 50: "contradicted"}


def test_the_low_end_of_a_range_that_is_cut_off_instead_of_rounded_is_found(report):
    (verdict,) = [v for v in report.verdicts if v.figure.line == 2272 and v.figure.quantity == "part_value_in_grid"
                  and "lowest" in v.figure.labels.values()]  # fmt: skip
    assert verdict.status == "contradicted"
    assert "20,719" in " ".join(verdict.notes)


@pytest.mark.parametrize("exhibit", GRIDS)
def test_a_misprint_of_a_hundredth_in_any_grid_would_be_contradicted(model, exhibit):
    figures = [one for one in model.facts.figures if one.exhibit == exhibit and one.row.endswith("x")]
    figure = max(figures, key=lambda one: one.number.value)
    kept = figure.number
    try:
        figure.number = type(kept)(kept.value * 1.01, kept.half)
        found = next(one for one in verdicts(model) if one.figure is figure)
    finally:
        figure.number = kept
    assert found.status == "contradicted"
    assert found.notes


def test_another_rate_of_exchange_would_contradict_most_cells(model):
    held = model.with_changes(
        *(model.change("exchange_rate", 7.0, company=company) for company in ("Alibaba", "Baidu"))
    )
    cells = [v for v in verdicts(held) if v.figure.exhibit in (44, 49) and v.figure.row.endswith("x")]
    assert Counter(v.status for v in cells) == {"contradicted": 50}


@pytest.mark.parametrize(("printed", "found"), [(59.0, False), (60.0, True), (58.0, True), (59.45, False)])
def test_an_input_is_held_against_the_solved_one_by_its_rounding(model, printed, found):
    (figure,) = [one for one in model.facts.figures if one.exhibit == 52 and one.quantity == "part_stake"]
    kept = figure.number
    try:
        figure.number = type(kept)(printed, kept.half)
        told = list(printed_against_solved(model, verdicts(model)))
    finally:
        figure.number = kept
    assert bool(told) == found


def test_one_rate_of_exchange_a_source_is_no_finding(model, monkeypatch):
    same = [{**rate, "rate": 6.95} if rate["pair"] == "CNY/USD" else rate for rate in model.facts.exchange_rates]
    assert len(list(two_exchange_rates(model, []))) == 1
    monkeypatch.setattr(model.facts, "exchange_rates", same)
    assert list(two_exchange_rates(model, [])) == []


# -- the bridge -------------------------------------------------------------------------------


@pytest.mark.parametrize(("company", "printed"), [("Alibaba", 250), ("Baidu", 225)])
def test_the_parts_add_up_to_the_company(model, company, printed):
    found = parts.bridge(model, company)
    assert sum(one.value_per_share for one in found.parts) == pytest.approx(found.total, rel=1e-12)
    assert sum(one.share_of_value for one in found.parts) == pytest.approx(1)
    assert found.printed == printed
    assert found.total == pytest.approx(printed, abs=0.5)
    assert found.total == model.solve("sum_of_parts_value_per_share", company=company).value


def test_a_grid_has_the_bridge_in_its_middle(model):
    found = {(one.part, one.quantity): one for one in parts.grids(model, "Alibaba")}
    points = found["T-Head", "part_value_per_share_in_grid"].points
    (middle,) = [one.value for one in points if one.revenue_point == one.multiple_point == "middle"]
    assert middle == pytest.approx(model.solve("part_value_per_share", part="T-Head").value, rel=1e-12)
    assert len(found) == 3
    assert all(len(one.points) == 25 and all(point.printed for point in one.points) for one in found.values())


def test_more_sales_of_t_head_move_alibaba_by_just_that(model):
    before = model.solve("sum_of_parts_value_per_share", company="Alibaba").value
    more = model.with_changes(model.change("part_revenue", 24_000, part="T-Head"))
    after = more.solve("sum_of_parts_value_per_share", company="Alibaba").value
    shares = model.solve("valuation_shares", company="Alibaba").value
    assert after - before == pytest.approx(4_000 * 18 / 6.95 * 0.7 / shares)
    assert more.solve("sum_of_parts_value_per_share", company="Baidu").value == pytest.approx(
        model.solve("sum_of_parts_value_per_share", company="Baidu").value, rel=1e-12
    )


def test_by_the_peer_a_part_moves_with_every_driver_of_the_peer(model):
    by_peer = model.under("parts-by-peer")
    multiple = by_peer.solve("part_sales_multiple", part="T-Head").value
    target = by_peer.solve("ev_to_sales_at_target", company="Cambricon", year=2027).value
    assert multiple == pytest.approx(0.9 * target)
    dearer = by_peer.with_changes(by_peer.change("risk_free_rate", 0.03, company="Cambricon"))
    assert dearer.solve("part_value", part="T-Head").value < by_peer.solve("part_value", part="T-Head").value
    assert by_peer.solve("part_sales_multiple", part="Alibaba cloud").value == 5.5


def test_a_stated_part_says_what_its_multiple_asks(model):
    found = {one.part: one for one in parts.bridge(model, "Alibaba").parts}["Alibaba e-commerce"]
    assert found.implied
    assert found.multiplied_value * found.multiple / 6.95 == pytest.approx(found.value)


@pytest.mark.parametrize(("company", "said"), [("Alibabba", "'Alibaba'"), ("Cambricon", "Alibaba, Baidu")])
def test_a_company_unknown_or_without_parts_is_refused(model, company, said):
    with pytest.raises(BadRequest, match=said):
        parts.bridge(model, company)


def test_of_a_part_it_is_said_whose_it_is(model):
    with pytest.raises(BadRequest, match="part of Baidu"):
        parts.bridge(model, "Kunlunxin")


def test_a_company_without_parts_is_worth_nothing_known(model):
    record = model.solve("sum_of_parts_value_per_share", company="Cambricon").records[0]
    assert record.value is None
    assert record.missing


# -- a parent of one's own ----------------------------------------------------------------------

MINE = {
    "sources.toml": '[mine]\ntitle = "My estimates"\nkind = "own estimate"\n',
    "companies/acme.toml": """
        name = "Acme"
        reporting_currency = "HKD"
        listing_currency = "HKD"
        [[observed]]
        quantity = "valuation_shares"
        value = 100
        {origin}
        [[observed]]
        quantity = "exchange_rate"
        value = 1
        {origin}
        """,
    "parts/acme-chips.toml": """
        name = "Acme chips"
        reporting_currency = "HKD"
        listing_currency = "HKD"
        players = {{ part_value = "multiple_of_sales" }}
        [[observed]]
        quantity = "part_of_company"
        labels = {{ company = "Acme" }}
        value = 1
        {origin}
        [[observed]]
        quantity = "stated_part_revenue"
        value = 1000
        {origin}
        [[observed]]
        quantity = "stated_part_sales_multiple"
        value = 10
        {origin}
        [[observed]]
        quantity = "part_stake"
        value = 0.5
        {origin}
        [[observed]]
        quantity = "part_holding_discount"
        value = 0.2
        {origin}
        """,
    "parts/acme-debt.toml": """
        name = "Acme net debt"
        reporting_currency = "HKD"
        listing_currency = "HKD"
        players = {{ part_value = "stated" }}
        [[observed]]
        quantity = "part_of_company"
        labels = {{ company = "Acme" }}
        value = 1
        {origin}
        [[observed]]
        quantity = "stated_part_value"
        value = -500
        {origin}
        [[observed]]
        quantity = "part_stake"
        value = 1
        {origin}
        [[observed]]
        quantity = "part_holding_discount"
        value = 0
        {origin}
        """,
}
ORIGIN = 'known = "assumed"\nsource = "mine#page-1"\nas_of = 2026-05-01'


def written(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        body = textwrap.dedent(text)
        path.write_text(body.format(origin=ORIGIN) if name != "sources.toml" else body, encoding="utf-8")
    return siliconomics.load([folder])


def test_a_parent_of_ones_own_takes_nothing_but_cards(tmp_path):
    model = written(tmp_path, MINE)
    found = parts.bridge(model, "acme")
    assert {one.part: one.value_per_share for one in found.parts} == pytest.approx(
        {"Acme chips": 1000 * 10 * 0.5 * 0.8 / 100, "Acme net debt": -5.0}
    )
    assert found.total == pytest.approx(35)
    assert found.unit == "HKD/share"
    assert found.printed is None
    assert parts.with_parts(model) == ["Alibaba", "Baidu", "Acme"]


def replaced(name, old, new):
    return {**MINE, name: MINE[name].replace(old, new)}


def test_a_part_may_be_valued_as_a_company_of_the_house(tmp_path):
    named = (
        '[[observed]]\nquantity = "part_valued_as_company"\nlabels = {{ company = "Cambricon" }}\nvalue = 1\n{origin}\n'
    )
    files = replaced("parts/acme-chips.toml", "multiple_of_sales", "residual_income")
    files["parts/acme-chips.toml"] = textwrap.dedent(files["parts/acme-chips.toml"]) + named
    model = written(tmp_path, files)
    assert model.solve("part_value", part="Acme chips").value == pytest.approx(
        model.solve("equity_value", company="Cambricon").value
    )


@pytest.mark.parametrize(
    ("player", "quantity"), [("dividends", "equity_value_by_dividends"), ("cash_flow", "equity_value_by_cash_flow")]
)
def test_a_part_may_be_valued_by_any_method_of_the_house(tmp_path, player, quantity):
    named = (
        '[[observed]]\nquantity = "part_valued_as_company"\nlabels = {{ company = "Cambricon" }}\nvalue = 1\n{origin}\n'
    )
    files = replaced("parts/acme-chips.toml", "multiple_of_sales", player)
    files["parts/acme-chips.toml"] = textwrap.dedent(files["parts/acme-chips.toml"]) + named
    model = written(tmp_path, files)
    value = model.solve(quantity, company="Cambricon").value
    assert model.solve("part_value", part="Acme chips").value == pytest.approx(value)
    assert value != pytest.approx(model.solve("equity_value", company="Cambricon").value, rel=0.01)


@pytest.mark.parametrize("basis", ["net_income", "book"])
def test_a_part_may_be_valued_by_earnings_or_by_book(tmp_path, basis):
    files = replaced("parts/acme-chips.toml", "multiple_of_sales", f"multiple_of_{basis}")
    text = files["parts/acme-chips.toml"].replace("stated_part_revenue", f"part_{basis}")
    files["parts/acme-chips.toml"] = text.replace("stated_part_sales_multiple", f"part_{basis}_multiple")
    found = parts.bridge(written(tmp_path, files), "Acme").parts[0]
    assert found.value == pytest.approx(1000 * 10)
    assert (found.multiplied, found.multiplied_value, found.multiple) == (f"part_{basis}", 1000, 10)


def test_a_part_may_be_likened_to_what_the_market_pays_for_several(tmp_path):
    named = (
        '[[observed]]\nquantity = "part_valued_as_company"\nlabels = {{ company = "{one}" }}\nvalue = 1\n{{origin}}\n'
    )
    files = replaced("parts/acme-chips.toml", "multiple_of_sales", "market")
    for one in ("Cambricon", "MetaX"):
        text = textwrap.dedent(files["parts/acme-chips.toml"])
        files["parts/acme-chips.toml"] = text + named.replace("{one}", one).replace("{{origin}}", "{origin}")
    model = written(tmp_path, files)
    both = [model.solve("market_value", company=one).value for one in ("Cambricon", "MetaX")]
    assert model.solve("part_value", part="Acme chips").value == pytest.approx(sum(both))


def test_without_a_named_company_such_a_part_is_unknown_and_so_is_the_sum(tmp_path):
    model = written(tmp_path, replaced("parts/acme-chips.toml", "multiple_of_sales", "residual_income"))
    found = parts.bridge(model, "Acme")
    assert found.total is None
    assert "stated_part_value" in found.missing
    assert {one.part: one.value_per_share is None for one in found.parts} == {
        "Acme chips": True,
        "Acme net debt": False,
    }


def test_a_part_counted_by_two_companies_is_refused(tmp_path):
    again = MINE["parts/acme-debt.toml"].replace('company = "Acme"', 'company = "Baidu"')
    flag = again[again.index("[[observed]]") : again.index("[[observed]]", 30 + again.index("[[observed]]"))]
    files = {**MINE, "parts/acme-debt.toml": MINE["parts/acme-debt.toml"] + textwrap.dedent(flag)}
    model = written(tmp_path, files)
    with pytest.raises(BadRequest, match="parent_count"):
        parts.bridge(model, "Acme")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("value = 0.5", "value = 60", "part_stake"),
        ("value = 0.2", "value = 1", "part_holding_discount"),
        ('company = "Acme"', 'company = "Acmee"', "'Acme'"),
        ("multiple_of_sales", "multiple_of_hope", "multiple_of_hope"),
        ("stated_part_revenue", "part_sales", "part_sales"),
    ],
)
def test_a_bad_card_of_a_part_is_refused_by_name(tmp_path, old, new, said):
    with pytest.raises(BadRequest, match=said):
        written(tmp_path, replaced("parts/acme-chips.toml", old, new))
