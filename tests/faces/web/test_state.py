"""The address is the state: written and read back it is the same."""

from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as some

from siliconomics.faces.web.state import State, read

SCENARIOS = ["textbook", "fade", "from-drivers", "no-moat"]
AXES = {"company", "chip", "year"}
letters = some.characters(blacklist_categories=("Cs", "Cc"))
words = some.text(letters, min_size=1, max_size=12).filter(lambda text: text.strip() == text)
targets = words.filter(lambda text: "=" not in text)
edits = some.dictionaries(targets, some.floats(allow_nan=False, allow_infinity=False).map(repr), max_size=5)
states = some.builds(
    lambda scenarios, held, labels, language, theme: State(
        tuple(scenarios), tuple(sorted(held.items())), tuple(sorted(labels.items())), language, theme
    ),
    some.lists(some.sampled_from(SCENARIOS), unique=True, max_size=3),
    edits,
    some.dictionaries(some.sampled_from(sorted(AXES)), words, max_size=2),
    some.sampled_from(["en", "zh"]),
    some.sampled_from(["", "light", "dark"]),
)


@given(states)
def test_a_link_read_back_is_the_state_it_was_written_from(state):
    again, fresh, notices = read(parse_qsl(state.query(), keep_blank_values=True), AXES, SCENARIOS)
    assert (again, fresh, notices) == (state, [], [])


@given(states)
def test_equal_states_have_equal_links(state):
    other = State(state.scenarios, state.edits[::-1], state.labels[::-1], state.language, state.theme)
    assert other.link("/cost") == state.link("/cost")


def test_what_is_as_usual_is_not_in_the_link():
    assert State().link("/cost") == "/cost"
