"""What is known of a rehearsal after some of its events: ``fold`` is all there is to a view's memory.

Live, replayed and summarised views hold one ``RunState`` and nothing else, so that they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from shipway.rehearsal import events as ev

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shipway.rehearsal.events import Envelope
    from shipway.rehearsal.facts import Fidelity, LedgerEntry, Leftover, Outcome, TaskSet, Weight


NO_REQUESTS = ev.RequestsCounted(0, 0, 0.0)


@dataclass(frozen=True)
class Action:
    """An action of the current execution and the time it took so far."""

    stage: str
    name: str
    provider: str
    status: str
    started: float
    finished: float | None = None
    detail: str = ""


@dataclass(frozen=True)
class Step:
    """A step of the rehearsal; ``actions`` are those of the execution it followed."""

    name: str
    fidelity: Fidelity
    started: float
    finished: float | None = None
    outcome: Outcome | None = None
    detail: str = ""
    actions: tuple[Action, ...] = ()

    def seconds(self, now: float) -> float:
        """How long it took, or has taken by ``now``."""
        return (self.finished if self.finished is not None else now) - self.started


@dataclass(frozen=True)
class Drill:
    """A drill: what was predicted, and what was observed once it is over."""

    name: str
    predicted: str = ""
    observed: str | None = None
    agrees: bool | None = None
    skipped: str = ""


@dataclass(frozen=True)
class RunState:
    """All that views show."""

    run_id: str = ""
    started: float = 0.0
    last: float = 0.0
    rehearsal: ev.RehearsalStarted | None = None
    cloud: ev.CloudStarted | None = None
    delivery: ev.DeliveryFound | None = None
    steps: tuple[Step, ...] = ()
    resources: dict[str, str] = field(default_factory=dict)
    push: ev.ChangePushed | None = None
    execution: ev.ExecutionChanged | None = None
    build_phase: ev.BuildPhaseChanged | None = None
    deployment: ev.DeploymentChanged | None = None
    lifecycle: ev.LifecycleEventChanged | None = None
    weights: tuple[Weight, ...] = ()
    targets: dict[str, ev.TargetsChanged] = field(default_factory=dict)
    task_sets: tuple[TaskSet, ...] = ()
    requests: ev.RequestsCounted = NO_REQUESTS
    shifts: tuple[ev.ShiftObserved, ...] = ()
    subscriptions: tuple[ev.SubscriptionConfirmed, ...] = ()
    mails: tuple[ev.MailArrived, ...] = ()
    drills: tuple[Drill, ...] = ()
    leftovers: tuple[Leftover, ...] | None = None
    ledger: tuple[LedgerEntry, ...] = ()
    kept: ev.KeptRunning | None = None
    interrupted: ev.Interrupted | None = None
    verdict: ev.RehearsalFinished | None = None

    @property
    def step(self) -> Step | None:
        """The step that runs, if one does."""
        return self.steps[-1] if self.steps and self.steps[-1].finished is None else None


def fold(state: RunState, envelope: Envelope) -> RunState:
    """The state after one more event."""
    if state.run_id == "":
        state = replace(state, run_id=envelope.run_id, started=envelope.at)
    return _apply(envelope.event, replace(state, last=envelope.at))


def replay(envelopes: Iterable[Envelope]) -> RunState:
    """The state after all of these events."""
    state = RunState()
    for envelope in envelopes:
        state = fold(state, envelope)
    return state


# Events that are simply the newest word on one field, and those that lengthen one.
_LATEST: dict[type[ev.Event], str] = {
    ev.RehearsalStarted: "rehearsal",
    ev.CloudStarted: "cloud",
    ev.DeliveryFound: "delivery",
    ev.ExecutionChanged: "execution",
    ev.DeploymentChanged: "deployment",
    ev.RequestsCounted: "requests",
    ev.KeptRunning: "kept",
    ev.Interrupted: "interrupted",
    ev.RehearsalFinished: "verdict",
}
_ADDED: dict[type[ev.Event], str] = {
    ev.ShiftObserved: "shifts",
    ev.MailArrived: "mails",
    ev.SubscriptionConfirmed: "subscriptions",
}


@singledispatch
def _apply(event: ev.Event, state: RunState) -> RunState:
    kind = type(event)
    if kind in _LATEST:
        return _with(state, _LATEST[kind], event)
    return _with(state, _ADDED[kind], (*getattr(state, _ADDED[kind]), event))


def _with(state: RunState, name: str, value: Any) -> RunState:
    return replace(state, **{name: value})


@_apply.register
def _(event: ev.StepStarted, state: RunState) -> RunState:
    return replace(state, steps=(*state.steps, Step(event.name, event.fidelity, state.last)))


@_apply.register
def _(event: ev.StepFinished, state: RunState) -> RunState:
    return replace(
        state,
        steps=tuple(
            replace(step, finished=state.last, outcome=event.outcome, detail=event.detail)
            if step.name == event.name and step.finished is None
            else step
            for step in state.steps
        ),
    )


@_apply.register
def _(event: ev.ResourceChanged, state: RunState) -> RunState:
    key = f"{event.stack}/{event.logical_id}"
    return replace(state, resources={**state.resources, key: event.status})


@_apply.register
def _(event: ev.ChangePushed, state: RunState) -> RunState:
    return replace(state, push=event, execution=None, build_phase=None, deployment=None, lifecycle=None)


@_apply.register
def _(event: ev.ActionChanged, state: RunState) -> RunState:
    if state.step is None:
        return state
    running = event.status == "InProgress"
    known = {(action.stage, action.name): action for action in state.step.actions}
    before = known.get((event.stage, event.action))
    known[event.stage, event.action] = Action(
        event.stage,
        event.action,
        event.provider,
        event.status,
        before.started if before else state.last,
        None if running else state.last,
        event.detail,
    )
    step = replace(state.step, actions=tuple(known.values()))
    return replace(state, steps=(*state.steps[:-1], step))


@_apply.register
def _(event: ev.BuildPhaseChanged, state: RunState) -> RunState:
    return replace(state, build_phase=event) if event.status == "IN_PROGRESS" else state


@_apply.register
def _(event: ev.LifecycleEventChanged, state: RunState) -> RunState:
    # CodeDeploy lists all events from the beginning, most of them Pending.
    return replace(state, lifecycle=event) if event.status == "InProgress" else state


@_apply.register
def _(event: ev.WeightsChanged, state: RunState) -> RunState:
    return replace(state, weights=event.weights)


@_apply.register
def _(event: ev.TargetsChanged, state: RunState) -> RunState:
    return replace(state, targets={**state.targets, event.target_group: event})


@_apply.register
def _(event: ev.TaskSetsChanged, state: RunState) -> RunState:
    return replace(state, task_sets=event.task_sets)


@_apply.register
def _(event: ev.DrillPredicted, state: RunState) -> RunState:
    return replace(state, drills=(*state.drills, Drill(event.name, event.predicted)))


@_apply.register
def _(event: ev.DrillObserved, state: RunState) -> RunState:
    return replace(
        state,
        drills=tuple(
            replace(drill, observed=event.observed, agrees=event.agrees)
            if drill.name == event.name
            else drill
            for drill in state.drills
        ),
    )


@_apply.register
def _(event: ev.DrillSkipped, state: RunState) -> RunState:
    return replace(state, drills=(*state.drills, Drill(event.name, skipped=event.why)))


@_apply.register
def _(event: ev.LeftoversListed, state: RunState) -> RunState:
    return replace(state, leftovers=event.leftovers)


@_apply.register
def _(event: ev.LedgerRead, state: RunState) -> RunState:
    return replace(state, ledger=event.entries)
