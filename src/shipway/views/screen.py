"""The screen of a rehearsal that runs: what is done, what is under way, where the traffic goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from shipway.views import words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from shipway.rehearsal.state import Drill, RunState, Step

_MARK_STYLES = {words.DONE: "green", words.FAILED: "red", words.RUNNING: "bold cyan", words.WAITING: "dim"}
_BAR_WIDTH = 32
_NAME_WIDTH, _TIME_WIDTH = 17, 7  # so that nothing moves sideways while numbers grow
_MAILS_SHOWN = 4


def screen(state: RunState, now: float) -> RenderableType:
    """All of it; the same state and time give the same screen."""
    return Group(
        Text(),
        _title(state, now),
        Text(),
        _steps(state, now),
        Text(),
        _facts(state),
        Text(),
        _footer(state),
    )


def _title(state: RunState, now: float) -> RenderableType:
    line = Table.grid(expand=True, padding=(0, 1))
    line.add_column()
    line.add_column(justify="right")
    about = state.rehearsal
    left = Text.assemble(
        ("  shipway rehearse ", "bold"), (about.project if about else "", "bold cyan"), no_wrap=True
    )
    if about:
        left.append(f"   {about.engine} engine, {about.time_scale:g} times faster than AWS", "dim")
    line.add_row(left, Text(f"{words.seconds(now - state.started)}  ", "dim"))
    return line


def _steps(state: RunState, now: float) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    table.add_column()
    table.add_column(min_width=_NAME_WIDTH, no_wrap=True)
    table.add_column(min_width=_TIME_WIDTH, justify="right", no_wrap=True)
    table.add_column()
    begun = {step.name: step for step in state.steps}
    drills = {drill.name: drill for drill in state.drills}
    for name in state.rehearsal.steps if state.rehearsal else ():
        step, drill = begun.get(name), drills.get(name)
        if step is None and drill is not None and drill.skipped:
            table.add_row("   -", Text(name, "dim"), "", Text(f"left out: {drill.skipped}", "dim"))
            continue
        mark = words.step_mark(step)
        table.add_row(
            Text(f"   {mark}", _MARK_STYLES[mark]),
            Text(name, "bold" if mark == words.RUNNING else "dim" if mark == words.WAITING else ""),
            Text(words.seconds(step.seconds(now)) if step else "", "dim"),
            _about(step, drill, state, now) if step else "",
        )
    return table


def _about(step: Step, drill: Drill | None, state: RunState, now: float) -> Text:
    line = Text("  ")
    for position, action in enumerate(step.actions):
        if position:
            line.append(" → ", "dim")
        mark = words.action_mark(action)
        # What fails in a drill was meant to fail.
        style = "yellow" if mark == words.FAILED and drill else _MARK_STYLES[mark]
        line.append(f"{action.stage} ").append(mark, style)
        line.append(f" {words.seconds((action.finished or now) - action.started)}", "dim")
    if detail := words.detail_of(step, state):
        line.append(f"  {detail}", "cyan")
    if drill and drill.agrees is not None:
        line.append(
            "  as predicted" if drill.agrees else "  not as predicted", "green" if drill.agrees else "red"
        )
    elif step.detail and not step.actions:
        line.append(step.detail, "red")
    return line


def _facts(state: RunState) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    if state.weights:
        table.add_row("   traffic ", _traffic(state))
    if state.requests.sent:
        table.add_row("   requests", _requests(state))
    for position, mail in enumerate(state.mails[-_MAILS_SHOWN:]):
        label = "   mail    " if position == 0 else ""
        table.add_row(
            label, Text.assemble(words.title_of(mail), (f"  to {mail.to}", "dim"), overflow="ellipsis")
        )
    return table


def _traffic(state: RunState) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for position, weight in enumerate(state.weights):
        colour = words.colour_of(weight.target_group, position)
        targets = state.targets.get(weight.target_group)
        table.add_row(
            Text(weight.target_group, colour),
            _bar(weight.percent, colour),
            Text(f"{weight.percent:3.0f} %", justify="right"),
            Text(targets.states if targets and targets.states != "none" else "no targets", "dim"),
        )
    return table


def _bar(percent: float, colour: str) -> Text:
    """Two strokes rather than two colours: it reads without colour, too."""
    full = round(percent / 100 * _BAR_WIDTH)
    return Text.assemble(("━" * full, colour), ("─" * (_BAR_WIDTH - full), "dim"))


def _requests(state: RunState) -> Text:
    requests = state.requests
    line = Text(f"{words.count(requests.sent)} answered, ")
    line.append(f"{words.count(requests.failed)} failed", "bold red" if requests.failed else "green")
    line.append(f"   {requests.rate:.0f}/s", "dim")
    for failure in requests.failures:
        line.append(f"   {failure.count} times {failure.reason}", "red")
    return line


def _footer(state: RunState) -> Text:
    if state.interrupted:
        return Text("   Stopping: everything is removed. Ctrl-C again ends it at once.", "yellow")
    return Text("   Ctrl-C stops and removes everything", "dim")
