"""What the rules about statements share: the statements of roles, and how messages name things in them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from shipway.permissions.access import access_of
from shipway.permissions.decision import Verdict
from shipway.permissions.futile import futile_parts
from shipway.permissions.needs import needs_of
from shipway.permissions.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shipway.model.graph import PipelineGraph
    from shipway.model.location import Location
    from shipway.permissions.access import Granted
    from shipway.permissions.catalogue import Action
    from shipway.permissions.futile import Flaw, Futile

_MANY = 4
_MADE_BY_CDK = re.compile(r".*DefaultPolicy[0-9A-F]{8}\Z")


def grants_in(graph: PipelineGraph) -> tuple[Granted, ...]:
    """Every statement that the given templates attach to roles."""
    return access_of(graph).grants


@lru_cache(maxsize=2)  # six rules ask for the flaws of one graph
def futile_in(graph: PipelineGraph) -> tuple[tuple[Granted, Futile], ...]:
    """Every part of a statement that never matches a call."""
    return tuple((each, part) for each in grants_in(graph) for part in futile_parts(each.statement))


def futile_of(graph: PipelineGraph, *flaws: Flaw) -> Iterator[tuple[Granted, Futile]]:
    """The parts that never match for one of these reasons."""
    return ((granted, part) for granted, part in futile_in(graph) if part.flaw in flaws)


def granted_elsewhere(granted: Granted, graph: PipelineGraph) -> bool:
    """Whether the calls that a statement was written for are foreseen, and allowed without it."""
    meant = [
        need
        for role in granted.roles
        for need in needs_of(graph).by_role.get(role, ())
        if granted.statement.action is not None
        and granted.statement.action.covers(need.request) is not Truth.NO
    ]
    return bool(meant) and all(need.verdict is Verdict.ALLOW for need in meant)


def made_by_cdk(granted: Granted) -> bool:
    """Whether CDK's own grant methods wrote a statement: nobody chose its width."""
    return _MADE_BY_CDK.match(granted.location.logical_id) is not None


def holder(granted: Granted) -> str:
    """Who has a statement: ``role Build``, or the policy that nobody is seen to have."""
    if not granted.roles:
        return f"policy {granted.location.logical_id}"
    return " and ".join(role.said for role in granted.roles)


def show(text: str, graph: PipelineGraph) -> str:
    """A symbolic string as ``Fn::Sub`` would write it, on one line."""
    return access_of(graph).names.show(text).replace("\n", "\\n")


def listed(names: Iterable[str]) -> str:
    """Some names for a message; of many only the first ones."""
    unique = list(dict.fromkeys(names))
    if len(unique) > _MANY:
        return f"{', '.join(unique[: _MANY - 1])} and {len(unique) - _MANY + 1} more"
    return ", ".join(unique[:-1]) + (f" and {unique[-1]}" if len(unique) > 1 else unique[0])


def named(actions: Iterable[Action]) -> str:
    """The names of actions, for a message."""
    return listed(action.name for action in actions)


def place(granted: Granted, element: str, text: str) -> Location:
    """Where an element of a statement stands: the entry of a list that is the text."""
    statement = granted.statement
    source = statement.source.get(element) if isinstance(statement.source, dict) else None
    where = granted.location.at(element)
    return where.at(source.index(text)) if isinstance(source, list) and text in source else where
