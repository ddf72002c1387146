"""Market value over time: closes times the shares of their day, in one currency by the rates of the day."""

import pytest

import siliconomics
from siliconomics.core import BadRequest
from siliconomics.studies.capitalisation import capitalisation

pytestmark = pytest.mark.slow  # models built anew, several a test

RATES = "date,pair,rate,known,source,used_for,note\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "sources.toml").write_text('[made-up]\ntitle = "Made up"\nkind = "notes"\n')
    return tmp_path


def closes(folder, company, text, name="closes", as_of="2026-05-01", currency="CNY"):
    (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    card = f'layout = "prices"\ncompany = "{company}"\ncurrency = "{currency}"\nsource = "made-up"\nas_of = {as_of}\n'
    (folder / f"{name}.toml").write_text(card, encoding="utf-8")


def rates(folder, *rows):
    body = "".join(f"{day},{pair},{rate},assumed,made-up#1,,\n" for day, pair, rate in rows)
    (folder / "exchange_rates.csv").write_text(RATES + body, encoding="utf-8")


def asked(folder, **how):
    return capitalisation(siliconomics.load([folder]), [folder], **{"every": "day", **how})


def values(points):
    return {point.date: point.value for point in points}


def test_a_count_of_shares_holds_from_its_day_and_never_before(folder):
    closes(
        folder,
        "Cambricon",
        "date,close,shares_mn\n2026-01-05,10,\n2026-01-06,10,400\n2026-01-07,11,\n2026-01-08,11,500\n",
    )
    found = asked(folder)
    assert values(found.companies["Cambricon"]) == {
        "2026-01-05": None, "2026-01-06": 4000.0, "2026-01-07": 4400.0, "2026-01-08": 5500.0,
    }  # fmt: skip
    assert "no count of shares on or before the day" in found.companies["Cambricon"][0].missing


def test_a_count_without_a_close_holds_too(folder):
    closes(folder, "Cambricon", "date,close,shares_mn\n2025-12-01,,400\n2026-01-05,10,\n")
    assert values(asked(folder).companies["Cambricon"]) == {"2026-01-05": 4000.0}


def test_the_valuations_shares_stand_in_only_when_asked_and_it_is_said(folder):
    closes(folder, "Cambricon", "date,close\n2026-01-05,10\n")
    assert values(asked(folder).companies["Cambricon"]) == {"2026-01-05": None}
    held = asked(folder, hold_shares=True)
    assert values(held.companies["Cambricon"]) == {"2026-01-05": pytest.approx(4248.0)}
    assert any("assumed: the shares of the valuation on 1 days" in note for note in held.notes)


def test_each_close_is_translated_by_the_rate_of_its_day(folder):
    rates(folder, ("2026-01-05", "CNY/HKD", 0.90), ("2026-01-07", "CNY/HKD", 0.88))
    text = "date,close,shares_mn\n2026-01-02,100,250\n2026-01-05,100,\n2026-01-06,100,\n2026-01-07,100,\n"
    closes(folder, "Iluvatar", text, currency="HKD")
    found = asked(folder)
    assert values(found.companies["Iluvatar"]) == {
        "2026-01-02": None, "2026-01-05": 22500.0, "2026-01-06": 22500.0, "2026-01-07": 22000.0,
    }  # fmt: skip
    assert "no rate of CNY for HKD on or before the day" in found.companies["Iluvatar"][0].missing
    assert any("up to 1 days older" in note for note in found.notes)


def test_a_rate_by_way_of_a_third_currency_is_used_where_it_is_fresher(folder):
    """The library has HKD for USD of January and CNY for HKD and USD of 24 April: 7.0 / 0.88 then."""
    closes(folder, "Iluvatar", "date,close,shares_mn\n2026-02-02,7.77,100\n2026-04-24,100,\n", currency="HKD")
    found = values(asked(folder, currency="USD").companies["Iluvatar"])
    assert found == {"2026-02-02": pytest.approx(100), "2026-04-24": pytest.approx(100 * 100 * 0.88 / 7.0)}


def test_the_sum_is_of_all_that_trade_and_unknown_where_one_of_them_is(folder):
    closes(folder, "Cambricon", "date,close,shares_mn\n2026-01-05,10,100\n2026-01-06,20,\n2026-01-07,30,\n", "one")
    closes(folder, "MetaX", "date,close,shares_mn\n2026-01-06,5,\n2026-01-07,5,100\n2026-01-08,5,\n", "two")
    found = asked(folder)
    assert [(point.date, point.value, point.members) for point in found.sector] == [
        ("2026-01-05", 1000.0, 1),
        ("2026-01-06", None, 2),
        ("2026-01-07", 3500.0, 2),
        ("2026-01-08", 3500.0, 2),  # the last close of one still stands
    ]
    assert "MetaX: no count of shares" in found.sector[1].missing
    assert any("not in the sum" in note and "Iluvatar" in note for note in found.notes)


def test_a_close_that_is_too_old_makes_the_sum_unknown(folder):
    closes(folder, "Cambricon", "date,close,shares_mn\n2026-01-05,10,100\n", "one")
    closes(folder, "MetaX", "date,close,shares_mn\n2026-01-05,5,100\n2026-01-30,5,\n", "two")
    last = asked(folder).sector[-1]
    assert (last.date, last.value) == ("2026-01-30", None)
    assert "Cambricon: no close since 2026-01-05" in last.missing


@pytest.mark.parametrize(
    ("every", "days"),
    [
        ("week", ["2026-01-09", "2026-01-12", "2026-02-02", "2026-04-01", "2027-01-04"]),
        ("month", ["2026-01-12", "2026-02-02", "2026-04-01", "2027-01-04"]),
        ("quarter", ["2026-02-02", "2026-04-01", "2027-01-04"]),
        ("year", ["2026-04-01", "2027-01-04"]),
    ],
)
def test_a_period_shows_its_last_day(folder, every, days):
    text = "".join(f"{day},10,100\n" for day in ("2026-01-05", "2026-01-09", *["2026-01-12", "2026-02-02"]))
    closes(folder, "Cambricon", f"date,close,shares_mn\n{text}2026-04-01,10,\n2027-01-04,10,\n")
    found = asked(folder, every=every)
    assert list(values(found.companies["Cambricon"])) == days
    assert list(values(found.sector)) == days


def test_of_two_files_the_later_one_is_used_where_they_differ(folder):
    closes(folder, "Cambricon", "date,close,shares_mn\n2026-01-05,10,100\n2026-01-06,10,\n", "b", "2026-05-01")
    closes(folder, "Cambricon", "date,close\n2026-01-06,12\n2026-01-07,13\n", "a", "2026-06-01")
    found = asked(folder)
    assert values(found.companies["Cambricon"]) == {"2026-01-05": 1000, "2026-01-06": 1200, "2026-01-07": 1300}
    assert "1 closes of Cambricon differ between files; the later file's are used" in found.notes


def test_without_closes_the_one_day_of_the_source_is_what_the_model_says():
    model = siliconomics.load()
    found = capitalisation(model, [])
    for label, (point,) in found.companies.items():
        assert point.date == "2026-04-24"
        assert point.value == pytest.approx(model.solve("market_value", company=label).value)
    assert found.sector[0].value == pytest.approx(sum(row[0].value for row in found.companies.values()))
    assert "Exhibit 1" in found.notes[0]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"currency": "XYZ"}, "no rate of XYZ is known"),
        ({"every": "moon"}, "no 'moon'"),
        ({"only": ["MetaX"]}, "no closes of MetaX"),
    ],
)
def test_what_cannot_be_shown_is_refused(folder, how, words):
    closes(folder, "Cambricon", "date,close\n2026-01-05,10\n")
    with pytest.raises(BadRequest, match=words):
        asked(folder, **how)


def test_a_card_in_another_currency_than_the_listing_is_refused(folder):
    closes(folder, "Cambricon", "date,close\n2026-01-05,10\n", currency="USD")
    with pytest.raises(BadRequest, match="closes are in USD, and Cambricon is listed in CNY"):
        asked(folder)
