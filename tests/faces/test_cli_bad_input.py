"""Wrong command lines: one clear message, exit code 2, no traceback, nothing written."""

import pytest

SHOW = ("show", "price_target")
CHIP = ("show", "die_cost_usd")
METAX = ("-w", "company=MetaX")

WRONG = [
    # nothing, or nonsense
    ((), "Usage"),
    (("nonsense",), "No such command"),
    (("--nonsense",), "No such option"),
    (("show",), "Missing argument"),
    (("show", ""), "no quantity ''"),
    (("show", " "), "no quantity"),
    (("show", "price_targt"), "'price_target'"),
    (("show", "价格"), "no quantity"),
    (("show", "🙂"), "no quantity"),
    (("show", "\udcff\udcfe"), "no quantity"),
    (("show", "a" * 5000), "no quantity"),
    (("show", "../../etc/passwd"), "no quantity"),
    (("show", "[bold]x[/bold]"), "'[bold]x[/bold]'"),
    ((*SHOW, "extra"), "unexpected extra argument"),
    # --where
    ((*SHOW, "--where", ""), "not of the form"),
    ((*SHOW, "--where", "company"), "not of the form"),
    ((*SHOW, "--where", "company="), "not of the form"),
    ((*SHOW, "--where", "=Cambricon"), "not of the form"),
    ((*SHOW, "--where", "company=Cambrcon"), "'Cambricon'"),
    ((*SHOW, "--where", "chip=910C"), "runs over company"),
    ((*SHOW, "--where", "planet=Mars"), "no dimension 'planet'"),
    ((*SHOW, "--where", "company=MetaX", "--where", "company=Cambricon"), "names company twice"),
    ((*CHIP, "--where", "chip=MLU 5900"), "'MLU 590'"),
    ((*CHIP, "--where", "chip=🙂"), "no chip"),
    (("show", "net_income", "--where", "year=3"), "from 2022"),
    (("show", "net_income", "--where", "year=2026.5"), "from 2022"),
    (("show", "net_income", "--where", "year=²"), "from 2022"),
    (("show", "net_income", "--where", "year=-2026"), "from 2022"),
    (("show", "net_income", "--where", "year=nan"), "from 2022"),
    (("show", "net_income", "--where", "year=" + "9" * 5000), "from 2022"),
    # --set
    ((*SHOW, "--set", ""), "not of the form"),
    ((*SHOW, "--set", "x"), "not of the form"),
    ((*SHOW, "--set", "="), "not of the form"),
    ((*SHOW, "--set", "=1"), "not of the form"),
    ((*SHOW, "--set", "x=1"), "no quantity 'x'"),
    ((*SHOW, "--set", "betta=1"), "'beta'"),
    ((*SHOW, "--set", "beta="), "not a number"),
    ((*SHOW, "--set", "beta=one"), "not a number"),
    ((*SHOW, "--set", "beta=1,5"), "not a number"),
    ((*SHOW, "--set", "beta=0x10"), "not a number"),
    ((*SHOW, "--set", "beta=nan"), "finite"),
    ((*SHOW, "--set", "beta=inf"), "finite"),
    ((*SHOW, "--set", "beta=-inf"), "finite"),
    ((*SHOW, "--set", "beta=1e400"), "finite"),
    ((*SHOW, "--set", "beta=" + "9" * 5000), "finite"),
    ((*SHOW, "--set", "beta=99"), "impossible"),
    ((*SHOW, "--set", "beta@Cambrcon=1"), "'Cambricon'"),
    ((*SHOW, "--set", "@Cambricon=1"), "no quantity ''"),
    ((*SHOW, "--set", "beta@year=2026=1"), "no dimension 'year'"),
    ((*SHOW, "--set", "beta@planet=Mars=1"), "no dimension 'planet'"),
    ((*SHOW, "--set", "beta@Cambricon,MetaX=1"), "names company twice"),
    ((*SHOW, "--set", "days_to_valuation_date@MetaX=1"), "is one number"),
    ((*SHOW, "--set", "year=3"), "no quantity 'year'"),
    ((*SHOW, "--set", "terminal_growth=0.09"), "capitalisation_rate"),
    ((*SHOW, "--set", "terminal_growth=6"), "shares are 0..1"),
    ((*SHOW, "--set", "cost_of_equity=0.06"), "capitalisation_rate"),
    ((*SHOW, "--set", "terminal_year=2030.5"), "whole number"),
    ((*SHOW, "--set", "terminal_year=3000"), "impossible"),
    ((*CHIP, "--set", "die_yield@910C=1.3"), "impossible"),
    ((*CHIP, "--set", "die_yield@910C=0"), "impossible"),
    ((*CHIP, "--set", "die_yield@910C=-0.5"), "impossible"),
    ((*CHIP, "--set", "die_area_mm2=-5"), "impossible"),
    ((*CHIP, "--set", "die_area_mm2=1e300"), "impossible"),
    ((*CHIP, "--set", "memory_type@910C=3"), "is a word"),
    # --scenario and --facts
    ((*SHOW, "--scenario", ""), "no scenario"),
    ((*SHOW, "--scenario", "bull"), "no scenario 'bull'"),
    ((*SHOW, "--scenario", "textbok"), "'textbook'"),
    ((*SHOW, "--scenario", "../base"), "no scenario"),
    ((*SHOW, "--scenario", "/"), "no scenario"),
    ((*SHOW, "--scenario", "nowhere.toml"), "no scenario"),
    ((*SHOW, "--scenario", "a" * 5000), "no scenario"),
    ((*SHOW, "--scenario", "a" * 5000 + ".toml"), "no scenario"),
    ((*SHOW, "--facts", ""), "has no name"),
    ((*SHOW, "--facts", "nowhere"), "no such folder"),
    ((*SHOW, "--facts", "x" * 5000), "no such folder"),
    # why, audit, reverse, list
    (("why",), "Missing argument"),
    (("why", "price_target"), "--where company="),
    (("why", "price_targt"), "'price_target'"),
    (("why", "memory_type", "--where", "chip=910C"), "is a word"),
    (("why", "memory_type", "--json"), "is a word"),
    (("why", "price_target", *METAX, "--depth", "0"), "--depth"),
    (("why", "price_target", *METAX, "--depth", "x"), "--depth"),
    (("why", "price_target", *METAX, "--depth", "3", "--all"), "Leave one out"),
    (("audit", "--exhibit", "999"), "999"),
    (("audit", "--exhibit", "-1"), "-1"),
    (("audit", "--exhibit", "x"), "--exhibit"),
    (("audit", "--exhibit", "21.5"), "--exhibit"),
    (("audit", "--status", "nonsense"), "contradicted"),
    (("audit", "--status", ""), "contradicted"),
    (("audit", "--facts", "nowhere"), "no such folder"),
    (("reverse",), "Missing"),
    (("reverse", "price_target=1"), "values here"),
    (("reverse", "price_target=1", "--by", "terminal_growth", "--table", *METAX), "Leave --by out"),
    (("reverse", "price_target=1", "--by", "terminal_growth", "--by", "terminal_growth", *METAX), "named twice"),
    (("reverse", "price_target=1", "price_target=2", "--by", "terminal_growth", *METAX), "named twice"),
    (("reverse", "price_target=1", "--by", "beta", "--by", "die_yield", *METAX), "does not rest on"),
    (("scenario", "show", "texbook"), "'textbook'"),
    (("scenario", "new", "mine", "--set", "betta=1", "--why", "x"), "'beta'"),
    (("scenario", "new", "mine", "--set", "beta@Nobody=1", "--why", "x"), "'Nobody'"),
    (("scenario", "new", "mine", "--set", "payout_ratio=2", "--why", "x"), "is impossible"),
    (("scenario", "new", "mine", "--rule", "continuing_value=fadde", "--why", "x"), "'fade'"),
    (("scenario", "new", "mine", "--rule", "continuing_valu=fade", "--why", "x"), "'continuing_value'"),
    (("scenario", "new", "mine", "--why", "x"), "changes nothing"),
    (("scenario", "new", "mine", "--set", "beta=1", "--why", " "), "has no reason"),
    (("scenario", "new", "mine", "--set", "beta=1"), "--why"),
    (("scenario", "new", "textbook", "--set", "beta=1", "--why", "x"), "comes with the product"),
    (("scenario", "new", "a/b", "--set", "beta=1", "--why", "x"), "no name of a scenario"),
    (("scenario", "new", "mine", "--set", "beta=1", "--why", "x", "--on", "nothing"), "no scenario 'nothing'"),
    (("scenario", "new", "mine", "--set", "beta=1", "--why", "x", "--date", "2026-13-01"), "not a day"),
    (("scenario", "diff", "base", "nothing"), "no scenario 'nothing'"),
    (("scenario", "bridge", "price_target", *METAX), "no far end"),
    (("scenario", "bridge", "price_target", "--to", "textbook"), "Name company"),
    (("scenario", "bridge", "price_targt", "--to", "textbook"), "'price_target'"),
    (("scenario", "bridge", "price_target", "--to", "textbook", "--group", "x", *METAX), "no grouping"),
    (("compare", "base", "nothing"), "no scenario 'nothing'"),
    (("compare", "nothing.zip", "base"), "no saved version"),
    (("compare", "base", "textbook", "--answer", "price_targt"), "'price_target'"),
    (("facts", "save", "v1.txt"), "end in .zip"),
    (("reverse", "price_target", "--by", "beta"), "not of the form"),
    (("reverse", "price_target=", "--by", "beta"), "not of the form"),
    (("reverse", "price_target=x", "--by", "beta"), "not a number"),
    (("reverse", "price_target=nan", "--by", "terminal_growth", *METAX), "no value to aim at"),
    (("reverse", "price_target=inf", "--by", "terminal_growth", *METAX), "no value to aim at"),
    (("reverse", "price_target=1", "--by", "terminal_growth"), "values here"),
    (("reverse", "price_target=1", "--by", "betta", *METAX), "'beta'"),
    (("reverse", "price_target=1", "--by", "die_yield", *METAX), "does not rest on"),
    (("reverse", "price_target=1", "--by", "terminal_year", *METAX), "cannot be solved for"),
    (("reverse", "price_targt=1", "--by", "beta", *METAX), "'price_target'"),
    (("list", "--facts", "nowhere"), "no such folder"),
    # facts
    (("facts",), "Usage"),
    (("facts", "check"), "Missing argument"),
    (("facts", "check", ""), "has no name"),
    (("facts", "check", "nowhere"), "no such folder"),
    (("facts", "new"), "Missing argument"),
    (("facts", "new", "planet"), "no card for a 'planet'"),
    (("facts", "new", "chip", ""), "cannot be a name"),
    (("facts", "new", "chip", 'a"b'), "cannot be a name"),
    (("facts", "new", "chip", "a\\b"), "cannot be a name"),
    (("facts", "new", "chip", "a\nb"), "cannot be a name"),
    (("facts", "new", "chip", "\udcff"), "cannot be a name"),
    (("facts", "new", "chip", "x" * 500), "cannot be a name"),
]


def name_of(arguments):
    return " ".join(arguments).encode("ascii", "backslashreplace").decode()[:60] or "nothing"


@pytest.mark.parametrize(("arguments", "words"), WRONG, ids=[name_of(one[0]) for one in WRONG])
def test_a_wrong_command_line_is_one_message_and_exit_code_2(cli, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    result = cli(*arguments)
    assert result.code == 2
    said = " ".join((result.out + result.err).split())
    assert words in said
    assert "Traceback" not in said
    assert "Error(" not in said
    assert list(tmp_path.iterdir()) == []  # nothing is written
    if "siliconomics:" in result.err:
        assert result.out == ""
        assert result.err.count("\n") == 1


# -- scenario files -------------------------------------------------------------------------------

SCENARIOS = [
    ("not UTF-8", b"\xff\xfe", "cannot be read"),
    ("broken", "name = ", "cannot be read"),
    ("half-written", '[[set]]\nquantity = "be', "cannot be read"),
    ("unknown key", 'nam = "x"', "'name'"),
    ("name is a number", "name = 3", "is not a text"),
    ("players is a number", "players = 3", "is not a table of names"),
    ("a player is a number", "[players]\nresidual_income = 3", "is not a table of names"),
    ("unknown player", '[players]\nresidual_income = "textbok"', "'textbook'"),
    ("unknown role", '[players]\nresidual_incom = "textbook"', "'residual_income'"),
    ("based on a number", "based_on = 3", "is not a list of names"),
    ("based on numbers", "based_on = [3]", "is not a list of names"),
    ("based on nothing known", 'based_on = ["textbok"]', "'textbook'"),
    ("circular", 'based_on = ["{file}"]', "rests on itself"),
    ("horizon is a number", "horizon = 3", "first and a last year"),
    ("horizon of words", 'horizon = ["a", "b"]', "first and a last year"),
    ("horizon backwards", "horizon = [2040, 2020]", "first and a last year"),
    ("horizon for ever", "horizon = [1, 100000000]", "first and a last year"),
    ("set is a number", "set = 3", "[[set]]"),
    ("change without a reason", '[[set]]\nquantity = "beta"\nvalue = 1', "has no why"),
    ("change of nothing known", '[[set]]\nquantity = "betta"\nvalue = 1\nwhy = "x"', "'beta'"),
    ("change to a word", '[[set]]\nquantity = "beta"\nvalue = "1"\nwhy = "x"', "not a number"),
    ("change to nan", '[[set]]\nquantity = "beta"\nvalue = nan\nwhy = "x"', "not finite"),
    ("change to the impossible", '[[set]]\nquantity = "beta"\nvalue = 77\nwhy = "x"', "impossible"),
    ("change of a number's name", '[[set]]\nquantity = 3\nvalue = 1\nwhy = "x"', "quantity and why are words"),
    ("where is a number", '[[set]]\nquantity = "beta"\nvalue = 1\nwhy = "x"\nwhere = 3', "is not a table"),
    ("where nobody is", '[[set]]\nquantity = "beta"\nvalue = 1\nwhy = "x"\nwhere = {{company = "Mars"}}', "'Mars'"),
    ("unknown key of a change", '[[set]]\nquantity = "beta"\nvalue = 1\nwhy = "x"\nwho = 3', "unknown key 'who'"),
]


@pytest.mark.parametrize(("text", "words"), [one[1:] for one in SCENARIOS], ids=[one[0] for one in SCENARIOS])
def test_a_bad_scenario_file_is_refused_by_name(cli, tmp_path, text, words):
    file = tmp_path / "mine.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.format(file=file).replace("{{", "{").encode())
    result = cli(*SHOW, "--scenario", file)
    assert result.code == 2
    assert words in result.err
    assert "mine.toml" in result.err or "based on" in words or "'textbook'" in words


def test_growth_at_the_cost_of_equity_in_a_scenario_is_refused(cli, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('[[set]]\nquantity = "terminal_growth"\nvalue = 0.09\nwhy = "x"\n')
    result = cli(*SHOW, "--scenario", file)
    assert result.code == 2
    assert "capitalisation_rate" in result.err


def test_a_folder_for_a_scenario_is_refused(cli, tmp_path):
    (tmp_path / "mine.toml").mkdir()
    result = cli(*SHOW, "--scenario", tmp_path / "mine.toml")
    assert result.code == 2
    assert "cannot be read" in result.err


# -- folders of facts -------------------------------------------------------------------------------

CARD = 'name = "New"\nvendor = "Me"\n'
FIGURE = """[[observed]]
quantity = "die_area_mm2"
value = {}
unit = "mm2"
known = "assumed"
source = "{}"
as_of = 2026-01-02
"""
FOLDERS = [
    ("nothing in it", {}, "no fact file"),
    ("an empty card", {"chips/new.toml": ""}, "holds nothing"),
    ("a half-written card", {"chips/new.toml": 'name = "Ne'}, "not valid TOML"),
    ("not UTF-8", {"chips/new.toml": b"\xff"}, "not UTF-8"),
    ("an impossible figure", {"chips/new.toml": CARD + FIGURE.format("-3", "broker-2026-04-26#x")}, "-3 is impossible"),
    ("no place in a source", {"chips/new.toml": CARD + FIGURE.format("3", "broker-2026-04-26")}, "no place"),
    ("an unknown source", {"chips/new.toml": CARD + FIGURE.format("3", "me#x")}, "not in sources.toml"),
    ("one of our names", {"chips/new.toml": CARD + 'aliases = ["910C"]\n'}, "names both"),
    ("cells without a card", {"mine.csv": "line,row\n1,x\n"}, "no card beside it"),
]


@pytest.mark.parametrize(("files", "words"), [one[1:] for one in FOLDERS], ids=[one[0] for one in FOLDERS])
def test_a_bad_folder_of_facts_is_refused(cli, tmp_path, files, words):
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    result = cli("facts", "check", folder)
    assert result.code == 2
    assert words in result.err
    assert str(folder) in result.err
    assert result.out == ""


def test_a_question_over_a_bad_folder_is_refused_as_by_the_check(cli, tmp_path):
    (tmp_path / "chips").mkdir()
    (tmp_path / "chips" / "new.toml").write_text("")
    told = {cli(*command, tmp_path).err for command in (("facts", "check"), (*SHOW, "--facts"), ("audit", "--facts"))}
    assert len(told) == 1
    assert "holds nothing" in told.pop()


def test_several_problems_are_told_at_once_and_counted(cli, tmp_path):
    (tmp_path / "chips").mkdir()
    (tmp_path / "chips" / "a.toml").write_text('name = "A"\nvendr = "x"\n')
    (tmp_path / "chips" / "b.toml").write_bytes(b"\xff")
    (tmp_path / "chips" / "c.toml").write_text(CARD + FIGURE.format("-3", "broker-2026-04-26#x"))
    result = cli("facts", "check", tmp_path)
    assert result.code == 2
    assert all(name in result.err for name in ("a.toml", "b.toml", "c.toml", "4 problems"))


def test_a_file_for_a_folder_of_facts_is_refused(cli, tmp_path):
    (tmp_path / "facts.toml").write_text("x = 1")
    for command in (("facts", "check"), (*SHOW, "--facts")):
        result = cli(*command, tmp_path / "facts.toml")
        assert result.code == 2
        assert "not a folder" in result.err


# -- writing ------------------------------------------------------------------------------------------


def test_a_card_is_never_written_over(cli, tmp_path):
    assert cli("facts", "new", "chip", "X1", "--out", tmp_path).code == 0
    card = tmp_path / "chips" / "x1.toml"
    card.write_text("mine")
    result = cli("facts", "new", "chip", "X1", "--out", tmp_path)
    assert result.code == 2
    assert "exists already" in result.err
    assert card.read_text() == "mine"


def test_ones_own_sources_are_never_written_over(cli, tmp_path):
    (tmp_path / "sources.toml").write_text("mine")
    cli("facts", "new", "chip", "X1", "--out", tmp_path)
    assert (tmp_path / "sources.toml").read_text() == "mine"


def test_a_name_does_not_lead_out_of_its_folder(cli, tmp_path):
    assert cli("facts", "new", "chip", "../../up", "--out", tmp_path / "in").code == 0
    assert {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*.toml")} == {"in"}


@pytest.mark.slow
@pytest.mark.parametrize("command", [("facts", "new", "chip", "X1"), ("run",)], ids=["card", "run"])
def test_an_out_that_is_a_file_is_refused_and_kept(cli, tmp_path, command):
    (tmp_path / "out").write_text("mine")
    result = cli(*command, "--out", tmp_path / "out")
    assert result.code == 2
    assert "cannot be written" in result.err
    assert (tmp_path / "out").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.slow
def test_a_file_that_cannot_be_put_in_place_leaves_nothing_half(cli, tmp_path):
    (tmp_path / "out" / "chips.csv").mkdir(parents=True)
    result = cli("run", "--out", tmp_path / "out")
    assert result.code == 2
    assert "chips.csv" in result.err
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["chips.csv"]
