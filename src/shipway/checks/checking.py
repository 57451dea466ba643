"""The use case of ``shipway check``: templates in, a report out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from shipway.checks.engine import Outcome, run
from shipway.checks.parallel import processes_for, spread
from shipway.checks.report import Report
from shipway.checks.suppressions import allowances_in, apply
from shipway.errors import ShipwayError
from shipway.template.attempt import attempt
from shipway.template.build_graph import build_graphs
from shipway.template.inputs import find_units, read_unit, source_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from shipway.checks.report import Open, Reported, RuleCrashed
    from shipway.checks.rule import Rule
    from shipway.checks.suppressions import Allowance
    from shipway.model.graph import PipelineGraph
    from shipway.model.source_tree import SourceTree
    from shipway.template.inputs import System, Unit


class Checked(NamedTuple):
    """What there is to say about one system."""

    templates: tuple[str, ...]
    outcome: Outcome
    allowances: dict[Allowance, None]
    graph: PipelineGraph | None = None


def check_paths(
    paths: Sequence[str],
    rules: Sequence[Rule],
    day: date,
    allowances: Iterable[Allowance] = (),
    *,
    source: str | None = None,
    keep_graphs: bool = False,
    processes: int | None = None,
) -> Report:
    """What rules say about what paths name, as ``find_units`` takes them; many are shared among processes.

    Args:
        paths: Templates, patterns, directories, ``-``.
        rules: The rules to ask.
        day: The day by which allowances expire.
        allowances: Those of the configuration; those in metadata are found in the templates.
        source: The directory of the project's files.
        keep_graphs: Whether the report holds the graphs, for a format that draws them.
        processes: How many to use; by default as many as there are processors, when there is enough to do.
    """
    units = list(find_units(paths))
    work = partial(_check_unit, rules=rules, sources=source_tree(source), keep_graphs=keep_graphs)
    if keep_graphs:  # which no process can send to another
        processes = 1
    results = spread(work, units, processes or processes_for(len(units)))
    return _report([each for result in results for each in result], rules, day, allowances)


def check(
    systems: Iterable[System | ShipwayError],
    rules: Sequence[Rule],
    day: date,
    allowances: Iterable[Allowance] = (),
    *,
    keep_graphs: bool = False,
) -> Report:
    """What rules say about systems. An error in one of them, even a bug of ours, ends only that one.

    The arguments are those of ``check_paths``.
    """
    results = [_check(system, rules, keep_graphs=keep_graphs) for system in systems]
    return _report(results, rules, day, allowances)


def _check_unit(
    unit: Unit | ShipwayError, *, rules: Sequence[Rule], sources: SourceTree | None, keep_graphs: bool
) -> list[Checked | ShipwayError]:
    if isinstance(unit, ShipwayError):
        return [unit]
    return [_check(system, rules, keep_graphs=keep_graphs) for system in read_unit(unit, sources)]


def _check(
    system: System | ShipwayError, rules: Sequence[Rule], *, keep_graphs: bool
) -> Checked | ShipwayError:
    if isinstance(system, ShipwayError):
        return system
    names = tuple(template.name for template in system.templates)
    return attempt(", ".join(names), _look, system, names, rules, keep_graphs=keep_graphs)


def _look(system: System, names: tuple[str, ...], rules: Sequence[Rule], *, keep_graphs: bool) -> Checked:
    graphs = tuple(build_graphs(system.templates, system.sources, system.nested))
    stated = dict.fromkeys(each for graph in graphs for each in allowances_in(graph))
    return Checked(names, run(graphs, rules).settled(), stated, graphs[0] if keep_graphs else None)


def _report(
    results: Iterable[Checked | ShipwayError],
    rules: Sequence[Rule],
    day: date,
    allowances: Iterable[Allowance],
) -> Report:
    templates: list[str] = []
    unchecked: list[ShipwayError] = []
    findings: list[Reported] = []
    undetermined: list[Open] = []
    crashes: list[RuleCrashed] = []
    graphs: list[PipelineGraph] = []
    stated = dict.fromkeys(allowances)
    for each in results:
        if isinstance(each, ShipwayError):
            unchecked.append(each)
            continue
        templates += each.templates
        findings += each.outcome.findings
        undetermined += each.outcome.undetermined
        crashes += each.outcome.crashes
        stated.update(each.allowances)
        graphs += [each.graph] if each.graph is not None else []
    remaining, suppressed, notes = apply(findings, tuple(stated), day, rules)
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
