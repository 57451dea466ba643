"""What a page remembers beyond the newest state: the traffic over time, each push and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from shipway.rehearsal import events as ev
from shipway.rehearsal.state import RunState, fold

if TYPE_CHECKING:
    from shipway.rehearsal.facts import Weight

_MOST_SAMPLES = 600  # no screen has more pixels to show them; a run in real time lasts for hours


@dataclass(frozen=True)
class Delivery:
    """One push: its execution, the phases of its build, the lifecycle events of its deployment."""

    step: str
    push: ev.ChangePushed
    at: float
    execution: ev.ExecutionChanged | None = None
    phases: dict[str, ev.BuildPhaseChanged] = field(default_factory=dict)
    deployment: ev.DeploymentChanged | None = None
    lifecycle: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sample:
    """The requests at one time: ``failed`` counts from the beginning, ``rate`` is of the last second."""

    at: float
    rate: float
    failed: int


@dataclass(frozen=True)
class History:
    """The state of a rehearsal and the way there; ``at`` is in seconds since the epoch throughout."""

    state: RunState = field(default_factory=RunState)
    deliveries: tuple[Delivery, ...] = ()
    weights: tuple[tuple[float, tuple[Weight, ...]], ...] = ()
    samples: tuple[Sample, ...] = ()
    mailed: tuple[float, ...] = ()


def remember(history: History, envelope: ev.Envelope) -> History:
    """The history after one more event."""
    state, at = fold(history.state, envelope), envelope.at
    history = replace(history, state=state)
    match envelope.event:
        case ev.ChangePushed() as push:
            delivery = Delivery(state.step.name if state.step else push.message, push, at)
            return replace(history, deliveries=(*history.deliveries, delivery))
        case ev.WeightsChanged(weights):
            return replace(history, weights=(*history.weights, (at, weights)))
        case ev.RequestsCounted() as counted:
            return replace(history, samples=_thinned((*history.samples, _sample(counted, at))))
        case ev.MailArrived():
            return replace(history, mailed=(*history.mailed, at))
        case event if history.deliveries:
            *earlier, last = history.deliveries
            return replace(history, deliveries=(*earlier, _advanced(last, event)))
        case _:
            return history


def _advanced(delivery: Delivery, event: ev.Event) -> Delivery:
    match event:
        case ev.ExecutionChanged():
            return replace(delivery, execution=event)
        case ev.BuildPhaseChanged():
            return replace(delivery, phases={**delivery.phases, event.phase: event})
        case ev.DeploymentChanged():
            return replace(delivery, deployment=event)
        case ev.LifecycleEventChanged():
            return replace(delivery, lifecycle={**delivery.lifecycle, event.lifecycle_event: event.status})
        case _:
            return delivery


def _sample(counted: ev.RequestsCounted, at: float) -> Sample:
    return Sample(at, counted.rate, counted.failed)


def _thinned(samples: tuple[Sample, ...]) -> tuple[Sample, ...]:
    """Every other one when there are too many; failures are sums, so that none is lost with a sample."""
    return samples if len(samples) <= _MOST_SAMPLES else (*samples[:-1:2], samples[-1])
