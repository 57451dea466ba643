"""Glob matching on symbolic strings: does the pattern match whatever the opaque values turn out to be?

YES is proven by matching opaque characters as atoms, NO by showing that no choice of values can match.
The proof of NO walks pattern and subject as two automata side by side, each occurrence of an opaque value on
its own, and uses equality only where it is certain: where both sides begin a value at the same place.
(Two names differ, so they cannot both lie between this place and the next delimiter.)
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from shipway.permissions.symbols import OPAQUE, Kind, kind_of
from shipway.permissions.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Callable

# Unicode's noncharacters stand for the wildcards in a parsed pattern, so that a literal star is just a star.
_STAR, _QUESTION = "\ufdd0", "\ufdd1"
_ESCAPES = {"${*}": "*", "${?}": "?", "${$}": "$"}
_PIECES = re.compile(r"\$\{[*?$]\}|\*+|.", re.DOTALL)
_FIRST_OPAQUE = re.compile(f"[{OPAQUE}]")
_WILDCARDS = re.compile(f"[{_STAR}{_QUESTION}]")
_OPEN = re.compile(f"[{_STAR}{_QUESTION}{OPAQUE}]")
_SINGLE = "[^\U000f0000-\U0010fffd]"  # an opaque value of one character is still one character
_ANY, _SEGMENT = "any", "segment"
_DELIMITERS = frozenset(":/")


class _Step(NamedTuple):
    """One step of an automaton: a character of `accepts`, many times or once."""

    accepts: str
    """A character, or _ANY, or _SEGMENT (all but ``:`` and ``/``)."""
    many: bool = False
    opaque: str = ""
    """On the first step of an opaque value: its character."""
    closed: bool = False
    """That value is a resource's name and a delimiter or the end follows it."""
    length: int = 1
    """How many steps the value takes."""


class Pattern:
    """A compiled pattern. Get it from `glob` or `literal`, which keep what they compiled."""

    __slots__ = ("_certain", "_concrete", "_fold", "_prefix", "_program", "_steps", "_suffix", "text")

    def __init__(self, text: str, *, wildcards: bool, fold: bool) -> None:
        self.text = text
        self._fold = fold
        program = _parse(text.lower() if fold else text, wildcards=wildcards)
        self._concrete = not _FIRST_OPAQUE.search(program)
        self._certain = _certain(program) if _WILDCARDS.search(program) else program.__eq__
        literal_parts = _OPEN.split(program)
        self._prefix, self._suffix = literal_parts[0], literal_parts[-1]
        self._program = program
        self._steps: tuple[_Step, ...] | None = None

    def matches(self, subject: str) -> Truth:
        """Whether the pattern matches the subject, whose ``*`` and ``?`` are ordinary characters."""
        if self._fold:
            subject = subject.lower()
        if self._certain(subject):
            return Truth.YES
        if self._concrete and subject.isascii():
            return Truth.NO
        return _possible(self, subject)

    def could_match(self, subject: str) -> bool:
        """Whether some choice of opaque values makes the pattern match."""
        first = _FIRST_OPAQUE.search(subject)
        head = min(len(self._prefix), first.start() if first else len(subject))
        if self._prefix[:head] != subject[:head]:
            return False
        tail = _literal_tail(subject)
        shared = min(len(self._suffix), len(tail))
        if shared and self._suffix[-shared:] != tail[-shared:]:
            return False
        if self._steps is None:  # most patterns are answered by the regular expression
            self._steps = _steps(self._program, wildcards=True)
        return _meet(self._steps, _steps(subject, wildcards=False), head)


@lru_cache(maxsize=8192)
def glob(text: str, *, fold: bool = False) -> Pattern:
    """The pattern of a Resource, an Action or a ``StringLike``: ``*`` any text, ``?`` one character.

    ``${*}``, ``${?}`` and ``${$}`` are the characters themselves. `fold` ignores case.
    """
    return Pattern(text, wildcards=True, fold=fold)


@lru_cache(maxsize=8192)
def literal(text: str, *, fold: bool = False) -> Pattern:
    """The pattern of a ``StringEquals``: wildcards are ordinary characters."""
    return Pattern(text, wildcards=False, fold=fold)


@lru_cache(maxsize=32768)
def _possible(pattern: Pattern, subject: str) -> Truth:
    return Truth.UNKNOWN if pattern.could_match(subject) else Truth.NO


def _parse(text: str, *, wildcards: bool) -> str:
    program = []
    for piece in _PIECES.findall(text):
        if piece in _ESCAPES:
            program.append(_ESCAPES[piece])
        elif wildcards and piece[0] == "*":
            program.append(_STAR)
        else:
            program.append(_QUESTION if wildcards and piece == "?" else piece)
    return "".join(program)


def _certain(program: str) -> Callable[[str], re.Match[str] | None]:
    """A matcher with opaque characters as atoms.

    Atomic groups commit each star to its first fit, as a glob may, so that no pattern takes exponential time.
    """
    first, *rest = (
        "".join(_SINGLE if character == _QUESTION else re.escape(character) for character in part)
        for part in program.split(_STAR)
    )
    if not rest:
        return re.compile(first, re.DOTALL).fullmatch
    *middle, last = rest
    return re.compile(first + "".join(f"(?>.*?{part})" for part in middle) + ".*" + last, re.DOTALL).fullmatch


def _steps(program: str, *, wildcards: bool) -> tuple[_Step, ...]:
    steps: list[_Step] = []
    for index, character in enumerate(program):
        if wildcards and character == _STAR:
            steps.append(_Step(_ANY, many=True))
        elif wildcards and character == _QUESTION:
            steps.append(_Step(_ANY))
        else:
            steps.extend(_opaque_steps(character, closed=_ends_segment(program, index)))
    return tuple(steps)


def _opaque_steps(character: str, *, closed: bool) -> tuple[_Step, ...]:
    match kind_of(character):
        case None:
            return (_Step(character),)
        case Kind.CHARACTER:
            return (_Step(_SEGMENT, opaque=character),)
        case Kind.ANYTHING:
            # In a pattern its value may hold wildcards: two occurrences need not match the same text.
            return (_Step(_ANY, many=True),)
        case kind:
            closed = closed and kind is Kind.RESOURCE_NAME
            return (_Step(_SEGMENT, opaque=character, closed=closed, length=2), _Step(_SEGMENT, many=True))


def _ends_segment(program: str, index: int) -> bool:
    return index == len(program) - 1 or program[index + 1] in _DELIMITERS


def _literal_tail(subject: str) -> str:
    index = len(subject)
    while index and kind_of(subject[index - 1]) is None:
        index -= 1
    return subject[index:]


def _meet(pattern: tuple[_Step, ...], subject: tuple[_Step, ...], head: int) -> bool:
    """Whether some text is accepted by both automata, given that their first `head` steps are the same."""
    goal = (len(pattern), len(subject))
    seen = {(head, head)}
    open_states = [(head, head)]
    while open_states:
        state = open_states.pop()
        if state == goal:
            return True
        for following in _followers(pattern, subject, *state):
            if following not in seen:
                seen.add(following)
                open_states.append(following)
    return False


def _followers(
    pattern: tuple[_Step, ...], subject: tuple[_Step, ...], i: int, j: int
) -> list[tuple[int, int]]:
    """The states after (i, j), in which `pattern[:i]` and `subject[:j]` have accepted the same text."""
    mine = pattern[i] if i < len(pattern) else None
    theirs = subject[j] if j < len(subject) else None
    followers = []
    if mine and mine.many:
        followers.append((i + 1, j))
    if theirs and theirs.many:
        followers.append((i, j + 1))
    if not mine or not theirs:
        return followers
    if mine.opaque and mine.opaque == theirs.opaque:
        return [(i + mine.length, j + theirs.length)]
    if mine.closed and theirs.closed:
        return []  # both begin here and end at the next delimiter: two resources' names would be one text
    if _overlap(mine.accepts, theirs.accepts):
        followers.append((i if mine.many else i + 1, j if theirs.many else j + 1))
    return followers


def _overlap(one: str, other: str) -> bool:
    if _ANY in {one, other} or one == other:
        return True
    if one == _SEGMENT:
        return other not in _DELIMITERS
    return other == _SEGMENT and one not in _DELIMITERS
