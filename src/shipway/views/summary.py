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
_LABEL_WIDTH = len(_INDENT) + max(map(len, Fidelity))
_SUBJECT_STYLES = {Fidelity.NOT_HONOURED: "yellow"}


def summary(state: RunState) -> RenderableType:
    """All of it, to be printed once; the verdict comes last, where the eye is when it has scrolled by."""
    return Group(
        Text(),
        _worth(state),
        Text(),
        _steps(state),
        Text(),
        _facts(state),
        Text(),
        *_verdict(state),
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
    table.add_column(style="dim", width=_LABEL_WIDTH)
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
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(style="dim", width=_LABEL_WIDTH)
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")  # whole sentences are in the JSON document
    for fidelity in Fidelity:
        # What has one explanation stands on one line.
        subjects: dict[str, list[str]] = {}
        for entry in state.ledger:
            if entry.fidelity is fidelity:
                subjects.setdefault(entry.detail, []).append(entry.what)
        for position, (detail, names) in enumerate(subjects.items()):
            line = Text(", ".join(dict.fromkeys(names)), _SUBJECT_STYLES.get(fidelity, ""))
            table.add_row(f"{_INDENT}{fidelity}" if position == 0 else "", line.append(f"  {detail}", "dim"))
    return table


def _where(state: RunState) -> list[RenderableType]:
    if state.rehearsal is None:
        return []
    return [Text(f"    Events and log of this run: {state.rehearsal.folder}", "dim"), Text()]
