"""One command opens a company: target, consensus gap and reason, before and after."""

import json

import pytest

CUT = ["--set", "price_cut@MLU 590,2027=20%"]


def test_one_command_shows_target_gap_and_reason(cli):
    done = cli("company", "show", "Cambricon", *CUT)
    assert done.code == 0
    for words in ("price target", "before 1,588", "why net income differs from consensus", "what moved the target"):
        assert words in done.out
    assert "−10.6% (+10.6%)" in done.out  # own net income of 2027 against Bloomberg's mean, before in brackets


def test_the_page_and_show_give_the_same_figure(cli):
    page = json.loads(cli("company", "show", "Cambricon", *CUT, "--json").out)
    (shown,) = json.loads(
        cli("show", "price_target", "-w", "company=Cambricon", "-s", "from-drivers", *CUT, "--json").out
    )
    (target,) = (one for one in page["headline"] if one["name"] == "price_target")
    assert target["after"] == shown["value"]


def test_without_a_change_it_shows_the_company_as_it_is(cli):
    done = cli("company", "show", "MetaX")
    assert done.code == 0
    assert "None: too few brokers" in done.out
    assert "before" not in done.out


def test_a_change_that_does_not_reach_the_target_says_so(cli):
    done = cli("company", "show", "Cambricon", "--scenario", "base", *CUT)
    assert "nothing: the change does not reach it" in done.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["Cambricn"], ["Cambricon"]),
        (["Huawei"], ["no price target", "company new"]),
        (["Cambricon", "--set", "price_cut@MLU 59,2027=20%"], ["MLU 590"]),
    ],
)
def test_a_wrong_request_is_a_message_and_exit_code_2(cli, arguments, words):
    done = cli("company", "show", *arguments)
    assert done.code == 2
    assert done.out == ""
    for word in words:
        assert word in done.err


# -- a company of one's own, with products --------------------------------------------------------

SHEET = {
    "Revenue": ("1200", "2000", "3000", "4000"),
    "Cost of goods sold": ("600", "1000", "1500", "2000"),
    "Gross profit": ("600", "1000", "1500", "2000"),
    "Operating expense": ("420", "490", "560", "630"),
    "Operating income": ("180", "510", "940", "1370"),
    "Non-operating income": ("10", "10", "10", "10"),
    "Pretax income": ("190", "520", "950", "1380"),
    "Income tax": ("20", "52", "95", "138"),
    "Net income": ("170", "468", "855", "1242"),
    "Total equity": ("1130", "1598", "2453", "3695"),
}
ONCE = {
    "Market price with tax": "60000",
    "Reporting currency for one yuan": "1",
    "Share of the price before tax that distributors keep": "5",
    "Share of operating expense that follows sales": "30",
    "Beta": "1.2",
    "Risk-free rate": "2",
    "Equity risk premium": "6",
    "Payout ratio after the forecast": "30",
    "Growth of net income after the forecast": "12",
    "Growth for ever": "4",
    "Shares the value is divided by": "100",
    "Reporting currency for one unit of listing currency": "0.9",
    "Share price": "120",
    "Year whose closing book is in the value": "2026",
    "First year of residual income that counts": "2026",
    "Last year of residual income that counts": "2037",
    "Year from which the continuing value starts": "2037",
}
AHEAD = {"Units to be sold": ("30000", "45000", "60000"), "Sales that are no product of the list": ("400",) * 3}


def fill(folder):
    for path in folder.glob("*.csv"):
        if "consensus" in path.name or "half" in path.name or "quarter" in path.name:
            continue
        heading, *body = (line.split(",") for line in path.read_text(encoding="utf-8").splitlines())
        for row in body:
            if row[1] in SHEET and "2025" in heading:
                row[heading.index("2025") :] = SHEET[row[1]]
            elif row[1] in ONCE:
                row[2] = ONCE[row[1]]
            elif row[1] in AHEAD:
                row[2:] = AHEAD[row[1]]
        path.write_text("\n".join(map(",".join, [heading, *body])) + "\n", encoding="utf-8")


@pytest.fixture
def den(cli, tmp_path):
    folder = tmp_path / "den_facts"
    made = cli(
        "company", "new", "Den", "--into", folder, "--listing", "HKD", "--product", "Den One", "--reported", 2025
    )
    assert made.code == 0, made.err
    return folder


def test_a_price_cut_of_a_product_of_ones_own_company_moves_its_target(cli, den):
    fill(den)
    assert "no problem" in cli("facts", "check", den).out
    plain = json.loads(cli("company", "show", "Den", "--facts", den, "--json").out)
    cut = json.loads(cli("company", "show", "Den", "--facts", den, "--set", "price_cut@Den One,2027=20%", "--json").out)
    (before,) = (one["after"] for one in plain["headline"] if one["name"] == "price_target")
    (after,) = (one for one in cut["headline"] if one["name"] == "price_target")
    assert after["before"] == before
    assert after["after"] < 0.8 * before
    where = ("-w", "company=Den", "-w", "year=2027", "--facts", den)
    gap = json.loads(cli("show", "revenue_gap_to_print", *where, "--json").out)[0]["value"]
    units = 45_000 * 60_000 / 1.13 * 0.95 / 1e6
    assert gap == pytest.approx(3000 - units - 400)


def test_products_without_figures_are_tables_that_are_read(cli, den):
    assert cli("facts", "check", den).code == 0
