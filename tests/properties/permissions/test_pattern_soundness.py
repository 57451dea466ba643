"""What is said of a symbolic string holds for every string that it can turn out to be."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shipway.permissions.pattern import glob, literal
from shipway.permissions.symbols import Kind, Symbols
from shipway.permissions.truth import Truth

SYMBOLS = Symbols()
OPAQUE = {
    kind: [SYMBOLS.of(kind, f"{kind.name}{index}") for index in range(count)]
    for kind, count in ((Kind.RESOURCE_NAME, 3), (Kind.NAME, 2), (Kind.CHARACTER, 2), (Kind.ANYTHING, 2))
}
NAMES = ["a", "b", "ab", "ba", "aa", "a-", "-b"]
TEXTS = ["", "a", "b", ":", "/", "a/b", "b:a", "*", "?", "a*", "*/b"]

ordinary = st.sampled_from([*"aab-:/"])
opaque = st.sampled_from([character for several in OPAQUE.values() for character in several])
subjects = st.lists(ordinary | opaque | st.just("*"), max_size=7).map("".join)
patterns = st.lists(ordinary | opaque | st.sampled_from("**?"), max_size=7).map("".join)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, str]:
    """A pattern and a subject, half of them with a common beginning: there the rule about names bites."""
    if draw(st.booleans()):
        return draw(patterns), draw(subjects)
    head = draw(st.sampled_from(["", "a", "/", "a:"]))
    names = st.sampled_from([*OPAQUE[Kind.RESOURCE_NAME], *OPAQUE[Kind.NAME]])
    tails = st.sampled_from(["", "a", "b", "-", "/", "*", "/*", "?", *OPAQUE[Kind.NAME]])
    return head + draw(names) + draw(tails), head + draw(names) + draw(tails)


@st.composite
def instantiations(draw: st.DrawFn) -> dict[int, str]:
    """A value for every opaque character: resources' names all differ, the others as they like."""
    unique = draw(st.permutations(NAMES))[: len(OPAQUE[Kind.RESOURCE_NAME])]
    values = dict(zip(OPAQUE[Kind.RESOURCE_NAME], unique, strict=True))
    values |= {one: draw(st.sampled_from(NAMES)) for one in OPAQUE[Kind.NAME]}
    values |= {one: draw(st.sampled_from("ab-")) for one in OPAQUE[Kind.CHARACTER]}
    values |= {one: draw(st.sampled_from(TEXTS)) for one in OPAQUE[Kind.ANYTHING]}
    return {ord(character): value for character, value in values.items()}


def _matches(pattern: str, text: str) -> bool:
    """Glob matching written down as its definition, apart from the product's."""

    @cache
    def rest(i: int, j: int) -> bool:
        if i == len(pattern):
            return j == len(text)
        if pattern[i] == "*":
            return rest(i + 1, j) or (j < len(text) and rest(i, j + 1))
        return j < len(text) and pattern[i] in {"?", text[j]} and rest(i + 1, j + 1)

    return rest(0, 0)


def _sound(pattern: str, subject: str, values: dict[int, str]) -> None:
    truth = glob(pattern).matches(subject)
    if truth is not Truth.UNKNOWN:
        happens = _matches(pattern.translate(values), subject.translate(values))
        assert happens is (truth is Truth.YES)
    equal = literal(pattern).matches(subject)
    if equal is not Truth.UNKNOWN:
        assert (pattern.translate(values) == subject.translate(values)) is (equal is Truth.YES)


@settings(max_examples=800)
@given(pairs(), instantiations())
def test_a_certain_answer_holds_for_every_instantiation(
    pair: tuple[str, str], values: dict[int, str]
) -> None:
    _sound(*pair, values)


@pytest.mark.slow
@settings(max_examples=50_000, deadline=None)
@given(pairs(), instantiations())
def test_a_certain_answer_holds_for_50_000_instantiations(
    pair: tuple[str, str], values: dict[int, str]
) -> None:
    _sound(*pair, values)


@given(subjects, instantiations())
def test_a_concrete_pair_is_always_decided(subject: str, values: dict[int, str]) -> None:
    text = subject.translate(values)
    assert glob("a*b").matches(text) is not Truth.UNKNOWN
    assert literal(text).matches(text) is Truth.YES


@given(subjects)
def test_a_symbolic_string_is_itself(subject: str) -> None:
    assert literal(subject).matches(subject) is Truth.YES
    assert glob("*").matches(subject) is Truth.YES
