"""Vendors' offers: read whole or not at all, and ranked on what a chip costs the day it is needed."""

import dataclasses
import datetime as dt

import pytest

from siliconomics.core import BadRequest
from siliconomics.model import load
from siliconomics.studies.quotes import COLUMNS, TEMPLATE, rank, read_offers, terms_of

CNY, HKD = 7.0, 0.88


@pytest.fixture(scope="module")
def model():
    return load()


ROW = {
    "offer": "A",
    "vendor": "Maker",
    "chip": "H20",
    "kind": "server",
    "chips": "8",
    "price": "100000",
    "currency": "USD",
    "price_basis": "without VAT",
    "vat_rate": "0.13",
    "tariff_rate": "0",
    "warranty_years": "3",
    "lead_time_weeks": "0",
    "date": "2026-11-01",
    "freight_share": "0",
    "freight": "",
    "valid_until": "",
    "deposit_share": "",
    "source": "letter",
}


def write(folder, *rows):
    path = folder / "offers.csv"
    lines = [",".join(COLUMNS)]
    lines += [",".join({**ROW, **row}[name] for name in COLUMNS) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def ranked(model, folder, *rows, **terms):
    offers = read_offers(write(folder, *rows), model)
    return {one.offer.offer: one for one in rank(model, offers, terms_of(model, **terms))}


def test_the_template_is_a_file_that_can_be_read(model, tmp_path):
    path = tmp_path / "template.csv"
    path.write_text(",".join(COLUMNS) + "\n" + TEMPLATE, encoding="utf-8")
    first, second = read_offers(path, model)
    assert (first.label, first.with_vat, first.deposit_share, first.valid_until) == (
        "910C",
        True,
        0.3,
        dt.date(2026, 12, 31),
    )
    assert (second.freight, second.deposit_share, second.valid_until) == (1500, 0, None)
    assert second.arrives == dt.date(2027, 1, 5)


def test_currency_and_tax_basis_do_not_matter_where_the_money_is_the_same(model, tmp_path):
    found = ranked(
        model,
        tmp_path,
        {},
        {"offer": "B", "price": str(100_000 * 1.13), "price_basis": "with VAT"},
        {"offer": "C", "price": str(100_000 * CNY), "currency": "CNY"},
        {"offer": "D", "price": str(100_000 * CNY / HKD), "currency": "HKD"},
        {"offer": "E", "price": "50000", "chips": "4"},
    )
    for one in found.values():
        assert one.cost == pytest.approx(100_000 * 1.13 / 8)


def test_recovered_tax_is_no_cost(model, tmp_path):
    found = ranked(model, tmp_path, {}, vat_recovered_share=1.0)
    assert found["A"].cost == pytest.approx(100_000 / 8)


def test_the_cheapest_delivered_wins_though_another_is_quoted_lower(model, tmp_path):
    found = ranked(model, tmp_path, {}, {"offer": "B", "price": "96000", "tariff_rate": "10%"})
    assert (found["A"].rank, found["B"].rank) == (1, 2)
    assert found["B"].steps["duty_usd"] == pytest.approx(9_600)


def test_at_its_tying_price_an_offer_costs_what_its_best_rival_does(model, tmp_path):
    rows = (
        {},
        {"offer": "B", "price": "800000", "currency": "CNY", "freight_share": "", "freight": "7000"},
        {"offer": "C", "price": "140000", "tariff_rate": "0.05", "warranty_years": "1", "deposit_share": "0.5"},
    )
    found = ranked(model, tmp_path, *rows)
    assert found["A"].rival == "B"
    assert found["B"].rival == found["C"].rival == "A"
    for name in ("B", "C"):
        cheaper = [
            row if row.get("offer") != name else {**row, "price": f"{found[name].tying_price:.6f}"} for row in rows
        ]
        again = ranked(model, tmp_path, *cheaper)
        assert again[name].cost == pytest.approx(found["A"].cost)
        assert found[name].tying_change < 0 < found["A"].tying_change


def test_an_offer_that_comes_too_late_or_has_lapsed_is_not_ranked(model, tmp_path):
    rows = (
        {},
        {"offer": "B", "price": "50000", "lead_time_weeks": "20"},
        {"offer": "C", "price": "40000", "valid_until": "2026-11-05"},
        {"offer": "D", "date": "2026-11-06", "price": "120000"},
    )
    found = ranked(model, tmp_path, *rows, needed_by=dt.date(2027, 1, 1))
    assert (found["A"].rank, found["D"].rank) == (1, 2)
    assert found["B"].rank is found["C"].rank is None
    assert found["B"].late_days == (dt.date(2026, 11, 1) + dt.timedelta(weeks=20) - dt.date(2027, 1, 1)).days
    assert "lapsed" in found["C"].notes[0]


def test_paying_long_before_the_day_of_need_costs_interest(model, tmp_path):
    day = dt.date(2027, 11, 1)
    found = ranked(
        model,
        tmp_path,
        {},
        {"offer": "B", "lead_time_weeks": "40"},
        {"offer": "C", "lead_time_weeks": "40", "deposit_share": "1"},
        needed_by=day,
        cost_of_capital_of_buyer=0.1,
    )
    assert found["A"].cost == pytest.approx(100_000 * 1.13 * 1.1 / 8)  # paid a year before
    assert found["B"].cost < found["A"].cost
    assert found["C"].cost == pytest.approx(found["A"].cost)


def test_cards_and_servers_are_ranked_apart_unless_what_a_card_lacks_is_given(model, tmp_path):
    rows = ({}, {"offer": "B", "kind": "card", "chips": "1", "price": "9000"})
    apart = ranked(model, tmp_path, *rows)
    assert apart["A"].rank == apart["B"].rank == 1
    assert apart["A"].rival == apart["B"].rival == ""
    together = ranked(model, tmp_path, *rows, server_parts_usd=5_000.0)
    assert (together["A"].rank, together["B"].rank) == (1, 2)
    assert together["B"].cost == pytest.approx(9_000 * 1.13 + 5_000)


def test_with_a_model_offers_are_ranked_per_token_a_second_and_unknown_chips_stand_apart(model, tmp_path):
    rows = ({}, {"offer": "B", "chip": "910C", "price": "110000"}, {"offer": "C", "chip": "XQ-9", "price": "10"})
    found = ranked(model, tmp_path, *rows, language_model="DeepSeek-R1")
    chips = {"A": "H20", "B": "910C"}
    rates = {
        name: model.solve("mixed_output_rate", chip=chip, model="DeepSeek-R1").value for name, chip in chips.items()
    }
    assert found["B"].measure == pytest.approx(110_000 * 1.13 / 8 / rates["B"])
    assert found["B"].rank == 1
    assert found["C"].rank is None
    assert "XQ-9" in found["C"].notes[0]
    low, high = found["A"].rate_range
    assert low < found["A"].rate < high
    at_tie = found["A"].tying_price * 1.13 / 8 / rates["A"]
    assert at_tie == pytest.approx(found["B"].measure)


BAD = [
    ({"price": "0"}, "column price: 0 is impossible"),
    ({"price": "-5"}, "column price: -5 is impossible"),
    ({"price": ""}, "column price: is empty"),
    ({"vat_rate": "13"}, "column vat_rate: 13 is impossible"),
    ({"tariff_rate": "-0.1"}, "column tariff_rate"),
    ({"warranty_years": "-1"}, "column warranty_years"),
    ({"lead_time_weeks": "soon"}, "'soon' is not a number"),
    ({"date": "2026-11"}, "'2026-11' is not a day"),
    ({"valid_until": "2026-10-01"}, "lies before the offer's date"),
    ({"deposit_share": "1.5"}, "column deposit_share"),
    ({"currency": "EUR"}, "'EUR' is not one of USD, CNY, HKD"),
    ({"kind": "servr"}, "Did you mean 'server'?"),
    ({"price_basis": ""}, "column price_basis: is empty"),
    ({"chips": "2.5"}, "not a whole number"),
    ({"chips": "nan"}, "column chips: nan is impossible"),
    ({"source": ""}, "column source: is empty"),
    ({"freight_share": ""}, "Delivered is not ex works"),
    ({"freight": "10", "freight_share": "0.1"}, "stands beside freight_share"),
]


@pytest.mark.parametrize(("changed", "said"), BAD, ids=[said for _, said in BAD])
def test_a_bad_cell_says_where_and_why(model, tmp_path, changed, said):
    with pytest.raises(BadRequest) as refused:
        read_offers(write(tmp_path, changed), model)
    assert said in str(refused.value)
    assert "line 2" in str(refused.value)


def test_every_problem_of_every_row_is_told_and_nothing_is_half_answered(model, tmp_path):
    path = write(tmp_path, {}, {"offer": "B", "price": "0", "currency": "EUR"}, {"vat_rate": "2"})
    with pytest.raises(BadRequest) as refused:
        read_offers(path, model)
    said = str(refused.value)
    assert len(refused.value.problems) == 4
    assert "line 3, column price" in said
    assert "line 4, column vat_rate" in said
    assert "'A' stands in line 2 too" in said


def test_every_column_of_the_row_reaches_the_offer(model, tmp_path):
    (offer,) = read_offers(write(tmp_path, {"deposit_share": "0.25", "valid_until": "2027-01-01"}), model)
    told = dataclasses.asdict(offer)
    assert told["deposit_share"] == 0.25
    assert told["valid_until"] == dt.date(2027, 1, 1)
    assert told["source"] == "letter"
