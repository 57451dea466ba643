from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipway.localcloud.engines.dockerfile.words import WordError, expand, split_words

VARIABLES = {"NAME": "hello", "EMPTY": ""}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("$NAME", "hello"),
        ("${NAME}-x", "hello-x"),
        ("$UNKNOWN", ""),
        ("${EMPTY:-other}", "other"),
        ("${EMPTY-other}", ""),
        ("${UNKNOWN-other}", "other"),
        ("${UNKNOWN:-${NAME}}", "hello"),
        ("${NAME:+set}", "set"),
        ("${EMPTY:+set}", ""),
        ("${EMPTY+set}", "set"),
        (r"\$NAME", "$NAME"),
        ("'$NAME'", "$NAME"),
        ('"$NAME x"', "hello x"),
        (r'"a\b\"c"', r"a\b" + '"c'),
        ("a\"b\"'c'", "abc"),
        ("$", "$"),
    ],
)
def test_expand_replaces_as_docker_does(word, expected):
    assert expand(word, VARIABLES) == expected


@pytest.mark.parametrize("word", ['"open', "'open", "${NAME", "${NAME:?x}", "${}", "${NAME#h}"])
def test_expand_refuses_what_it_cannot_read(word):
    with pytest.raises(WordError):
        expand(word, VARIABLES)


def test_another_escape_character_is_honoured():
    assert expand(r"`$NAME\x", VARIABLES, escape="`") == r"$NAME\x"


def test_split_keeps_quoted_blanks_together():
    assert split_words("A=b \"C d\"='e f' x\\ y") == ("A=b", "\"C d\"='e f'", "x\\ y")


@given(st.text(alphabet=st.characters(exclude_characters="'", codec="utf-8")))
def test_single_quotes_keep_any_text(text):
    assert expand(f"'{text}'", VARIABLES) == text


@given(st.text(alphabet="ab $'\"{}:-+\\"))
def test_nothing_but_a_word_error_is_raised(text):
    with suppress(WordError):
        for word in split_words(text):
            expand(word, VARIABLES)


@given(st.lists(st.text(alphabet="abc=$/.", min_size=1), min_size=1))
def test_split_is_the_inverse_of_join(words):
    assert split_words(" ".join(words)) == tuple(words)
