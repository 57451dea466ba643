"""Words of a Dockerfile: quotes, escapes and ``${variable}`` replacement, as Docker's frontend defines them.

https://docs.docker.com/reference/dockerfile/#environment-replacement
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class WordError(ValueError):
    """A word that cannot be read; the message says why and shows it."""


def split_words(text: str, escape: str = "\\") -> tuple[str, ...]:
    """Split at blanks outside quotes; quotes and escapes stay in the words.

    Raises:
        WordError: A quote is not closed.
    """
    words: list[str] = []
    current: list[str] = []
    quote = ""
    characters = iter(text)
    for character in characters:
        if character == escape and quote != "'":
            current += [character, next(characters, "")]
        elif quote:
            current.append(character)
            quote = "" if character == quote else quote
        elif character in "\"'":
            current.append(character)
            quote = character
        elif character.isspace():
            if current:
                words.append("".join(current))
                current.clear()
        else:
            current.append(character)
    if quote:
        raise WordError(f"unexpected end of statement while looking for matching {quote}: {text}")
    if current:
        words.append("".join(current))
    return tuple(words)


def expand(word: str, variables: Mapping[str, str], escape: str = "\\") -> str:
    """Replace variables and remove quotes; an unknown variable is empty, as in Docker.

    Raises:
        WordError: A quote or ``${`` is not closed, or a modifier is not ``:-``, ``:+``, ``-`` or ``+``.
    """
    return _Expansion(word, variables, escape).text()


class _Expansion:
    def __init__(self, word: str, variables: Mapping[str, str], escape: str) -> None:
        self._word = word
        self._variables = variables
        self._escape = escape
        self._at = 0

    def text(self) -> str:
        out: list[str] = []
        quote = ""
        while self._at < len(self._word):
            character = self._word[self._at]
            if quote == "'":
                self._at += 1
                if character == "'":
                    quote = ""
                else:
                    out.append(character)
            elif character == self._escape:
                out.append(self._escaped(in_quotes=bool(quote)))
            elif character == "$":
                out.append(self._variable())
            elif character == quote:
                self._at += 1
                quote = ""
            elif not quote and character in "\"'":
                self._at += 1
                quote = character
            else:
                self._at += 1
                out.append(character)
        if quote:
            raise WordError(f"unexpected end of statement while looking for matching {quote}: {self._word}")
        return "".join(out)

    def _escaped(self, *, in_quotes: bool) -> str:
        following = self._word[self._at + 1 : self._at + 2]
        self._at += 1 + len(following)
        # Within double quotes the escape only has a meaning before what is special there.
        if in_quotes and following not in {'"', "$", self._escape}:
            return self._escape + following
        return following

    def _variable(self) -> str:
        self._at += 1
        if self._word[self._at : self._at + 1] != "{":
            match = _NAME.match(self._word, self._at)
            if match is None:
                return "$"
            self._at = match.end()
            return self._variables.get(match.group(), "")
        match = _NAME.match(self._word, self._at + 1)
        if match is None:
            raise WordError(f"bad substitution: {self._word}")
        self._at = match.end()
        value = self._variables.get(match.group())
        modifier = re.compile(r":?[-+]").match(self._word, self._at)
        if modifier is not None:
            self._at = modifier.end()
            return self._default(value, modifier.group(), self._until_brace())
        if self._word[self._at : self._at + 1] != "}":
            raise WordError(f"unsupported modifier in substitution: {self._word}")
        self._at += 1
        return value or ""

    def _default(self, value: str | None, modifier: str, alternative: str) -> str:
        is_set = value is not None and (value != "" or ":" not in modifier)
        if modifier.endswith("+"):
            return expand(alternative, self._variables, self._escape) if is_set else ""
        return value or "" if is_set else expand(alternative, self._variables, self._escape)

    def _until_brace(self) -> str:
        start, depth = self._at, 1
        while self._at < len(self._word):
            character = self._word[self._at]
            depth += (character == "{") - (character == "}")
            self._at += 1
            if depth == 0:
                return self._word[start : self._at - 1]
        raise WordError(f"unexpected end of statement while looking for matching }}: {self._word}")
