"""The use case of ``shipway check``: systems of templates in, a report out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shipway.checks.engine import Outcome, run
from shipway.checks.report import Report
from shipway.checks.suppressions import allowances_in, apply
from shipway.errors import ShipwayError
from shipway.template.attempt import attempt
from shipway.template.build_graph import build_graphs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from shipway.checks.report import Open, Reported, RuleCrashed
    from shipway.checks.rule import Rule
    from shipway.checks.suppressions import Allowance
    from shipway.model.graph import PipelineGraph
    from shipway.template.inputs import System


class _Checked(NamedTuple):
    """What there is to say about one system."""

    outcome: Outcome
    allowances: dict[Allowance, None]
    graph: PipelineGraph


def check(
    systems: Iterable[System | ShipwayError],
    rules: Sequence[Rule],
    day: date,
    allowances: Iterable[Allowance] = (),
    *,
    keep_graphs: bool = False,
) -> Report:
    """What rules say about systems. An error in one of them, even a bug of ours, ends only that one.

    Args:
        systems: What was read, and what could not be.
        rules: The rules to ask.
        day: The day by which allowances expire.
        allowances: Those of the configuration; those in metadata are found in the templates.
        keep_graphs: Whether the report holds the graphs, for a format that draws them.
    """
    templates: list[str] = []
    unchecked: list[ShipwayError] = []
    findings: list[Reported] = []
    undetermined: list[Open] = []
    crashes: list[RuleCrashed] = []
    graphs: list[PipelineGraph] = []
    stated = dict.fromkeys(allowances)
    for system in systems:
        if isinstance(system, ShipwayError):
            unchecked.append(system)
            continue
        names = [template.name for template in system.templates]
        checked = attempt(", ".join(names), _check, system, rules)
        if isinstance(checked, ShipwayError):
            unchecked.append(checked)
            continue
        templates += names
        findings += checked.outcome.findings
        undetermined += checked.outcome.undetermined
        crashes += checked.outcome.crashes
        stated.update(checked.allowances)
        if keep_graphs:
            graphs.append(checked.graph)
    remaining, suppressed, notes = apply(findings, tuple(stated), day)
    return Report(
        templates=tuple(templates),
        findings=tuple(remaining),
        undetermined=tuple(undetermined),
        suppressed=tuple(suppressed),
        allowances=tuple(notes),
        crashes=tuple(crashes),
        unchecked=tuple(unchecked),
        rules=tuple(rules),
        graphs=tuple(graphs),
    )


def _check(system: System, rules: Sequence[Rule]) -> _Checked:
    graphs = tuple(build_graphs(system.templates, system.sources, system.nested))
    stated = dict.fromkeys(each for graph in graphs for each in allowances_in(graph))
    return _Checked(run(graphs, rules).settled(), stated, graphs[0])
