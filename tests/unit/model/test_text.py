"""Symbolic strings keep what is known of a string that is not."""

from __future__ import annotations

from shipway.model.text import Text, Token, TokenKind

SUFFIX = Token(TokenKind.PARAMETER, "Suffix", value="dev")
BUCKET = Token(TokenKind.RESOURCE, "Bucket", "Arn")


def test_neighbouring_literals_are_one_part() -> None:
    assert Text.of(["a", "", "b", SUFFIX, "c"]).parts == ("ab", SUFFIX, "c")


def test_only_a_text_without_placeholders_is_literal() -> None:
    assert Text.of(["ab"]).literal == "ab"
    assert Text().literal == ""
    assert Text.of(["ab", SUFFIX]).literal is None


def test_filling_takes_values_and_keeps_what_has_none() -> None:
    text = Text.of([BUCKET, "/", SUFFIX, "/*"])
    assert str(text) == "${Bucket.Arn}/${Suffix}/*"
    assert str(text.filled()) == "${Bucket.Arn}/dev/*"


def test_the_tail_of_an_arn_may_be_a_placeholder() -> None:
    text = Text.of(["arn:aws:codebuild:eu-west-1:1:project/x-", SUFFIX, ":tail"])
    assert text.after("/").parts == ("x-", SUFFIX, ":tail")
    assert text.after("/").before(":").parts == ("x-", SUFFIX)
    assert text.after("%") == text
    assert text.before("%") == text


def test_needles_are_sought_in_literals_only() -> None:
    assert "dev" not in Text.of([SUFFIX])
    assert "ab" in Text.of([SUFFIX, "ab"])
