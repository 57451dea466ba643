"""The four lists of a role: needed and granted, needed and missing, granted and not needed, undetermined."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shipway.model.identity import Role
from shipway.model.pipeline import Action
from shipway.model.resource import Resource
from shipway.permissions.decision import Verdict
from shipway.permissions.needs import needs_of
from shipway.permissions.needs_table import Impact
from shipway.permissions.unneeded import unneeded_grants

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shipway.model.graph import PipelineGraph
    from shipway.model.node import Node
    from shipway.permissions.names import Names
    from shipway.permissions.needs import Need


class Row(NamedTuple):
    """One call, as people read it."""

    action: str
    resource: str
    cause: str
    """Who makes the call, and what for."""
    condition: tuple[tuple[str, str], ...] = ()
    """Condition keys with which a grant would be narrower."""
    reason: str = ""
    """Why it is missing or undetermined; empty for the others."""
    fails: bool = True
    """Whether something is known to fail without it."""
    reading: str = ""
    """When it is so; empty when it always is."""


class Grant(NamedTuple):
    """An action that is granted and not needed."""

    action: str
    resources: tuple[str, ...]
    statement: str
    certain: bool


class RoleAudit(NamedTuple):
    """What one role needs and has."""

    role: str
    """Its logical id."""
    template: str
    granted: tuple[Row, ...]
    missing: tuple[Row, ...]
    undetermined: tuple[Row, ...]
    unneeded: tuple[Grant, ...]

    @property
    def needed(self) -> tuple[Row, ...]:
        """Every call that the role will make, granted or not."""
        return (*self.granted, *self.missing, *self.undetermined)


def audit(graphs: Sequence[PipelineGraph]) -> tuple[RoleAudit, ...]:
    """The audits of all roles, over all readings of one system; the first reading's come first."""
    found: dict[tuple[str, str], dict[Verdict, dict[tuple[str, str], Row]]] = {}
    unneeded: dict[tuple[str, str], dict[str, Grant]] = {}
    for graph in graphs:
        needs = needs_of(graph)
        names = needs.access.names
        for role in graph.all(Role):
            rows = found.setdefault((role.stack, role.logical_id), {verdict: {} for verdict in Verdict})
            for need in needs.by_role.get(role, ()):
                if need.service or need.entry.impact is Impact.OPTIONAL:
                    continue
                row = _row(need, names, graph.reading)
                if not any((row.action, row.resource) in each for each in rows.values()):
                    rows[need.verdict][row.action, row.resource] = row
        if graph is graphs[0]:
            _collect_unneeded(graph, unneeded)
    return tuple(
        RoleAudit(
            logical_id,
            stack,
            tuple(rows[Verdict.ALLOW].values()),
            tuple(rows[Verdict.DENY].values()),
            tuple(rows[Verdict.UNKNOWN].values()),
            tuple(unneeded.get((stack, logical_id), {}).values()),
        )
        for (stack, logical_id), rows in found.items()
    )


def _collect_unneeded(graph: PipelineGraph, into: dict[tuple[str, str], dict[str, Grant]]) -> None:
    needs = needs_of(graph)
    for each in unneeded_grants(graph, needs):
        statement = each.granted.statement
        where = _shown(statement.resource.texts if statement.resource else (), needs.access.names)
        for role in each.granted.roles:
            grants = into.setdefault((role.stack, role.logical_id), {})
            grants.update({text: Grant(text, where, statement.shown, each.certain) for text in each.actions})


def _row(need: Need, names: Names, reading: str) -> Row:
    why = "" if need.verdict is Verdict.ALLOW else names.show(need.decision.reason).replace("\n", "\\n")
    narrowing = tuple((key, names.show(value)) for key, value in need.narrowing.items())
    return Row(
        need.action,
        names.pasteable(need.resource),
        f"{_said(need.cause)} {need.entry.why}",
        narrowing,
        why,
        need.entry.impact is Impact.FAILS,
        reading,
    )


def _said(cause: Node) -> str:
    return cause.said if isinstance(cause, (Resource, Action)) else f"{cause.label} {cause.logical_id}"


def _shown(texts: Iterable[str], names: Names) -> tuple[str, ...]:
    return tuple(names.pasteable(text) for text in texts)


def smallest_policy(rows: Iterable[Row]) -> dict[str, object]:
    """The policy that grants these calls and nothing else; values of the template stand as ``Fn::Sub``."""
    resources: dict[tuple[str, tuple[tuple[str, str], ...]], dict[str, None]] = {}
    for row in rows:
        resources.setdefault((row.action, row.condition), {})[row.resource] = None
    actions: dict[tuple[tuple[str, ...], tuple[tuple[str, str], ...]], list[str]] = {}
    for (action, condition), where in resources.items():
        actions.setdefault((tuple(sorted(where)), condition), []).append(action)
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": sorted(granted),
                "Resource": [{"Fn::Sub": each} if "${" in each else each for each in where],
                **({"Condition": {"StringEquals": dict(condition)}} if condition else {}),
            }
            for (where, condition), granted in actions.items()
        ],
    }
