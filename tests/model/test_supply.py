"""Supply of the real world: what is conserved over all chips and quarters, and which arithmetic of others it repeats."""

import pytest

import siliconomics

QUARTERS = [f"{year}Q{part}" for year in range(2024, 2031) for part in (1, 2, 3, 4)]


@pytest.fixture(scope="module")
def model():
    return siliconomics.load()


def value(model, quantity, **labels):
    cell = model.graph.cell(quantity, labels)
    return None if cell.node is None else model.graph.value(cell)


def known(model, quantity, **labels):
    found = value(model, quantity, **labels)
    assert found is not None, (quantity, labels)
    return found


def makers(model):
    """Chips that some wafer or bank supplies."""
    return [
        chip
        for chip in model.graph.labels["chip"]
        if value(model, "dies_at_hand", chip=chip, quarter="2030Q4")
        and value(model, "units_made", chip=chip, quarter="2030Q4")
    ]


def test_ten_vendors_are_supplied(model):
    vendors = {model.graph.word("chip_maker", {"chip": chip}) for chip in makers(model)}
    assert vendors == {
        "Huawei", "Cambricon", "Hygon", "MetaX", "Moore Threads", "Iluvatar", "Biren", "Enflame", "Kunlunxin", "T-Head",
    }  # fmt: skip


def test_units_sold_and_stock_are_units_made_and_opening_stock(model):
    chips = makers(model)
    assert len(chips) > 15
    for chip in chips:
        made = sum(known(model, "units_made", chip=chip, quarter=quarter) for quarter in QUARTERS)
        shipped = sum(known(model, "units_shipped", chip=chip, quarter=quarter) for quarter in QUARTERS)
        assert shipped + known(model, "unit_stock", chip=chip, quarter=QUARTERS[-1]) == pytest.approx(made, rel=1e-9)


def test_dies_and_stacks_are_conserved(model):
    stacks = 0.0
    for chip in makers(model):
        started = sum(known(model, "packages_started", chip=chip, quarter=quarter) for quarter in QUARTERS)
        dies = sum(known(model, "good_dies_made", chip=chip, quarter=quarter) for quarter in QUARTERS)
        dies += value(model, "opening_die_bank_dies", chip=chip) or 0
        dies += sum(value(model, "dies_bought_in_year", chip=chip, year=year) or 0 for year in range(2024, 2031))
        used = started * known(model, "supply_dies_per_package", chip=chip)
        assert used + known(model, "die_bank", chip=chip, quarter=QUARTERS[-1]) == pytest.approx(dies, rel=1e-9)
        stacks += started * known(model, "supply_hbm_stacks_per_chip", chip=chip)
    came = known(model, "opening_hbm_stock_stacks")
    came += sum(known(model, "hbm_imports_in_year_stacks", year=year) for year in range(2024, 2031))
    came += sum(known(model, "domestic_hbm_stacks", quarter=quarter) for quarter in QUARTERS)
    left = known(model, "hbm_stock_left_stacks", quarter=QUARTERS[-1])
    assert stacks + left == pytest.approx(came, rel=1e-9)


def test_no_node_gives_away_more_wafers_than_it_has(model):
    for node in ("N+1", "N+2", "N+3", "TSMC N7", "Samsung 7nm"):
        for quarter in QUARTERS:
            started = [
                value(model, "wafers_started", chip=c, node=node, quarter=quarter) for c in model.graph.labels["chip"]
            ]
            assert sum(filter(None, started)) <= known(model, "ai_wafers_of_node", node=node, quarter=quarter) * (
                1 + 1e-9
            )


def test_every_printed_capacity_comes_out_at_its_year_end(model):
    """The broker's path gets all the weight: 8,000, 42,000 and 50,000 wafers for AI at the ends of 2025, 2028 and 2030."""
    for year, wafers in ((2025, 8000), (2028, 42_000), (2030, 50_000)):
        ai = sum(
            known(model, "node_capacity_at_year_end", node=node, year=year)
            * known(model, "ai_wafer_share", node=node, year=year)
            for node in ("N+2", "N+3")
        )
        assert ai == pytest.approx(wafers)


def test_growth_of_44_per_cent_a_year_follows_from_the_ends_of_the_path(model):
    first, last = (
        known(
            model, "forecast_capacity_wafers_per_month", forecast="broker 2026-04 advanced", node="advanced", year=year
        )
        for year in (2025, 2030)
    )
    assert (last / first) ** (1 / 5) - 1 == pytest.approx(0.44, abs=0.005)


# -- worked supply cases (knowledge on silicon, section 7) --------------------------------------


def test_a_wafer_holds_80_dies_of_the_910b_and_packages_of_half_as_many_910c(model):
    """Case 22 and 23: 78 (within 5) and 39 are printed; the classic count gives 80 and 40."""
    assert known(model, "supply_gross_dies_per_wafer", chip="910B") == pytest.approx(78, abs=5)
    assert known(model, "gross_chips_per_wafer", chip="910C") == pytest.approx(39, abs=2.5)


def test_5000_wafers_a_month_at_20_per_cent_are_900_000_dies_a_year_at_75_a_wafer():
    """Case 24: the arithmetic of an expert's figures, by the formulas that make dies."""
    from siliconomics.formulas.market.wafers import good_dies_of_node

    assert good_dies_of_node(5000 * 12, 75, 0.20) == pytest.approx(900_000)


def test_revenue_of_2025_means_4167_wafers_a_month_on_average():
    """Case 26: 58.5 bn yuan at 50,000 a chip, 78 dies a wafer, 30 % good: below the 7,000 of the year's end."""
    from siliconomics.formulas.market.wafers import good_dies_of_node

    dies_of_a_wafer_a_month = good_dies_of_node(12, 78, 0.30)
    assert 58.5e9 / 50_000 / dies_of_a_wafer_a_month == pytest.approx(4167, abs=1)


def test_13_million_stacks_are_enough_for_1_6_million_910c(model):
    """Case 27."""
    assert 13e6 / known(model, "supply_hbm_stacks_per_chip", chip="910C") == pytest.approx(1.625e6)


def test_what_spreads_is_fastest_after_six_years_with_the_usual_coefficients(model):
    """Worked case 43 (p 0.03, q 0.38: 6.19 years), and the level at that time, 1/2 - p/(2q)."""
    from siliconomics.formulas.market.memory import bass_peak_years, domestic_hbm_ramp__bass

    peak = bass_peak_years(0.03, 0.38)
    assert peak == pytest.approx(6.193, abs=5e-4)
    assert domestic_hbm_ramp__bass(peak, 0.03, 0.38) == pytest.approx(0.5 - 0.03 / 0.76, rel=1e-12)
    assert domestic_hbm_ramp__bass(0.0, 0.03, 0.38) == 0
    assert known(model, "bass_peak_years") == pytest.approx(peak)
    slow = model.under("market-memory-diffuses")
    ramp = [known(slow, "domestic_hbm_ramp", quarter=quarter) for quarter in QUARTERS]
    assert ramp == sorted(ramp)
    assert ramp[-1] < known(model, "domestic_hbm_ramp", quarter="2030Q4")
