"""Shares: every count with its value, what plans and placements add, when lock-ups end; what is not given is unknown."""

import textwrap

import pytest

import siliconomics
from siliconomics.core import BadRequest
from siliconomics.studies import shares

ORIGIN = 'known = "assumed"\nsource = "mine#page-1"\nas_of = 2026-05-01\n'


@pytest.fixture(scope="module")
def model():
    return siliconomics.load()


def mine(folder, *observed):
    """A folder of facts of Cambricon: (quantity, labels, value)."""
    body = ""
    for quantity, labels, value in observed:
        more = "".join(f', {name} = "{label}"' for name, label in labels.items())
        given = f'"{value}"' if isinstance(value, str) else value
        body += f'[[observed]]\nquantity = "{quantity}"\nlabels = {{ company = "Cambricon"{more} }}\nvalue = {given}\n{ORIGIN}'
    (folder / "sources.toml").write_text('[mine]\ntitle = "My estimates"\nkind = "own estimate"\n', encoding="utf-8")
    (folder / "shares.toml").write_text(textwrap.dedent(body), encoding="utf-8")
    return siliconomics.load([folder])


def counted(found):
    return {one.basis: one for one in found.counts}


PLAN = {"award": "plan of 2024"}
FREE = {"award": "restricted stock"}


def plans(folder, price=65.0):
    return mine(
        folder,
        ("award_of_company", PLAN, 1), ("award_shares", PLAN, 4.0), ("award_exercise_price", PLAN, price),
        ("award_of_company", FREE, 1), ("award_shares", FREE, 1.5), ("award_exercise_price", FREE, 0),
    )  # fmt: skip


def test_the_value_on_each_whole_count_is_equity_over_it(model):
    for company in ("Cambricon", "MetaX"):
        found = counted(shares.shares(model, company))
        equity = model.solve("equity_value", company=company).value
        for basis in ("in the valuation", "outstanding", "A shares"):
            assert found[basis].value == pytest.approx(equity / found[basis].shares)


def test_over_a_part_of_the_shares_no_value_is_shown(model):
    found = counted(shares.shares(model, "MetaX"))
    assert found["free float"].shares == pytest.approx(9.6655 + 22.829081 - 14.3556, abs=0.001)
    assert found["free float"].value is None
    assert found["H shares"].shares == 0
    assert found["H shares"].value is None


def test_classes_add_up_where_all_are_given(model):
    for company in ("Cambricon", "MetaX"):
        found = counted(shares.shares(model, company))
        assert found["A shares"].shares + found["H shares"].shares == found["outstanding"].shares


def test_what_nobody_gives_is_unknown_with_what_it_would_take(model):
    found = counted(shares.shares(model, "Iluvatar"))
    assert found["H shares"].shares is None
    assert "share_count" in found["H shares"].missing
    assert found["treasury-stock method"].shares is None
    assert "award_shares" in found["treasury-stock method"].missing
    assert "stock_compensation" in shares.shares(model, "Iluvatar").stock_compensation_missing


def test_plans_dilute_by_the_treasury_stock_method(tmp_path):
    model = plans(tmp_path)
    found = shares.shares(model, "Cambricon")
    price, count = model.solve("share_price", company="Cambricon").value, 424.8
    added = 4.0 * (1 - 65 / price) + 1.5
    assert {one.award: one.added for one in found.awards} == pytest.approx(
        {"plan of 2024": 4.0 * (1 - 65 / price), "restricted stock": 1.5}
    )
    diluted = counted(found)["treasury-stock method"]
    assert diluted.shares == pytest.approx(count + added)
    assert diluted.value == pytest.approx(found.target * count / (count + added))
    assert found.dilution == pytest.approx(added / (count + added))


def test_options_above_the_price_add_nothing(tmp_path):
    found = shares.shares(plans(tmp_path, price=5000.0), "Cambricon")
    assert {one.award: one.added for one in found.awards} == {"plan of 2024": 0.0, "restricted stock": 1.5}


def test_a_stated_dilution_is_read_where_no_plan_is_given(tmp_path):
    model = mine(tmp_path, ("stated_dilutive_shares", {}, 6.0))
    assert counted(shares.shares(model, "Cambricon"))["treasury-stock method"].shares == pytest.approx(430.8)
    assert counted(shares.shares(model, "MetaX"))["treasury-stock method"].shares is None


def test_one_companys_plan_does_not_dilute_another(tmp_path):
    model = plans(tmp_path)
    assert model.solve("award_count", company="Cambricon").value == 2
    assert model.solve("award_count", company="MetaX").value == 0
    assert counted(shares.shares(model, "MetaX"))["treasury-stock method"].shares is None


def test_placements_raise_what_the_announcements_say(model):
    raised = {
        (c, one.placement): one.proceeds for c in ("Cambricon", "MetaX") for one in shares.shares(model, c).placements
    }
    assert raised["Cambricon", "placement 2025"] == pytest.approx(3985.327, rel=1e-5)
    assert raised["Cambricon", "placement 2023"] == pytest.approx(1672, rel=0.01)
    assert raised["MetaX", "listing 2025"] == pytest.approx(4197, rel=1e-3)
    (listing,) = shares.shares(model, "Iluvatar").placements
    assert listing.shares * listing.price == pytest.approx(3677, rel=1e-3)  # the study: about HK$3.7bn
    assert listing.when == "past"
    assert listing.value_after is None


def test_new_shares_below_the_value_cost_the_old_owners(tmp_path):
    labels = {"placement": "placement 2027"}
    planned = (
        ("placement_shares", labels, 20.0), ("placement_price", labels, 1000.0), ("placement_date", labels, "2027-03-01"),
    )  # fmt: skip
    model = mine(tmp_path, *planned)
    found = shares.shares(model, "Cambricon")
    one = next(one for one in found.placements if one.placement == "placement 2027")
    equity = model.solve("equity_value", company="Cambricon").value
    assert one.when == "ahead"
    assert one.value_after == pytest.approx((equity + 20_000) / 444.8)
    assert one.value_after < found.target
    at_value = model.with_changes(model.change("placement_price", found.target, company="Cambricon", **labels))
    same = at_value.solve("value_per_share_after_placement", company="Cambricon", **labels).value
    assert same == pytest.approx(found.target)


def test_lock_ups_are_dated_and_those_ahead_are_added_up(model):
    found = shares.shares(model, "MetaX")
    ahead = [one for one in found.lock_ups if one.when == "ahead"]
    assert [one.date for one in ahead] == sorted(one.date for one in ahead)
    assert found.locked == pytest.approx(14.3556 + 7.605419 + 91.8)
    assert found.locked_without_number == 1
    past = shares.shares(model, "Cambricon")
    assert {one.when for one in past.lock_ups} == {"past"}
    assert past.locked == 0


def test_pay_in_shares_is_a_line_of_its_own(tmp_path):
    (tmp_path / "sources.toml").write_text('[mine]\ntitle = "My estimates"\nkind = "own estimate"\n', encoding="utf-8")
    (tmp_path / "pay.toml").write_text(
        '[[observed]]\nquantity = "stock_compensation"\nlabels = { company = "Cambricon", year = 2026 }\n'
        f"value = 300\n{ORIGIN}",
        encoding="utf-8",
    )
    model = siliconomics.load([tmp_path])
    found = shares.shares(model, "Cambricon")
    income = model.solve("net_income", company="Cambricon", year=2026).value
    assert found.stock_compensation == {2026: 300.0}
    assert found.net_income_before_stock_compensation == {2026: pytest.approx(income + 300)}
    assert model.solve("price_target", company="Cambricon").value == found.target  # it is inside the expense already


def test_a_company_without_shares_is_refused(model):
    with pytest.raises(BadRequest, match="o shares of Huawei are known"):
        shares.shares(model, "Huawei")
