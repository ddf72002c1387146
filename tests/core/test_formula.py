"""What is declared of a formula, and intervals."""

import math
import types

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconomics.core import Interval, formula, formulas_of


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("[0, 1]", (0, 0.5, 1), (-1e-9, 1.3)),
        ("(0, 1]", (1e-300, 1), (0, 1.0000001)),
        ("[0, 1)", (0, 0.999), (1,)),
        ("[0, inf)", (0, 1e300), (-1, math.inf)),
        ("(-inf, inf)", (-1e300, 0), (math.inf, math.nan)),
        ("  ( -0.05 ,1e3 ] ", (0, 1000), (-0.05, 1001)),
    ],
)
def test_an_interval_holds_what_its_brackets_say(text, inside, outside):
    interval = Interval.parse(text)
    assert all(number in interval for number in inside)
    assert not any(number in interval for number in outside)


@pytest.mark.parametrize("text", ["", "0..1", "[0; 1]", "[0, 1", "{0, 1}", "[1, 0]", "[0, 1, 2]", "[nan, 1]", "[a, 1]"])
def test_what_is_no_interval_is_refused(text):
    with pytest.raises(ValueError, match=r"interval|wrong way|could not convert"):
        Interval.parse(text)


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.booleans(), st.booleans())
def test_an_interval_is_read_back_as_it_is_shown(low, length, first, last):
    interval = Interval(float(f"{low:g}"), float(f"{low + length:g}"), first, last)
    assert Interval.parse(str(interval)) == interval


def test_a_word_or_nothing_lies_in_no_interval():
    assert "0.5" not in Interval(0, 1)
    assert None not in Interval(0, 1)


def test_rounding_does_not_carry_a_share_above_one():
    share = 0.1 / (1 - (1 - 0.1))
    assert share > 1
    assert share not in Interval.parse("(0, 1]")
    assert Interval.parse("(0, 1]").about(share)
    assert not Interval.parse("(0, 1]").about(0.0)
    assert not Interval.parse("(0, 1]").about(1.001)


@formula(unit="USD/die", source="book#page-1", possible="[0, inf)")
def price_usd__list(cost_usd, margin):
    """What it sells for."""
    return cost_usd * (1 + margin)


def test_a_declared_formula_stays_the_function_it_was():
    assert price_usd__list(100, 0.5) == 150
    assert price_usd__list(margin=0.5, cost_usd=100) == 150


def test_a_formula_knows_its_role_its_player_and_its_wires():
    one = price_usd__list.__formula__
    assert (one.name, one.role, one.player) == ("price_usd__list", "price_usd", "list")
    assert one.arguments == ("cost_usd", "margin")
    assert one.meaning == "What it sells for."
    assert (one.kind, one.recorded_kind) == ("smooth", "smooth")
    assert str(one.possible) == "[0, inf)"


def test_a_formula_without_a_player_plays_its_role_alone():
    @formula(unit="1", source="book#page-1")
    def margin(price, cost):
        """Share."""
        return 1 - cost / price

    assert (margin.__formula__.role, margin.__formula__.player) == ("margin", "")


def test_a_wrong_interval_is_refused_where_it_is_written():
    with pytest.raises(ValueError, match="not an interval"):
        formula(unit="1", source="book#page-1", possible="0 to 1")(lambda a: a)


def test_formulas_of_a_package_are_those_its_modules_define_not_those_they_import(tmp_path, monkeypatch):
    package = tmp_path / "a_small_chapter"
    package.mkdir()
    (package / "__init__.py").write_text("from .one import cost\n")
    (package / "one.py").write_text(
        "from siliconomics.core import formula\n\n"
        "@formula(unit='USD', source='book#page-1')\n"
        "def cost(price):\n    return price\n"
    )
    (package / "two.py").write_text("from .one import cost\n\ndef plain(price):\n    return price\n")
    monkeypatch.syspath_prepend(tmp_path)
    import importlib

    found = importlib.import_module("a_small_chapter")
    assert isinstance(found, types.ModuleType)
    assert [one.name for one in formulas_of(found)] == ["cost"]
