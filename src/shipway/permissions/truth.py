"""Three-valued truth (Kleene's): a policy over a template that leaves values open is yes, no or unknown."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Truth(IntEnum):
    """YES holds for every value that the open parts can take, NO for none, UNKNOWN otherwise.

    The order NO < UNKNOWN < YES makes ``min`` the conjunction and ``max`` the disjunction.
    """

    NO = 0
    UNKNOWN = 1
    YES = 2

    def negated(self) -> Truth:
        """YES for NO and the reverse; UNKNOWN stays."""
        return Truth(2 - self)


def any_of(truths: Iterable[Truth]) -> Truth:
    """The disjunction; stops at the first YES."""
    best = Truth.NO
    for truth in truths:
        if truth is Truth.YES:
            return truth
        if truth is Truth.UNKNOWN:
            best = truth
    return best


def all_of(truths: Iterable[Truth]) -> Truth:
    """The conjunction; stops at the first NO."""
    worst = Truth.YES
    for truth in truths:
        if truth is Truth.NO:
            return truth
        if truth is Truth.UNKNOWN:
            worst = truth
    return worst
