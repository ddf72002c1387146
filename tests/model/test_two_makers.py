"""A supply chain readable by eye (see tests/worlds/two_makers/README.md): what is conserved, and what binds."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconomics import facts, formulas
from siliconomics.core import BadRequest, formulas_of
from siliconomics.facts.reader import read
from siliconomics.model import Model
from siliconomics.model.overlay import Change

WORLD = Path(__file__).parents[1] / "worlds" / "two_makers" / "facts"
QUARTERS = [f"2024Q{part}" for part in (1, 2, 3, 4)]
CHIPS = ("Big", "Small")
CHAPTERS = ("silicon", "market")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("two_makers")
    (folder / "quantities").mkdir()
    for path in (facts.LIBRARY / "quantities").glob("*.toml"):
        (folder / "quantities" / path.name).write_text(path.read_text("utf-8"), "utf-8")
    known = read([folder, WORLD])
    return Model(known, [one for one in formulas_of(formulas) if one.chapter in CHAPTERS])


def stated(tmp_path_factory):
    """An overlay under which orders are those of the world's table."""
    path = tmp_path_factory.mktemp("overlay") / "stated.toml"
    path.write_text('name = "stated"\nmeaning = "Orders as stated."\n\n[players]\nunits_ordered = "stated"\n', "utf-8")
    return str(path)


@pytest.fixture(scope="module")
def ordered(world, tmp_path_factory):
    return world.under(stated(tmp_path_factory))


def value(model, quantity, **labels):
    cell = model.graph.cell(quantity, labels)
    assert cell.node is not None, cell.missing.reason
    return model.graph.value(cell)


def by_quarter(model, quantity, **labels):
    return [value(model, quantity, quarter=quarter, **labels) for quarter in QUARTERS]


# -- readable by eye --------------------------------------------------------------------------


def test_a_line_of_a_thousand_wafers_gives_75_000_good_dies_to_each_maker(world):
    for chip in CHIPS:
        assert value(world, "good_dies_made", chip=chip, quarter="2024Q1") == pytest.approx(75_000)


def test_with_slack_everywhere_supply_follows_demand(ordered):
    assert by_quarter(ordered, "units_shipped", chip="Big") == [30_000] * 4
    assert by_quarter(ordered, "units_made", chip="Big") == [29_000, 30_000, 30_000, 30_000]
    assert by_quarter(ordered, "units_shipped", chip="Small") == [60_000] * 4


def test_with_no_wafers_supply_is_the_stock(world):
    none = world.with_changes(world.change("capacity_forecast_wafers_per_month", 0, forecast="plan", node="Line"))
    for chip in CHIPS:
        assert by_quarter(none, "units_shipped", chip=chip) == [1000, 0, 0, 0]


def test_memory_binds_when_stacks_run_out(ordered):
    short = ordered.with_changes(ordered.change("opening_hbm_stock_stacks", 0))
    assert by_quarter(short, "units_made", chip="Big") == [10_000] * 4  # 40,000 stacks a quarter, four a chip
    assert by_quarter(short, "units_shipped", chip="Small") == [60_000] * 4  # it has no stacks and waits for none


def test_packaging_is_shared_in_proportion_or_by_first_call(ordered, tmp_path):
    scarce = [ordered.change("packaging_capacity_wafers_per_month", 1000)]
    shared = ordered.with_changes(*scarce)
    wanted = 29_000 / 10 + 59_000 / 20
    assert value(shared, "units_made", chip="Big", quarter="2024Q1") == pytest.approx(29_000 * 3000 / wanted)
    path = tmp_path / "first.toml"
    path.write_text(
        'name = "first"\nmeaning = "One first."\n\n[players]\nunits_ordered = "stated"\npackaging_fill_rate = "first_call"\n',
        "utf-8",
    )
    first = ordered.under(str(path)).with_changes(*scarce)
    assert value(first, "units_made", chip="Big", quarter="2024Q1") == pytest.approx(29_000)
    assert value(first, "units_made", chip="Small", quarter="2024Q1") == pytest.approx((3000 - 2900) * 20)


def test_a_delay_of_domestic_memory_moves_its_ramp(world):
    changes = {"domestic_hbm_start": 2024, "domestic_hbm_full_stacks_per_year": 400_000, "domestic_hbm_ramp_years": 2}
    on_time = world.with_changes(*(world.change(name, held) for name, held in changes.items()))
    late = on_time.with_changes(on_time.change("domestic_hbm_delay_quarters", 1))
    made = by_quarter(on_time, "domestic_hbm_stacks")
    assert made == pytest.approx([6250, 18_750, 31_250, 43_750])
    assert by_quarter(late, "domestic_hbm_stacks") == pytest.approx([0, *made[:3]])


def test_allocations_over_one_are_refused_by_name(world):
    over = world.with_changes(world.change("stated_vendor_wafer_share", 0.7, company="One"))
    with pytest.raises(BadRequest, match=r"allocated_wafer_share\[year=2024, node=Line\] comes out as 1.2"):
        over.graph.cell("units_made", {"chip": "Big", "quarter": "2024Q1"})


def test_a_negative_capacity_is_refused_by_name(world):
    with pytest.raises(BadRequest, match=r"packaging_capacity_wafers_per_month.* = -1 is impossible"):
        world.change("packaging_capacity_wafers_per_month", -1, year=2024)


def test_a_year_outside_the_data_is_unknown_and_not_zero(world):
    cell = world.graph.cell("domestic_units_shipped", {"year": 2030})
    assert cell.node is None
    assert "quarters_in_data[year=2030] is 0" in cell.missing.reason


# -- whatever the numbers ---------------------------------------------------------------------

SCALES = st.floats(0, 3, allow_nan=False).map(lambda scale: round(scale, 3))
MOVED = {
    "capacity_forecast_wafers_per_month": 2000,
    "opening_hbm_stock_stacks": 400_000,
    "stated_hbm_imports_in_year_stacks": 160_000,
    "packaging_capacity_wafers_per_month": 3000,
    "test_capacity_packages_per_month": 100_000,
    "opening_unit_stock": 1000,
    "opening_die_bank_dies": 20_000,
    "dies_bought_in_year": 20_000,
}


@pytest.fixture(scope="module", params=["proportional", "first_call"])
def rationed(request, world, tmp_path_factory):
    """Orders as stated, under each way of sharing out what is short."""
    path = tmp_path_factory.mktemp("overlay") / "rationed.toml"
    roles = "".join(f'{pool}_fill_rate = "{request.param}"\n' for pool in ("hbm", "packaging", "test"))
    path.write_text(
        f'name = "rationed"\nmeaning = "Shared out."\n\n[players]\nunits_ordered = "stated"\n{roles}', "utf-8"
    )
    return world.under(str(path))


@given(
    scales=st.lists(SCALES, min_size=len(MOVED), max_size=len(MOVED)),
    orders=st.lists(SCALES, min_size=8, max_size=8),
    assembly=st.floats(0.5, 1),
    target=st.floats(0, 2),
)
def test_what_goes_in_comes_out_or_stays(rationed, scales, orders, assembly, target):
    changes = [Change(name, size * scale) for (name, size), scale in zip(MOVED.items(), scales, strict=True)]
    changes += [Change("assembly_yield", assembly), Change("target_stock_quarters", target)]
    places = [(chip, quarter) for chip in CHIPS for quarter in QUARTERS]
    changes += [
        Change("stated_units_ordered", 50_000 * scale, {"chip": chip, "quarter": quarter})
        for (chip, quarter), scale in zip(places, orders, strict=True)
    ]
    model = rationed.with_changes(*changes)
    held = {change.quantity: change.value for change in changes}
    used_stacks = used_wafers = tested = 0.0
    for chip, dies, stacks, per_wafer in (("Big", 2, 4, 10), ("Small", 1, 0, 20)):
        started = by_quarter(model, "packages_started", chip=chip)
        made, shipped = (by_quarter(model, name, chip=chip) for name in ("units_made", "units_shipped"))
        wanted = by_quarter(model, "units_ordered", chip=chip)
        assert made == pytest.approx([packages * assembly for packages in started], abs=1e-6)
        stock = value(model, "unit_stock", chip=chip, quarter="2024Q4")
        assert sum(shipped) + stock == pytest.approx(sum(made) + held["opening_unit_stock"], rel=1e-9, abs=1e-4)
        dies_in = held["opening_die_bank_dies"] + held["dies_bought_in_year"]
        dies_in += sum(by_quarter(model, "good_dies_made", chip=chip))
        bank = value(model, "die_bank", chip=chip, quarter="2024Q4")
        assert sum(started) * dies + bank == pytest.approx(dies_in, rel=1e-9, abs=1e-4)
        assert all(out <= order for out, order in zip(shipped, wanted, strict=True))
        used_stacks += sum(started) * stacks
        used_wafers += started[0] / per_wafer
        tested += started[0]
    left = value(model, "hbm_stock_left_stacks", quarter="2024Q4")
    stacks_in = held["opening_hbm_stock_stacks"] + held["stated_hbm_imports_in_year_stacks"]
    assert used_stacks + left == pytest.approx(stacks_in, rel=1e-9, abs=1e-3)
    assert used_wafers <= held["packaging_capacity_wafers_per_month"] * 3 * (1 + 1e-9)
    assert tested <= held["test_capacity_packages_per_month"] * 3 * (1 + 1e-9)


@given(orders=st.lists(st.floats(0, 1).map(lambda share: round(share, 4)), min_size=8, max_size=8))
def test_orders_within_every_limit_are_met_in_full(ordered, orders):
    places = [(chip, quarter) for chip in CHIPS for quarter in QUARTERS]
    changes = [
        Change(
            "stated_units_ordered", (35_000 if chip == "Big" else 70_000) * share, {"chip": chip, "quarter": quarter}
        )
        for (chip, quarter), share in zip(places, orders, strict=True)
    ]
    model = ordered.with_changes(Change("stated_hbm_imports_in_year_stacks", 1e6), *changes)
    for chip, quarter in places:
        shipped = value(model, "units_shipped", chip=chip, quarter=quarter)
        assert shipped == pytest.approx(value(model, "units_ordered", chip=chip, quarter=quarter), rel=1e-12)
