"""Building a model: each check finds a small seeded defect and says so; scenarios overlay; labels are spoken freely."""

import dataclasses

import pytest

import siliconomics
from siliconomics.core import BadRequest, Problem, formula
from siliconomics.core.operators import at, exp, floor, previous, total
from siliconomics.model import Model, checks, overlay
from siliconomics.model.overlay import Change


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SILICONOMICS_CACHE", str(tmp_path_factory.mktemp("cache")))
        return siliconomics.load()


@pytest.fixture
def with_formulas(model):
    """The model with further formulas."""

    def build(*functions, without=()):
        kept = [one for one in model.formulas if one.name not in without]
        return Model(model.facts, [*kept, *(function.__formula__ for function in functions)])

    return build


def one_problem(check, model):
    (found,) = list(check(model))
    assert found.where, found
    assert found.remedy, found
    return found


# -- seeded defects ---------------------------------------------------------------------------


@formula(unit="1", source="test#1")
def reads_nothing_known(die_yeild):
    """A misspelled argument."""
    return die_yeild


@formula(unit="USD/chip", source="test#1")
def die_cost_usd(memory_cost_usd):
    """A second formula without a player's name."""
    return memory_cost_usd


@formula(unit="1", source="test#1")
def beta(risk_free_rate):
    """A formula under the name of an input."""
    return risk_free_rate


@formula(unit="1", source="test#1", see="die_yeild")
def points_nowhere(die_yield):
    """Another way that does not exist."""
    return die_yield


@formula(unit="1", source="test#1", see="price_target")
def points_elsewhere(die_yield):
    """Another way for companies, where this is for chips."""
    return die_yield


@formula(unit="1", source="test#1")
def hen(egg):
    """Rests on egg."""
    return egg


@formula(unit="1", source="test#1")
def egg(hen):
    """Rests on hen."""
    return hen


@formula(unit="USD/chip", source="test#1")
def plugged_cost_usd(memory_cost_usd):
    """Holds a derate in hiding."""
    return memory_cost_usd * 0.8


@formula(unit="1", source="test#1")
def declared_smooth(die_yield):
    """Steps, and says it does not."""
    return floor(die_yield)


@formula(unit="1", source="test#1")
def declared_stepped(beta):
    """Is declared below to step, and does not."""
    return exp(beta)


declared_stepped.__formula__.kind = "stepped"


@formula(unit="USD/chip", source="test#1")
def summed_over_nothing(memory_cost_usd):
    """Adds over a dimension that memory has not."""
    return total(memory_cost_usd, over="company")


@formula(unit="USD/chip", source="test#1")
def dated_memory(memory_cost_usd, valuation_year):
    """Takes a year of what has no year."""
    return at(memory_cost_usd, year=valuation_year)


@formula(unit="USD/chip", source="test#1")
def earlier_memory(memory_cost_usd):
    """Takes the period before of what has no time."""
    return previous(memory_cost_usd)


@formula(unit="USD/wafer", source="test#1")
def wrong_unit(memory_cost_usd):
    """Says wafer, is chip."""
    return memory_cost_usd


@formula(unit="USD/chip", source="test#1")
def adds_apples(memory_cost_usd, market_price_cny):
    """Adds dollars to yuan."""
    return memory_cost_usd + market_price_cny


@formula(unit="CNY/chip", source="test#1")
def memory_cost_usd__in_yuan(market_price_cny):
    """A rival in another unit."""
    return market_price_cny


DEFECTS = [
    (checks.missing_inputs, [reads_nothing_known], "reads 'die_yeild'", "'die_yield'"),
    (checks.other_ways, [points_nowhere], "see 'die_yeild'", "'die_yield'"),
    (checks.other_ways, [points_elsewhere], "runs over other dimensions", "the same"),
    (checks.two_definitions, [die_cost_usd], "die_cost_usd has a formula without a player's name", "__something"),
    (checks.two_definitions, [beta], "beta is both a formula and a declared input", "stated_beta"),
    (checks.loops_without_a_lag, [hen, egg], "within one period: hen -> egg -> hen", "previous()"),
    (checks.literal_numbers, [plugged_cost_usd], "plugged_cost_usd holds the bare number 0.8", "input with a source"),
    (checks.undeclared_kinds, [declared_smooth], "declared smooth but its arithmetic is stepped", "stepped"),
    (checks.undeclared_kinds, [declared_stepped], "declared stepped but its arithmetic is smooth", "smooth"),
    (checks.dimension_mismatches, [summed_over_nothing], "takes total over 'company'", "company"),
    (checks.dimension_mismatches, [dated_memory], "takes at over 'year'", "year"),
    (checks.dimension_mismatches, [earlier_memory], "previous() of something without time", "year"),
    (checks.unit_mismatches, [wrong_unit], "wrong_unit", "unit"),
    (checks.unit_mismatches, [adds_apples], "adds_apples", "unit"),
]


@pytest.mark.parametrize(
    ("check", "functions", "what", "remedy"),
    DEFECTS,
    ids=[f"{one[0].__name__}-{one[1][0].__name__}" for one in DEFECTS],
)
def test_each_check_finds_its_defect_and_nothing_else(with_formulas, check, functions, what, remedy):
    found = one_problem(check, with_formulas(*functions))
    assert what in found.what
    assert remedy in found.remedy
    assert "test_build_checks.py" in found.where or "toml" in found.where


def test_a_driven_input_is_played_by_a_formula_with_a_players_name_only(model, with_formulas):
    @formula(unit="mn reporting_currency", source="test#1")
    def inventories(cost_of_goods_sold):
        """A formula that nobody could choose."""
        return cost_of_goods_sold

    assert model.facts.declarations["inventories"].driven
    found = [one.what for one in checks.two_definitions(with_formulas(inventories))]
    assert any(one.startswith("inventories is both a formula and a declared input") for one in found)


def test_the_stated_figure_of_a_driven_input_stays_readable_whoever_plays_it(model):
    where = {"company": "Iluvatar", "year": 2027}
    for scenario, played in (("base", 3200.5), ("from-drivers", 3200.494)):
        under = model.under(*([] if scenario == "base" else [scenario]))
        assert under.solve("printed_inventories", **where).value == 3200.5
        assert under.solve("inventories", **where).value == pytest.approx(played, abs=0.02)
    formula_ = model.under("from-drivers").graph.cell("inventories", where).formula
    assert formula_.name == "inventories__from_drivers"
    assert model.graph.cell("inventories", where).formula is None


def test_the_same_formula_twice_is_two_definitions(model):
    doubled = Model(model.facts, [*model.formulas, model.formulas[0]])
    found = one_problem(checks.two_definitions, doubled)
    assert found.what == f"{model.formulas[0].name} is defined twice"


def test_rivals_in_different_units_are_refused(with_formulas):
    found = [one.what for one in checks.unit_mismatches(with_formulas(memory_cost_usd__in_yuan))]
    assert any("players of memory_cost_usd declare different units" in one for one in found)


def test_a_role_with_players_that_the_base_does_not_choose_is_refused(with_formulas):
    @formula(unit="1", source="test#1")
    def duel__one(beta):
        """One."""
        return beta

    @formula(unit="1", source="test#1")
    def duel__other(beta):
        """Other."""
        return beta

    found = one_problem(checks.unknown_players, with_formulas(duel__one, duel__other))
    assert "duel has 2 players and the base chooses none" in found.what


def test_a_fact_that_no_formula_reads_is_refused(model):
    declared = {name: dataclasses.replace(one, unread=False) for name, one in model.facts.declarations.items()}
    facts = dataclasses.replace(model.facts, declarations=declared)
    found = list(checks.facts_nobody_uses(Model(facts, model.formulas)))
    assert found
    assert all("no formula reads" in one.what and "unread = true" in one.remedy and one.where for one in found)


@pytest.mark.parametrize("check", checks.CHECKS, ids=lambda check: check.__name__)
def test_our_own_model_passes_each_check(model, check):
    assert list(check(model)) == []


@pytest.mark.slow
def test_all_defects_are_reported_together(with_formulas):
    broken = with_formulas(reads_nothing_known, plugged_cost_usd, hen, egg, summed_over_nothing, wrong_unit)
    found = " ".join(str(one) for one in checks.problems_of(broken))
    for words in ("'die_yeild'", "bare number 0.8", "hen -> egg -> hen", "total over 'company'", "wrong_unit"):
        assert words in found


def test_a_model_with_problems_is_refused_with_all_of_them(with_formulas, tmp_path, monkeypatch):
    monkeypatch.setenv("SILICONOMICS_CACHE", str(tmp_path))
    monkeypatch.setattr(checks, "CHECKS", (checks.missing_inputs, checks.literal_numbers))
    broken = with_formulas(reads_nothing_known, plugged_cost_usd)
    with pytest.raises(BadRequest) as refused:
        checks.ensure(broken)
    assert len(refused.value.problems) == 2
    assert list(tmp_path.iterdir()) == []  # nothing is remembered as fine


def test_what_passed_is_remembered_until_something_changes(model, tmp_path, monkeypatch):
    monkeypatch.setenv("SILICONOMICS_CACHE", str(tmp_path))
    calls = []
    monkeypatch.setattr(checks, "CHECKS", (lambda one: calls.append(one) or iter(()),))
    checks.ensure(model)
    checks.ensure(model)
    checks.ensure(model.under("textbook"))
    assert len(calls) == 2


# -- scenarios --------------------------------------------------------------------------------


def overlay_file(path, text):
    path.write_text(text, encoding="utf-8")
    return str(path)


def values(model, *quantities):
    return {name: model.solve(name).values for name in quantities}


ANSWERS = ("price_target", "manufacturing_cost_usd", "residual_income", "performance_per_usd")


def test_an_empty_overlay_changes_nothing(model, tmp_path):
    empty = overlay_file(tmp_path / "empty.toml", 'name = "empty"\n')
    assert values(model.under(empty), *ANSWERS) == values(model, *ANSWERS)


def test_the_base_stacked_on_the_base_changes_nothing(model):
    assert values(model.under("base"), *ANSWERS) == values(model, *ANSWERS)
    assert model.under("base").scenario == "base"


def test_later_overlays_win_over_earlier_ones(model, tmp_path):
    low, high = (
        overlay_file(
            tmp_path / f"{name}.toml",
            f'[[set]]\nquantity = "beta"\nvalue = {beta}\nwhy = "a test"\nwhere = {{ company = "Cambricon" }}\n',
        )
        for name, beta in (("low", 0.9), ("high", 1.3))
    )
    both = model.under(low, high)
    assert both.solve("beta", company="Cambricon").value == 1.3
    assert model.under(high, low).solve("beta", company="Cambricon").value == 0.9
    assert both.solve("beta", company="Iluvatar").value == model.solve("beta", company="Iluvatar").value


def test_overlays_stack_and_each_is_applied_once(model):
    assert [one.name for one in overlay.stack(["textbook", "no-moat", "textbook"])].count("textbook") == 1
    both = model.under("textbook", "no-moat").solve("price_target", company="Cambricon").value
    assert both == model.under("no-moat").solve("price_target", company="Cambricon").value


def test_an_overlay_in_a_circle_is_refused(tmp_path, model):
    one, other = tmp_path / "one.toml", tmp_path / "other.toml"
    overlay_file(one, f'based_on = ["{other}"]\n')
    overlay_file(other, f'based_on = ["{one}"]\n')
    with pytest.raises(BadRequest, match="rests on itself") as refused:
        model.under(str(one))
    assert "->" in str(refused.value)


def test_an_unknown_scenario_is_refused_with_the_nearest(model):
    with pytest.raises(BadRequest, match=r"'textbok'.*'textbook'"):
        model.under("textbok")


def test_an_unknown_player_of_an_overlay_is_refused(model, tmp_path):
    file = overlay_file(tmp_path / "x.toml", '[players]\nresidual_income = "textbok"\n')
    found = one_problem(checks.unknown_players, model.under(file))
    assert found.where == file
    assert "'textbook'" in found.remedy


def test_an_unknown_role_of_an_overlay_is_refused(model, tmp_path):
    file = overlay_file(tmp_path / "x.toml", '[players]\nresidual_incom = "textbook"\n')
    assert "'residual_income'" in one_problem(checks.unknown_players, model.under(file)).remedy


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('quantity = "betta"\nvalue = 1\nwhy = "x"', "no quantity 'betta'"),
        ('quantity = "beta"\nvalue = 77\nwhy = "x"', "77 is impossible"),
        ('quantity = "beta"\nvalue = 1\nwhy = "x"\nwhere = { company = "Mars" }', "no company 'Mars'"),
        ('quantity = "beta"\nvalue = 1\nwhy = "x"\nwhere = { chip = "910C" }', "no dimension 'chip'"),
        ('quantity = "terminal_year"\nvalue = 2030.5\nwhy = "x"', "not a whole number"),
    ],
)
def test_a_change_that_cannot_be_is_refused_naming_the_file(model, tmp_path, text, reason):
    file = overlay_file(tmp_path / "x.toml", f"[[set]]\n{text}\n")
    with pytest.raises(BadRequest) as refused:
        model.under(file).solve("price_target")
    assert reason in str(refused.value)
    assert "x.toml" in str(refused.value)


def test_a_scenario_can_lengthen_the_horizon(model, tmp_path):
    longer = model.under(overlay_file(tmp_path / "x.toml", "horizon = [2022, 2045]\n"))
    assert longer.solve("net_income", company="Cambricon", year=2045).value > 0
    assert longer.solve("price_target").values == model.solve("price_target").values


def test_a_longer_horizon_does_not_reach_the_models_own(model):
    with pytest.raises(BadRequest, match="from 2022 to 2038"):
        model.solve("net_income", company="Cambricon", year=2045)


# -- changes ----------------------------------------------------------------------------------


def test_a_change_outside_the_plausible_warns_and_computes(model):
    fresh = model.under()
    change = fresh.change("beta", 4.0, company="Cambricon")
    changed = fresh.with_changes(change)
    assert any(
        "outside the plausible" in warning and "computed all the same" in warning for warning in changed.warnings
    )
    assert changed.solve("price_target", company="Cambricon").value > 0


@pytest.mark.parametrize(
    ("name", "value", "where"),
    [
        ("stated_die_yield", 0, {"chip": "910C"}),
        ("die_yield", 1.3, {"chip": "910C"}),
        ("die_area_mm2", -1, {}),
        ("terminal_growth", 0.5, {}),
        ("beta", float("nan"), {}),
        ("valuation_shares", float("inf"), {}),
    ],
)
def test_an_impossible_change_is_refused(model, name, value, where):
    with pytest.raises(BadRequest, match="is impossible"):
        model.change(name, value, **where)


@pytest.mark.parametrize("excess", [0.0, 0.001, 0.02])
def test_growth_at_or_above_the_cost_of_equity_is_refused_by_name(model, excess):
    rate = model.solve("cost_of_equity", company="Cambricon").value
    growth = model.change("terminal_growth", rate + excess, company="Cambricon")
    with pytest.raises(BadRequest) as refused:
        model.with_changes(growth).solve("price_target", company="Cambricon")
    words = str(refused.value)
    assert "capitalisation_rate[company=Cambricon]" in words
    assert "less growth for ever" in words
    assert "cost_of_equity" in words
    assert "terminal_growth" in words


def test_a_change_does_not_reach_the_model_it_came_from(model):
    before = model.solve("price_target", company="MetaX").value
    model.with_changes(model.change("terminal_growth", 0.02)).solve("price_target", company="MetaX")
    model.solve("price_target", company="MetaX", changes=[Change("terminal_growth", 0.03)])
    assert model.solve("price_target", company="MetaX").value == before


def test_a_change_of_the_present_value_changes_nothing(model):
    now = model.solve("terminal_growth", company="MetaX").value
    held = model.with_changes(model.change("terminal_growth", now, company="MetaX"))
    assert held.solve("price_target", company="MetaX").value == model.solve("price_target", company="MetaX").value


def test_what_is_set_by_hand_is_known_as_assumed(model):
    held = model.with_changes(model.change("beta", 1.0, company="Cambricon"))
    assert held.solve("price_target", company="Cambricon").known == "assumed"


# -- labels -----------------------------------------------------------------------------------


@pytest.mark.parametrize("spelling", ["MLU590", "mlu 590", "MLU 590*", "MLU-590", "Mlu590"])
def test_a_chip_answers_to_its_usual_spellings(model, spelling):
    answer = model.solve("die_cost_usd", chip=spelling)
    assert answer.records[0].labels == {"chip": "MLU 590"}
    assert answer.value == model.solve("die_cost_usd", chip="MLU 590").value


@pytest.mark.parametrize("spelling", ["cambricon", "CAMBRICON", "寒武纪", "688256.SS", "Cambricon Technologies"])
def test_a_company_answers_to_its_usual_spellings(model, spelling):
    assert model.solve("price_target", company=spelling).records[0].labels == {"company": "Cambricon"}


@pytest.mark.parametrize("spelling", [2027, "2027", "2027E"])
def test_a_year_answers_as_number_and_as_text(model, spelling):
    assert model.solve("net_income", company="MetaX", year=spelling).records[0].labels["year"] == 2027


@pytest.mark.parametrize(
    ("quantity", "where", "words"),
    [
        ("price_target", {"company": "Cambrcon"}, "'Cambricon'"),
        ("die_cost_usd", {"chip": "MLU 5900"}, "'MLU 590'"),
        ("die_cost_usd", {"chip": ""}, "there is no chip"),
        ("die_cost_usd", {"chip": None}, "there is no chip"),
        ("net_income", {"year": 1999}, "from 2022 to"),
        ("net_income", {"year": "²"}, "from 2022 to"),
        ("net_income", {"year": "9" * 5000}, "from 2022 to"),
        ("price_target", {"chip": "910C"}, "runs over company"),
        ("price_target", {"planet": "Mars"}, "there is no dimension 'planet'"),
        ("price_targt", {}, "'price_target'"),
        ("", {}, "there is no quantity"),
    ],
)
def test_an_unknown_label_is_refused_with_what_there_is(model, quantity, where, words):
    with pytest.raises(BadRequest) as refused:
        model.solve(quantity, **where)
    (problem,) = refused.value.problems
    assert isinstance(problem, Problem)
    assert words.casefold() in str(problem).casefold()
    assert problem.remedy


def test_an_answer_of_several_values_has_no_single_value(model):
    with pytest.raises(BadRequest, match="values here"):
        _ = model.solve("price_target").value


def test_an_unknown_figure_is_none_and_says_what_it_needs(model):
    (record,) = model.solve("price_target", company="Huawei")
    assert record.value is None
    assert record.known == "unknown"
    assert "needs" in record.missing


def test_a_bad_load_names_every_folder(tmp_path):
    for folder in (tmp_path / "nowhere", "", " "):
        with pytest.raises(BadRequest):
            siliconomics.load([folder])
