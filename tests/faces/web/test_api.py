"""The interface for programs: the command line's numbers and keys, and refusals that say what to do."""

import json

import pytest


@pytest.mark.parametrize(
    ("quantity", "query", "arguments"),
    [
        ("price_target", "where=company=Cambricon", ["-w", "company=Cambricon"]),
        ("die_yield", "", []),
        ("price_target", "s=textbook", ["-s", "textbook"]),
        (
            "manufacturing_cost_usd",
            "where=chip=910C&set=die_yield@910C%3D50%25",
            ["-w", "chip=910C", "--set", "die_yield@910C=50%"],
        ),
        ("revenue", "where=company=metax&where=year=2027", ["-w", "company=metax", "-w", "year=2027"]),
    ],
)
def test_an_answer_is_what_the_command_line_shows(web, cli, quantity, query, arguments):
    answer = web.get(f"/api/answer/{quantity}?{query}")
    assert answer.status_code == 200
    assert answer.json() == json.loads(cli("show", quantity, *arguments, "--json").out)


def test_why_is_the_tree_of_the_command_line(web, cli):
    answer = web.get("/api/why/price_target?where=company=Cambricon")
    assert answer.json() == json.loads(cli("why", "price_target", "-w", "company=Cambricon", "--json").out)


def test_a_company_is_what_the_command_line_opens(web, cli):
    arguments = ["company", "show", "Cambricon", "--set", "price_cut@MLU 590,2027=20%", "--json"]
    answer = web.get("/api/company/cambricon?set=price_cut@MLU 590,2027%3D20%25")
    assert answer.json() == json.loads(cli(*arguments).out)


def test_quantities_and_scenarios_are_listed(web, desk):
    names = [one["name"] for one in web.get("/api/quantities").json()]
    assert names == list(desk.base.graph.quantities)
    assert {"textbook", "from-drivers"} <= {one["name"] for one in web.get("/api/scenarios").json()}
    assert "file" not in web.get("/api/scenarios").json()[0]


def test_the_schema_names_every_path_and_its_refusal(web):
    schema = web.get("/api/openapi.json").json()
    assert set(schema["paths"]) == {
        "/api/answer/{quantity}", "/api/why/{quantity}", "/api/quantities", "/api/scenarios", "/api/company/{name}",
    }  # fmt: skip
    for path in schema["paths"].values():
        assert "Refused" in str(path["get"]["responses"]["422"])


@pytest.mark.parametrize(
    "path",
    [
        "/api/answer/no_such_quantity",
        "/api/answer/price_target?where=company=Nobody",
        "/api/answer/price_target?where=company",
        "/api/answer/price_target?where=company=Cambricon&where=company=MetaX",
        "/api/answer/price_target?set=terminal_growth@Cambricon%3D0.15",
        "/api/answer/price_target?set=terminal_growth@Cambricon%3Dnan",
        "/api/answer/price_target?set=terminal_growth@Cambricon%3D1e999",
        "/api/answer/upside?set=price_target%3D1e308&set=share_price%3D1e-300",
        "/api/answer/price_target?set=rubbish",
        "/api/answer/price_target?s=rubbish",
        "/api/why/price_target",
        "/api/company/nobody",
        "/api/answer/" + "a" * 300,
        "/api/quantities?word=" + "a" * 300,
        "/api/answer/price_target?" + "&".join(["s=fade"] * 9),
        "/api/answer/price_target?set=driver_last_year%3D1e9",
        "/api/answer/price_target?where=valuation_year=x",
    ],
)
def test_a_bad_request_says_what_where_why_and_what_to_do(web, path):
    answer = web.get(path)
    assert answer.status_code in (400, 422), answer.text[:300]
    for problem in answer.json()["problems"]:
        assert set(problem) == {"what", "where", "why", "remedy"}
        assert problem["what"]
