"""Opaque values: one private-use character stands for one value that the template does not tell.

An ARN such as ``arn:aws:s3:::`` followed by the name that CloudFormation will make up is an ordinary string
here: the name is one character of Unicode's private use. Equal characters are equal values. What else is
known of a value is told by its kind, the kind by the character's range: strings need no company.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from shipway.errors import UnsupportedError


class _Range(NamedTuple):
    first: int
    last: int


class Kind(Enum):
    """What may stand in an opaque value's place."""

    RESOURCE_NAME = _Range(0xF0000, 0xF7FF0)
    """The name of one resource: not empty, without ``:`` and ``/``, and no other resource's name."""
    NAME = _Range(0xF8000, 0xFFFF0)
    """Text without ``:`` and ``/``, not empty; may be equal to any other (an account, a region)."""
    CHARACTER = _Range(0xE000, 0xF8FF)
    """Exactly one character, neither ``:`` nor ``/`` (each of a secret's six random ones)."""
    ANYTHING = _Range(0x100000, 0x10FFF0)
    """Any text, even none, even wildcards (a parameter without default, an import)."""


# Beyond what a table hands out lie a few characters of fixed meaning.
UNTOLD = "\U0010fffd"
"""Of kind ANYTHING, in patterns only: what a policy has there is not told."""
SOME_TEXT = "\U0010fffc"
"""Of kind ANYTHING, in subjects only: some text."""
SOME_NAME = "\U000ffffd"
"""Of kind NAME, in subjects only: some name."""
ANOTHER = "\U000f7fff"
"""Of kind RESOURCE_NAME, in subjects only: the name of a resource that no template has."""

OPAQUE = "\ue000-\uf8ff\U000f0000-\U0010fffd"
"""The inside of a regular expression's class: every opaque character."""

_FIRST_LONG = chr(Kind.RESOURCE_NAME.value.first)
_FIRST_SHORT, _LAST_SHORT = chr(Kind.CHARACTER.value.first), chr(Kind.CHARACTER.value.last)


def kind_of(character: str) -> Kind | None:
    """The kind of an opaque character; None for an ordinary one."""
    if character < _FIRST_SHORT:
        return None
    if character <= _LAST_SHORT:
        return Kind.CHARACTER
    if character < _FIRST_LONG:
        return None
    if character < chr(Kind.NAME.value.first):
        return Kind.RESOURCE_NAME
    return Kind.NAME if character < chr(Kind.ANYTHING.value.first) else Kind.ANYTHING


def is_opaque(text: str) -> bool:
    """Whether the text holds a value that the template does not tell."""
    return not text.isascii() and any(kind_of(character) for character in text)


class Symbols:
    """Hands out opaque characters by label and writes strings that hold them legibly.

    One table serves everything that is to be compared: a template, or an assembly of several.
    """

    def __init__(self) -> None:
        self._characters: dict[tuple[Kind, str], str] = {}
        self._labels: dict[str, str] = {}
        self._next: dict[Kind, int] = {kind: kind.value.first for kind in Kind}

    def of(self, kind: Kind, label: str) -> str:
        """The character for a value; the same kind and label give the same one.

        Raises:
            UnsupportedError: more than 6,400 values of one kind are open.
        """
        known = self._characters.get((kind, label))
        if known is not None:
            return known
        code = self._next[kind]
        if code > kind.value.last:
            raise UnsupportedError(
                "the template leaves more values open than Shipway can tell apart",
                value=f"{kind.value.last - kind.value.first + 1} of kind {kind.name}",
                remedy="Check its stacks one by one",
            )
        self._next[kind] = code + 1
        self._characters[kind, label] = chr(code)
        self._labels[chr(code)] = label
        return chr(code)

    def show(self, text: str) -> str:
        """The text with each opaque value written as ``${its label}``."""
        if text.isascii():
            return text
        return "".join(
            f"${{{self._labels.get(character, '?')}}}" if kind_of(character) else character
            for character in text
        )
