"""Every page answers, shows the model's figures, and an edit changes what it should and nothing else."""

import csv
import io
import json
import re
from html import unescape
from html.parser import HTMLParser

import pytest

from siliconomics.faces.web.pages import PAGES
from siliconomics.model.figures import shown, with_unit

ADDRESSES = [one.path for one in PAGES.values()]
EDIT = "set=terminal_growth@Cambricon%3D0.05"


def data(web, path):
    answer = web.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def cells(page):
    """Every figure of a page that answers a quantity."""
    return [cell for table in page["tables"] for row in table["rows"] for cell in row if cell.get("quantity")]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_answers_with_its_finding_first_and_no_inline_script_or_style(web, address):
    answer = web.get(address)
    assert answer.status_code == 200
    text = answer.text
    assert text.index("<h1>") < text.index('class="finding"') < text.index('class="blocks')
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son[a-z]+=|\sstyle=", text)
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", text)


@pytest.mark.parametrize("address", [one for one in ADDRESSES if one != "/"] + ["/overview"])
def test_every_page_has_its_json_and_csv(web, address):
    page = data(web, f"{address}.json")
    answer = web.get(f"{address}.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-type"].startswith("text/csv")
    assert len(rows) == sum(len(row) - 1 for table in page["tables"] for row in table["rows"])
    assert json.dumps(page, allow_nan=False)


@pytest.mark.parametrize("address", ["/overview", "/cost", "/valuation/Cambricon"])
def test_figures_are_those_of_the_model(web, desk, address):
    found = [one for one in cells(data(web, f"{address}.json")) if one["known"]]
    assert len(found) > 10
    graph = desk.base.graph
    for one in found:
        assert one["value"] == graph.value(graph.cell(one["quantity"], one["labels"])), one


def test_statements_are_those_of_the_drivers(web, desk):
    from siliconomics.studies import statements

    driven = statements.driven_statement(desk.under(("from-drivers",)), "Cambricon", "year")
    told = {
        (one["quantity"], one["labels"].get("year")): one["value"]
        for one in cells(data(web, "/company/cambricon.json"))
    }
    for line in driven.lines:
        assert told[line.quantity, line.period] == line.value


def test_the_page_says_what_the_command_line_says(web, desk):
    record = desk.base.solve("price_target", company="Cambricon").records[0]
    text = with_unit("price_target", record.value, record.unit)
    assert f"is worth {text}" in unescape(web.get("/valuation/Cambricon").text)


@pytest.mark.parametrize("spelling", ["cambricon", "CAMBRICON", "Cambricon"])
def test_a_company_is_found_whatever_its_case(web, spelling):
    assert web.get(f"/valuation/{spelling}").text == web.get("/valuation/Cambricon").text


def test_an_edit_moves_the_target_shows_what_it_was_and_can_be_taken_back(web, desk):
    change = desk.base.change("terminal_growth", 0.05, company="Cambricon")
    now = desk.base.solve("price_target", company="Cambricon", changes=[change]).value
    before = desk.base.solve("price_target", company="Cambricon").value
    text = web.get(f"/valuation/Cambricon?{EDIT}").text
    assert shown("price_target", now, "CNY/share") in text
    assert f'title="as published">{shown("price_target", before, "CNY/share")}' in text
    assert "1 edit" in text
    assert 'href="/valuation/Cambricon" aria-label="Take back terminal_growth@Cambricon"' in text
    assert web.get("/valuation/Cambricon").text.count("as published") >= 1


def test_one_view_leaves_no_trace_in_the_next(web):
    untouched = web.get("/valuation/MetaX").text
    web.get("/valuation/MetaX?set=terminal_growth@MetaX%3D0.055&set=beta@MetaX%3D3")
    assert web.get("/valuation/MetaX").text == untouched


def test_many_views_at_once_are_not_mixed(web):
    from concurrent.futures import ThreadPoolExecutor

    paths = [f"/valuation/Iluvatar.json?set=terminal_growth@Iluvatar%3D{growth / 1000}" for growth in range(40, 56, 2)]
    alone = [data(web, path) for path in paths]
    with ThreadPoolExecutor(len(paths)) as pool:
        together = list(pool.map(lambda path: data(web, path), paths))
    assert together == alone
    assert len({page["finding"] for page in alone}) == len(paths)


def test_an_impossible_value_is_refused_at_its_cell_and_the_last_good_result_stays(web):
    good = data(web, f"/valuation/Cambricon.regions?{EDIT}")
    refused = data(web, f"/valuation/Cambricon.regions?{EDIT}&set.terminal_growth@Cambricon=15%25")
    assert refused["link"] == good["link"]
    assert refused["regions"]["keys"] == good["regions"]["keys"]
    assert "15% not taken" in refused["regions"]["inputs"]
    assert "impossible" in refused["regions"]["notices"]
    again = data(web, f"/valuation/Cambricon.regions?{EDIT}&set.terminal_growth@Cambricon=4%25")
    assert "terminal_growth@Cambricon%3D0.04" in again["link"]


def test_a_value_that_is_no_number_is_refused_at_its_cell(web):
    answer = data(web, "/cost.regions?set.die_yield@910C=much")
    assert answer["link"] == "/cost"
    assert "is not a number" in answer["regions"]["inputs"]


def test_a_form_without_script_leads_to_the_address_of_its_edits(web):
    answer = web.get("/cost?set.die_yield@910C=50%25&set.die_yield@H20=50%25&set.wafer_price_usd@H20=")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/cost?set=die_yield@910C%3D0.5"  # of H20 a half is published: no edit


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/?colour=red", "colour"),
        ("/?s=no-such-scenario", "no-such-scenario"),
        ("/?set=no_such_quantity%3D1", "no_such_quantity"),
        ("/?set=nonsense", "nonsense"),
        ("/?s=../../etc/passwd", "../../etc/passwd"),
    ],
)
def test_a_dead_key_is_named_and_the_page_is_shown(web, address, told):
    answer = web.get(address)
    assert answer.status_code == 200
    assert told in unescape(re.search(r'id="notices".*?</div>', answer.text, re.DOTALL).group())


def test_a_scenario_holds_for_every_figure(web, desk):
    textbook = desk.base.under("textbook").solve("price_target", company="Cambricon").value
    page = data(web, "/valuation/Cambricon.json?s=textbook")
    assert textbook in [one["value"] for one in cells(page) if one["quantity"] == "price_target"]
    assert page["scenario"] == "textbook"


def test_names_are_shown_in_chinese(web):
    assert "寒武纪" in web.get("/valuation/Cambricon?lang=zh").text


@pytest.mark.parametrize("address", ["/valuation/Cambricon", "/cost", "/company/Cambricon", "/overview"])
def test_every_figure_leads_to_a_trace_that_answers(web, address):
    class Links(HTMLParser):
        found: set

        def handle_starttag(self, tag, attributes):
            named = dict(attributes)
            if tag == "a" and "figure" in (named.get("class") or "") and named["href"].startswith("/trace/"):
                self.found.add(named["href"])

    links = Links()
    links.found = set()
    links.feed(web.get(address).text)
    assert len(links.found) > 9
    for link in sorted(links.found)[::9]:
        answer = web.get(link)
        assert answer.status_code == 200
        assert "Down to the sources" in answer.text, link


def test_every_chart_is_drawn_from_a_valid_specification(web, desk, monkeypatch):
    from siliconomics.faces.web import charts
    from siliconomics.faces.web.page import Chart

    monkeypatch.setattr(charts, "CHECKED", True)
    for name, subject in (("overview", ""), ("cost", ""), ("company", "Cambricon"), ("valuation", "MetaX")):
        kind = PAGES[name]
        _, page = desk.answer([], lambda asked, kind=kind, subject=subject: kind.build(asked, subject), kind.usual)
        drawn = [charts.svg(block.spec) for block in page.blocks if isinstance(block, Chart)]
        assert drawn
        assert all(one.startswith("<svg") and "NaN" not in one for one in drawn)


def test_a_chart_that_fails_leaves_its_table(web, monkeypatch):
    from siliconomics.faces.web import charts

    def failing(chart):
        raise ValueError("no drawing")

    monkeypatch.setattr(charts, "svg", failing)
    text = web.get("/cost").text
    assert "could not be drawn" in text
    assert "Bill per chip, table" in text


@pytest.mark.slow
def test_the_workbook_of_a_company_is_written_in_the_state_of_the_page(web):
    import openpyxl

    answer = web.get(f"/valuation/Cambricon.xlsx?{EDIT}")
    assert answer.status_code == 200
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames


@pytest.mark.slow
def test_the_audit_is_of_the_base_whatever_the_view_holds(web):
    plain = data(web, "/audit.json")
    other = data(web, f"/audit.json?s=textbook&{EDIT}")
    assert other["tables"] == plain["tables"]
