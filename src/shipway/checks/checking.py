"""The use case of ``shipway check``: systems of templates in, a report out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.engine import run
from shipway.checks.report import Report
from shipway.checks.suppressions import allowances_in, apply
from shipway.errors import InputError
from shipway.template.build_graph import build_graphs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from shipway.checks.report import Open, Reported, RuleCrashed
    from shipway.checks.rule import Rule
    from shipway.checks.suppressions import Allowance
    from shipway.model.graph import PipelineGraph
    from shipway.template.inputs import System


def check(
    systems: Iterable[System | InputError],
    rules: Sequence[Rule],
    day: date,
    allowances: Iterable[Allowance] = (),
    *,
    keep_graphs: bool = False,
) -> Report:
    """What rules say about systems.

    Args:
        systems: What was read, and what could not be.
        rules: The rules to ask.
        day: The day by which allowances expire.
        allowances: Those of the configuration; those in metadata are found in the templates.
        keep_graphs: Whether the report holds the graphs, for a format that draws them.
    """
    templates: list[str] = []
    unreadable: list[InputError] = []
    findings: list[Reported] = []
    undetermined: list[Open] = []
    crashes: list[RuleCrashed] = []
    kept: list[PipelineGraph] = []
    stated = dict.fromkeys(allowances)
    for system in systems:
        if isinstance(system, InputError):
            unreadable.append(system)
            continue
        graphs = tuple(build_graphs(system.templates, system.sources, system.nested))
        templates.extend(template.name for template in system.templates)
        outcome = run(graphs, rules)
        findings.extend(outcome.findings)
        undetermined.extend(outcome.undetermined)
        crashes.extend(outcome.crashes)
        for graph in graphs:
            stated.update(dict.fromkeys(allowances_in(graph)))
        if keep_graphs:
            kept.append(graphs[0])
    remaining, suppressed, notes = apply(findings, tuple(stated), day)
    return Report(
        templates=tuple(templates),
        findings=tuple(remaining),
        undetermined=tuple(undetermined),
        suppressed=tuple(suppressed),
        allowances=tuple(notes),
        crashes=tuple(crashes),
        unreadable=tuple(unreadable),
        rules=tuple(rules),
        graphs=tuple(kept),
    )
