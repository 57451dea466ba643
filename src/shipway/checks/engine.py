"""Asks rules about graphs. A rule that crashes is our bug, and never a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shipway.checks.finding import Finding
from shipway.checks.report import Open, Reported, RuleCrashed
from shipway.checks.settled import settled
from shipway.model.graph import Edge, PipelineGraph
from shipway.model.node import Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shipway.checks.finding import Undetermined
    from shipway.checks.rule import Rule

_Key = tuple[str, str, tuple[str | int, ...], int, str]


class Outcome(NamedTuple):
    """What rules say about one system of templates."""

    findings: tuple[Reported, ...]
    undetermined: tuple[Open, ...]
    crashes: tuple[RuleCrashed, ...]

    def settled(self) -> Outcome:
        """The same, with every place looked up, so that it no longer holds the templates."""
        return Outcome(
            tuple(
                each._replace(finding=each.finding._replace(location=settled(each.finding.location)))
                for each in self.findings
            ),
            tuple(
                each._replace(
                    undetermined=each.undetermined._replace(location=settled(each.undetermined.location))
                )
                for each in self.undetermined
            ),
            self.crashes,
        )


def run(graphs: Sequence[PipelineGraph], rules: Iterable[Rule]) -> Outcome:
    """What rules say about the readings of one system.

    A finding that is true in some readings only says in which. What is undetermined in one reading and
    found in another is found.
    """
    found: dict[_Key, list[tuple[Rule, Finding, str]]] = {}
    unseen: dict[_Key, Open] = {}
    crashes: dict[tuple[str, str], RuleCrashed] = {}
    for graph in graphs:
        for rule in rules:
            for subject in _subjects(graph, rule.subject):
                try:
                    outcomes = list(rule.check(subject, graph))
                except Exception as error:  # noqa: BLE001 -- whatever a rule raises is a crash of that rule
                    crash = RuleCrashed(rule, _said(subject), _traceback(error))
                    crashes.setdefault((rule.id, crash.subject), crash)
                    continue
                for outcome in outcomes:
                    key = _key(rule, outcome)
                    if isinstance(outcome, Finding):
                        found.setdefault(key, []).append((rule, outcome, graph.reading))
                    else:
                        unseen.setdefault(key, Open(rule, outcome))
    return Outcome(
        tuple(_reported(each, graphs) for each in found.values()),
        tuple(each for key, each in unseen.items() if key not in found),
        tuple(crashes.values()),
    )


def _traceback(error: Exception) -> str:
    import traceback  # noqa: PLC0415 -- needed by bugs only

    return "".join(traceback.format_exception(error))


def _subjects(graph: PipelineGraph, subject: type) -> Sequence[Any]:
    if subject is Edge:
        return graph.edges
    return (graph,) if subject is PipelineGraph else graph.all(subject)


def _key(rule: Rule, outcome: Finding | Undetermined) -> _Key:
    location = outcome.location
    return rule.id, location.template, location.path, location.inner_line, outcome.about


def _reported(found: list[tuple[Rule, Finding, str]], graphs: Sequence[PipelineGraph]) -> Reported:
    rule, finding, reading = found[0]
    if len({reading for _, _, reading in found}) == len(graphs):
        return Reported(rule, finding)
    return Reported(rule, finding, reading or "as long as the parameters keep their defaults")


def _said(subject: object) -> str:
    if isinstance(subject, Node):
        return f"{subject.label} at {subject.location}"
    return f"link at {subject.location}" if isinstance(subject, Edge) else "the graph"
