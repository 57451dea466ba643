"""The last screen of a rehearsal: the verdict, the time of each step, and what it was worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from shipway.rehearsal.facts import Fidelity, Outcome
from shipway.views import words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from shipway.rehearsal.state import RunState

_INDENT = "   "


def summary(state: RunState) -> RenderableType:
    """All of it, to be printed once."""
    return Group(
        Text(),
        *_verdict(state),
        Text(),
        _steps(state),
        Text(),
        _facts(state),
        Text(),
        _worth(state),
        *_where(state),
    )


def _verdict(state: RunState) -> list[RenderableType]:
    verdict = state.verdict
    project = state.rehearsal.project if state.rehearsal else ""
    took = words.seconds(state.last - state.started)
    if verdict and verdict.outcome is Outcome.SUCCEEDED:
        return [
            Text.assemble(("  ✓ ", "bold green"), (f"{project} was delivered", "bold"), (f"   {took}", "dim"))
        ]
    lines: list[RenderableType] = [
        Text.assemble(
            ("  ✗ ", "bold red"), (f"{project}: the rehearsal failed", "bold"), (f"   {took}", "dim")
        )
    ]
    lines += [Text(f"    {reason}", "red") for reason in (verdict.reasons if verdict else ())]
    return lines


def _steps(state: RunState) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(justify="right")
    table.add_column(style="dim")
    table.add_column()
    for step in state.steps:
        actions = ", ".join(
            f"{action.stage} {words.seconds((action.finished or state.last) - action.started)}"
            for action in step.actions
        )
        table.add_row(
            f"{_INDENT}{step.name}",
            words.seconds(step.seconds(state.last)),
            str(step.fidelity),
            Text(actions, "dim"),
        )
    return table


def _facts(state: RunState) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    requests = state.requests
    table.add_row(
        f"{_INDENT}requests",
        Text.assemble(
            f"{words.count(requests.sent)} sent, ",
            (f"{words.count(requests.failed)} failed", "red" if requests.failed else "green"),
        ),
    )
    for shift in state.shifts:
        table.add_row(f"{_INDENT}shift", " → ".join(f"{share:g} %" for share in shift.observed))
    for drill in state.drills:
        table.add_row(
            f"{_INDENT}drill", _drill(drill.name, drill.skipped, drill.observed, agrees=drill.agrees)
        )
    for mail in state.mails:
        table.add_row(f"{_INDENT}mail", Text.assemble(words.title_of(mail), (f"  to {mail.to}", "dim")))
    if state.leftovers is not None:
        left = ", ".join(f"{one.service} {one.resource}" for one in state.leftovers)
        table.add_row(f"{_INDENT}left over", Text(left, "red") if left else Text("nothing", "green"))
    return table


def _drill(name: str, skipped: str, observed: str | None, *, agrees: bool | None) -> Text:
    if skipped:
        return Text.assemble(name, (f"  left out: {skipped}", "dim"))
    verdict = ("as predicted", "green") if agrees else ("not as predicted", "red")
    return Text.assemble(f"{name}  ", verdict, (f"  {observed}" if observed else "", "dim"))


def _worth(state: RunState) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for fidelity in Fidelity:
        entries = [entry for entry in state.ledger if entry.fidelity is fidelity]
        if not entries:
            continue
        if fidelity is Fidelity.EMULATED:
            names = dict.fromkeys(entry.what for entry in entries)
            table.add_row(f"{_INDENT}{fidelity}", Text(", ".join(names)))
            continue
        for position, entry in enumerate(entries):
            label = f"{_INDENT}{fidelity}" if position == 0 else ""
            where = f" ({entry.where})" if entry.where else ""
            line = Text(f"{entry.what}{where}", "yellow" if fidelity is Fidelity.NOT_HONOURED else "")
            table.add_row(label, line.append(f"  {entry.detail}", "dim"))
    return table


def _where(state: RunState) -> list[RenderableType]:
    if state.rehearsal is None:
        return []
    return [Text(), Text(f"{_INDENT}Events and log of this run: {state.rehearsal.folder}", "dim"), Text()]
