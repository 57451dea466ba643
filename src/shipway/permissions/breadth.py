"""Grants that are wider than a pipeline can need: wildcards, and what they really contain."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from shipway.permissions.catalogue import Action, expand
from shipway.permissions.policy import Effect

if TYPE_CHECKING:
    from shipway.permissions.policy import Statement

_SERVICE_FIELD, _RESOURCE_FIELD = 2, 5


class Width(Enum):
    """How far a Resource reaches. The value completes the sentence "it covers ..."."""

    EVERYTHING = "every resource of every account"
    SERVICE = "every resource of the service"
    TYPE = "every resource of this type"


class WideAction(NamedTuple):
    """An action with a wildcard."""

    statement: Statement
    text: str
    contains: tuple[Action, ...] | None
    """What it really contains; None when its service is not known, or it is ``*``."""


class WideResource(NamedTuple):
    """A resource with a wildcard where a name could stand."""

    statement: Statement
    text: str
    width: Width
    limitable: tuple[Action, ...]
    """Actions of the statement that can be limited to resources: for these the wildcard is too wide."""
    unlimitable: tuple[Action, ...]
    """Actions for which only ``*`` is right: they belong into a statement of their own."""


def wide_actions(statement: Statement) -> tuple[WideAction, ...]:
    """Actions with wildcards that an Allow grants; for a NotAction, all that it leaves out."""
    if statement.effect is Effect.DENY or statement.action is None:
        return ()
    if statement.action.negated:
        return tuple(WideAction(statement, text, None) for text in statement.action.texts)
    return tuple(
        WideAction(statement, text, expand(text))
        for text in statement.action.texts
        if "*" in text or "?" in text
    )


def wide_resources(statement: Statement) -> tuple[WideResource, ...]:
    """Resources with wildcards that an Allow grants although some of its actions could be limited."""
    if statement.effect is Effect.DENY or statement.action is None or statement.resource is None:
        return ()
    granted = [action for text in statement.action.texts for action in expand(text) or ()]
    limitable = tuple(dict.fromkeys(action for action in granted if action.arns))
    unlimitable = tuple(dict.fromkeys(action for action in granted if not action.arns))
    # Nothing known of the actions: a wildcard is wide all the same.
    if granted and not limitable:
        return ()
    return tuple(
        WideResource(statement, text, width, limitable, unlimitable)
        for text in statement.resource.texts
        if (width := _width(text, limitable)) is not None
    )


def _width(resource: str, actions: tuple[Action, ...]) -> Width | None:
    """How far the Resource reaches; None when it names something."""
    fields = resource.split(":", _RESOURCE_FIELD)
    if len(fields) <= _RESOURCE_FIELD:
        star = resource != "" and not resource.strip("*")
        return Width.EVERYTHING if star or resource.startswith("arn:*") else None
    rest = fields[_RESOURCE_FIELD]
    if not rest.strip("*:/"):
        return Width.EVERYTHING if fields[_SERVICE_FIELD] == "*" else Width.SERVICE
    heads = {
        arn.split(":", _RESOURCE_FIELD)[_RESOURCE_FIELD].partition("${")[0]
        for action in actions
        for arn in action.arns
    }
    return Width.TYPE if rest.rstrip("*:/") in {head.rstrip(":/") for head in heads if head} else None
