"""Prices and public data as a user brings them in, and the commands of history that read them."""

import csv
import datetime as dt
import io
import json

import pytest

from siliconomics.facts import public_data
from siliconomics.facts.public_data import yahoo

pytestmark = pytest.mark.slow  # models built anew, several a test

CLOSES = "date,close,shares_mn,currency\n2026-01-05,1000,420,CNY\n2026-01-06,1100,,CNY\n2026-02-02,1200,424.8,CNY\n"


@pytest.fixture
def facts(tmp_path):
    return tmp_path / "my_facts"


def refused(result, *words):
    assert (result.code, result.out) == (2, ""), result.out
    for word in words:
        assert word in result.err, result.err
    assert "Traceback" not in result.err


def prices(cli, facts, text=CLOSES, company="Cambricon", *options):
    file = facts.parent / "closes.csv"
    file.write_text(text, encoding="utf-8")
    return cli("company", "prices", file, "--company", company, "--into", facts, "--as-of", "2026-02-03", *options)


def test_prices_that_are_brought_in_make_a_series(cli, facts):
    brought = prices(cli, facts)
    assert brought.code == 0, brought.err
    assert "3 closes from 2026-01-05 to 2026-02-02, 2 counts of shares" in brought.out
    told = json.loads(cli("market-cap", "--facts", facts, "--json").out)
    assert [(point["date"], point["value"]) for point in told["companies"]["Cambricon"]] == [
        ("2026-01-06", 1100 * 420),
        ("2026-02-02", 1200 * 424.8),
    ]
    assert told["origins"]["Cambricon"].endswith("cambricon-2026-02-03.csv")
    assert cli("facts", "check", facts).code == 0
    shown = cli("market-cap", "--facts", facts, "--every", "day")
    assert (shown.code, shown.err) == (0, "")
    for words in ("2026-01-05", "420,000", "509,760", "not in the sum", "MetaX"):
        assert words in shown.out


def test_the_series_is_ready_for_a_chart(cli, facts):
    prices(cli, facts)
    rows = list(csv.DictReader(io.StringIO(cli("market-cap", "--facts", facts, "--every", "day", "--csv").out)))
    assert {row["series"] for row in rows} == {"Cambricon", "all"}
    assert {"series", "date", "value", "currency", "shares_mn", "rate", "missing"} <= set(rows[0])


def test_the_same_file_gives_the_bands_of_multiples(cli, facts):
    prices(cli, facts)
    file = facts / "prices" / "cambricon-2026-02-03.csv"
    told = json.loads(cli("multiples", "--company", "Cambricon", "--prices", file, "--json").out)
    close = next(band for band in told["companies"][0]["bands"] if band["of"] == "close")
    assert (close["count"], close["mean"]) == (3, 1100)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("date,close\n2026-01-05,1000\n2026-01-05,1001\n", ["closes.csv, line 3", "stands in line 2 already"]),
        ("date,close\n2026-01-05,1000\n2026-01-06,\n", ["closes.csv, line 3, column close", "is empty"]),
        ("date,close,currency\n2026-01-05,1000,HKD\n", ["closes.csv, line 2", "HKD, and Cambricon is listed in CNY"]),
        ("date,close,shares_mn\n2026-01-05,1000,-1\n", ["closes.csv, line 2, column shares_mn", "impossible"]),
        ("date,close,shares_mn\n2026-01-05,,400\n", ["no row has a close"]),
        ("day,close\n2026-01-05,1000\n", ["no column 'date'"]),
    ],
)
def test_bad_prices_are_refused_with_their_line_and_nothing_is_written(cli, facts, text, words):
    refused(prices(cli, facts, text), *words)
    assert not facts.exists()


@pytest.mark.parametrize(
    ("company", "options", "words"),
    [
        ("Zoo", (), "no company 'Zoo'"),
        ("Huawei", (), "names no listing currency"),
        ("Cambricon", ("--source", "nowhere"), "no source 'nowhere'"),
    ],
)
def test_prices_of_nobody_are_refused(cli, facts, company, options, words):
    refused(prices(cli, facts, CLOSES, company, *options), words)


def test_prices_of_the_same_day_are_not_written_over(cli, facts):
    assert prices(cli, facts).code == 0
    refused(prices(cli, facts), "exists already")


# -- public data ----------------------------------------------------------------------------------


def recorded(monkeypatch, assets=224e6, **closes):
    """What a provider would say, made up."""
    cells = {
        "Total Revenue": {"2025-12-31": 150e6, "2026-12-31": 210e6},
        "Basic Average Shares": {"2026-12-31": 10.5e6},
        "Total Assets": {"2026-12-31": assets},
        "Total Liabilities Net Minority Interest": {"2026-12-31": 62e6},
        "Total Equity Gross Minority Interest": {"2026-12-31": 162e6},
    }
    found = public_data.Snapshot("yfinance", "X", "CNY", yahoo.LINES, cells, "06-30", "1.7.0", ("said by the way",))
    monkeypatch.setattr(public_data, "snapshot", lambda provider, ticker: found)
    quoted = public_data.Closes("yfinance", "X", **{"currency": "CNY", "closes": {"2026-01-05": 10.0}, **closes})
    monkeypatch.setattr(public_data, "closes", lambda provider, ticker: quoted)


def fetch(cli, facts, *options, company="Quarry"):
    return cli("company", "fetch", "yfinance", "X", "--company", company, "--into", facts, *options)


def test_what_the_provider_said_is_kept_and_every_figure_leads_to_its_line(cli, facts, monkeypatch):
    recorded(monkeypatch)
    result = fetch(cli, facts)
    assert result.code == 0, result.err
    assert "note: said by the way" in result.out
    day = dt.date.today().isoformat()
    sheet = (facts / "snapshots" / f"yfinance-x-{day}.csv").read_text(encoding="utf-8").splitlines()
    assert sheet[1] == "Total Revenue,,150000000,210000000"
    card = (facts / "snapshots" / f"yfinance-x-{day}.toml").read_text(encoding="utf-8")
    assert 'package_version = "1.7.0"' in card
    assert f"as_of = {day}" in card
    assert 'fiscal_year_end = "06-30"' in (facts / "companies" / "quarry.toml").read_text(encoding="utf-8")
    (shares,) = json.loads(
        cli("show", "weighted_average_shares", "--where", "company=Quarry", "--where", "year=2026", "--facts", facts,
            "--json").out
    )  # fmt: skip
    assert shares["value"] == pytest.approx(10.5)
    why = cli("why", "revenue", "--where", "company=Quarry", "--where", "year=2026", "--facts", facts)
    assert f"quarry-filing-{day}#line 2" in why.out


def test_a_snapshot_that_does_not_tie_leaves_nothing_unless_a_row_is_left_out(cli, facts, monkeypatch):
    recorded(monkeypatch, assets=230e6)
    result = fetch(cli, facts)
    refused(result, "the two sides of the balance sheet differ for Quarry 2026: gap -6", "snapshots/yfinance-x-")
    assert not facts.exists()
    without = fetch(cli, facts, "--leave-out", "Total Assets")
    assert without.code == 0, without.err
    assert "rows left out: Total Assets (line 4)" in without.out


def test_a_row_that_is_not_there_cannot_be_left_out(cli, facts, monkeypatch):
    recorded(monkeypatch)
    refused(fetch(cli, facts, "--leave-out", "Total Asets"), "no row 'Total Asets'", "'Total Assets'")


def test_nothing_since_a_year_is_told(cli, facts, monkeypatch):
    recorded(monkeypatch)
    refused(fetch(cli, facts, "--from", "2030"), "has nothing of 'X' from 2030 on")
    refused(fetch(cli, facts, "--from", "2030", "--prices", company="Cambricon"), "nothing of 'X' from 2030 on")


def test_closes_of_a_provider_make_a_series(cli, facts, monkeypatch):
    recorded(monkeypatch, shares_mn={"2026-01-01": 400.0}, notes=("splits undone",))
    result = fetch(cli, facts, "--prices", company="Cambricon")
    assert result.code == 0, result.err
    assert "note: splits undone" in result.out
    told = json.loads(cli("market-cap", "--facts", facts, "--json").out)
    assert told["companies"]["Cambricon"][0]["value"] == 4000.0


def test_closes_of_another_listing_are_refused(cli, facts, monkeypatch):
    recorded(monkeypatch, currency="USD")
    result = fetch(cli, facts, "--prices", company="Cambricon")
    refused(result, "closes are in USD, and Cambricon is listed in CNY")
    assert not facts.exists()


# -- history --------------------------------------------------------------------------------------


def test_history_shows_what_follows_and_what_is_lost(cli):
    shown = cli("history", "--company", "Cambricon")
    assert (shown.code, shown.err) == (0, "")
    for words in ("~732.5", "31.0%", ">99.0%", "Exhibits 59 and 60", "line 2509"):
        assert words in shown.out


def test_history_and_show_give_the_same_figure(cli):
    told = json.loads(cli("history", "--company", "MetaX", "--json").out)
    (margin,) = json.loads(cli("show", "gross_margin", "-w", "company=MetaX", "-w", "year=2026", "--json").out)
    point = next(one for one in told["points"] if (one["measure"], one["period"]) == ("gross_margin", "2026"))
    assert point["value"] == margin["value"]


def test_history_is_ready_for_a_chart(cli):
    rows = list(csv.DictReader(io.StringIO(cli("history", "--csv").out)))
    assert {row["company"] for row in rows} == {"Cambricon", "MetaX", "Iluvatar", "all"}
    assert len({(row["company"], row["measure"], row["segment"], row["period"]) for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("history", "--json", "--csv"), "--json and --csv at once"),
        (("market-cap", "--json", "--csv"), "--json and --csv at once"),
        (("market-cap", "--currency", "yuan"), "no rate of YUAN is known"),
        (("market-cap", "--every", "minute"), "no 'minute'"),
        (("history", "--company", "Nobody"), "no company 'Nobody'"),
    ],
)
def test_wrong_requests_are_a_message(cli, arguments, words):
    refused(cli(*arguments), words)
