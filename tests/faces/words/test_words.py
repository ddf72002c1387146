"""Names in English and Chinese: all there, each once, none of them a name of the program."""

import csv
import re
from collections import defaultdict
from pathlib import Path

import pytest

import siliconomics
from siliconomics.core.errors import BadRequest
from siliconomics.faces.words import LANGUAGES, PROPER, UNIT, label, table, unit
from siliconomics.model import overlay

ROOM = Path("src/siliconomics/faces/words")
SYMBOLS = re.compile(r"GB|[TG]?FLOPS?|TOPS|k?Wh?|MWh?|J|kg|s|ms|mm|[cm]m²|AI|Token|16GB|·|[()/]")
"""What a unit keeps in Chinese: symbols that everybody writes in Latin letters."""
TEXT_DIMENSIONS = ("year", "half", "quarter", "item")


@pytest.fixture(scope="module")
def graph():
    return siliconomics.load().graph


@pytest.fixture(scope="module")
def named(graph):
    """Every name that a face may show, by kind."""
    quantities_dir = Path(siliconomics.__file__).parent / "facts" / "library" / "quantities"
    chapters = {formula.chapter for role in graph.roles.values() for formula in role.values()}
    return {
        "quantity": graph.quantities,
        "dimension": sorted(graph.labels),
        "scenario": overlay.names(),
        "known": ["reported", "derived", "estimated", "assumed", "unknown"],
        "chapter": sorted(chapters | {path.stem for path in quantities_dir.glob("*.toml")}),
    }


@pytest.mark.parametrize("kind", ["quantity", "dimension", "scenario", "known", "chapter"])
def test_every_name_has_a_label_in_chinese(named, kind):
    missing = [name for name in named[kind] if not table("zh").get((kind, name))]
    assert not missing, f"add a line to {ROOM / 'zh.csv'} for each {kind}: {', '.join(missing)}"


@pytest.mark.parametrize("kind", ["quantity", "dimension", "scenario", "known", "chapter"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_names_of_a_kind_read_the_same(named, kind, language):
    found = defaultdict(list)
    for name in named[kind]:
        found[label(kind, name, language).casefold()].append(name)
    twice = {text: names for text, names in found.items() if len(names) > 1}
    assert not twice, f"write another label into {ROOM / f'{language}.csv'}: {twice}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_labels_of_a_dimension_read_the_same(graph, language):
    for dimension, names in graph.labels.items():
        texts = [label(dimension, name, language) for name in names]
        assert len(set(texts)) == len(texts), dimension


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_label_is_a_name_of_the_program(named, graph, language):
    shown = [(kind, name) for kind, names in named.items() for name in names]
    shown += [(dimension, name) for dimension, names in graph.labels.items() for name in names]
    shown_as = {(kind, name): label(kind, name, language) for kind, name in shown}
    bad = {name: text for name, text in shown_as.items() if "_" in text or text != text.strip() or not text}
    assert not bad, f"write a label into {ROOM / f'{language}.csv'}: {bad}"


def test_chinese_is_chinese(named):
    for kind, names in named.items():
        for name in names:
            assert re.search("[一-鿿]", label(kind, name, "zh")), f"{ROOM / 'zh.csv'}: {kind} {name}"


def test_chinese_brackets_are_wide():
    narrow = {name: text for name, text in table("zh").items() if name[0] != UNIT and re.search(r"[(),:;]", text)}
    assert not narrow


def test_labels_that_are_words_have_chinese(graph):
    """Proper names and periods stay as they are; a word of English does not."""
    left = [
        (dimension, name)
        for dimension, names in graph.labels.items()
        if dimension not in (*PROPER, *TEXT_DIMENSIONS)
        for name in names
        if re.fullmatch("[a-z_ -]+", str(name)) and (dimension, str(name)) not in table("zh")
    ]
    assert not left, f"add lines to {ROOM / 'zh.csv'}: {left}"


def test_every_company_has_its_chinese_name(graph):
    missing = [name for name in graph.labels["company"] if ("company", name) not in table("zh")]
    assert not missing, f"add a line to {ROOM / 'zh.csv'} for each company: {', '.join(missing)}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_names_nothing_twice_and_nothing_that_is_not_there(named, graph, language):
    path = Path(siliconomics.__file__).parent / "faces" / "words" / f"{language}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row["kind"], row["name"]) for row in csv.DictReader(file, strict=True)]
    assert len(set(rows)) == len(rows)
    known = {(kind, name) for kind, names in named.items() for name in names}
    known |= {(dimension, str(name)) for dimension, names in graph.labels.items() for name in names}
    gone = [row for row in rows if row not in known and row[0] != UNIT]
    assert not gone, f"{path.name} names what the model no longer has: {gone}"


def test_every_unit_is_written_in_both_languages(graph):
    for text in {graph.unit_of(name) for name in graph.quantities}:
        assert "_" not in unit(text)
        chinese = unit(text, "zh")
        latin = [word for word in re.split(r"[\s/·()]|[一-鿿]+", chinese) if word]
        unknown = [word for word in latin if not SYMBOLS.fullmatch(word)]
        assert not unknown, f"add a line to {ROOM / 'zh.csv'} for the unit {text!r}: {unknown}"


@pytest.mark.parametrize(
    ("kind", "name", "english", "chinese"),
    [
        ("quantity", "good_die_cost_usd", "Good die cost", "合格裸片成本"),
        ("quantity", "price_target", "Price target", "目标价"),
        ("quantity", "decode_step_time_s", "Decode step time", "解码单步时间"),
        ("quantity", "self_sufficiency_by_value", "Self-sufficiency by value", "自给率（按金额）"),
        ("quantity", "hbm_stack_price_usd", "HBM stack price", "HBM堆叠价格"),
        ("quantity", "price_to_earnings_at_target", "P/E at target", "市盈率（目标价）"),
        ("quantity", "output_tokens_per_usd", "Output tokens per USD", "每美元可购输出Token"),
        ("quantity", "printed_research_expense", "R&D expense (as printed)", "研发费用（原表）"),
        ("scenario", "price-war", "Price war", "价格战"),
        ("company", "Cambricon", "Cambricon", "寒武纪"),
        ("chip", "910C", "910C", "910C"),
        ("model", "gpt-oss-120b", "gpt-oss-120b", "gpt-oss-120b"),
        ("known", "assumed", "Assumed", "假设"),
        ("year", 2026, "2026", "2026"),
        ("unit", "mn CNY", "mn CNY", "百万人民币"),
        ("unit", "1/cm2", "per cm²", "每cm²"),
        ("unit", "listing_currency/share", "listing currency/share", "上市货币/股"),
        ("unit", "HKD/share", "HKD/share", "港元/股"),
        ("unit", "1", "", ""),
    ],
)
def test_a_name_reads_as_people_write_it(kind, name, english, chinese):
    assert (label(kind, name), label(kind, name, "zh")) == (english, chinese)


def test_a_unit_stays_where_the_label_would_say_nothing_without_it():
    assert label("quantity", "cny_per_usd") == "CNY per USD"
    assert label("quantity", "some_tokens_per_usd") == "Some tokens per USD"


def test_a_name_without_chinese_is_shown_in_english():
    assert label("quantity", "cost_of_a_users_own_formula_usd", "zh") == "Cost of a users own formula"
    assert label("company", "a firm of mine", "zh") == "a firm of mine"


def test_another_language_is_refused_with_those_there_are():
    with pytest.raises(BadRequest, match=r"'fr'.*en .*zh"):
        label("quantity", "price_target", "fr")


def test_another_kind_is_refused_with_the_nearest():
    with pytest.raises(BadRequest, match="quantity"):
        label("quantities", "price_target")
