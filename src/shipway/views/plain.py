"""Shows a rehearsal as lines of text, for logs and for terminals that cannot move their cursor."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

from shipway.rehearsal import events as ev
from shipway.rehearsal.facts import Outcome
from shipway.views import words

if TYPE_CHECKING:
    from typing import TextIO


class PlainView:
    """A listener that writes one line for each event that a reader of a log wants to see.

    Args:
        stream: Where to write.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._started: float | None = None

    def __call__(self, envelope: ev.Envelope) -> None:
        """Take in one event."""
        if self._started is None:
            self._started = envelope.at
        if text := line(envelope.event):
            print(f"{envelope.at - self._started:7.1f}  {text}", file=self._stream, flush=True)


@singledispatch
def line(event: ev.Event) -> str:
    """An event in one line; empty for those that would only fill a log."""
    del event
    return ""


@line.register
def _(event: ev.RehearsalStarted) -> str:
    return f"rehearsing {event.project}: {event.engine} engine, {event.time_scale:g} times faster than AWS"


@line.register
def _(event: ev.CloudStarted) -> str:
    return f"the local cloud answers at {event.endpoint}"


@line.register
def _(event: ev.StepStarted) -> str:
    return f"{event.name} ({event.fidelity})"


@line.register
def _(event: ev.StepFinished) -> str:
    detail = f": {event.detail}" if event.detail else ""
    return f"{event.name} {event.outcome}{detail}"


@line.register
def _(event: ev.ResourceChanged) -> str:
    if event.resource_type != "AWS::CloudFormation::Stack" and not event.status.endswith("_FAILED"):
        return ""
    reason = f": {event.reason}" if event.reason else ""
    return f"  {event.logical_id} ({event.resource_type}) {event.status}{reason}"


@line.register
def _(event: ev.DeliveryFound) -> str:
    return f"  pipeline {event.pipeline}: {' → '.join(event.stages)}; {event.service} at {event.url}"


@line.register
def _(event: ev.SubscriptionConfirmed) -> str:
    return f"  {event.to} confirmed the subscription to {event.topic}"


@line.register
def _(event: ev.ChangePushed) -> str:
    return f"  pushed {event.commit[:8]} to {event.branch}: {event.message}"


@line.register
def _(event: ev.ExecutionChanged) -> str:
    return f"  execution {event.execution[:8]} {event.status}"


@line.register
def _(event: ev.ActionChanged) -> str:
    detail = f": {event.detail}" if event.detail and event.status != "InProgress" else ""
    return f"  {event.stage}/{event.action} {event.status}{detail}"


@line.register
def _(event: ev.BuildPhaseChanged) -> str:
    detail = f": {event.detail}" if event.detail else ""
    return f"    {event.phase} {event.status}{detail}" if event.status != "IN_PROGRESS" else ""


@line.register
def _(event: ev.DeploymentChanged) -> str:
    return f"    deployment {event.deployment} {event.status}{f': {event.detail}' if event.detail else ''}"


@line.register
def _(event: ev.LifecycleEventChanged) -> str:
    return f"    {event.lifecycle_event} {event.status}" if event.status in {"Succeeded", "Failed"} else ""


@line.register
def _(event: ev.WeightsChanged) -> str:
    return "    traffic " + ", ".join(f"{one.target_group} {one.percent:g} %" for one in event.weights)


@line.register
def _(event: ev.ShiftObserved) -> str:
    shares = " → ".join(f"{share:g} %" for share in event.observed)
    return f"  the traffic shifted {shares}, {'as predicted' if event.agrees else 'not as predicted'}"


@line.register
def _(event: ev.MailArrived) -> str:
    return f'  mail "{words.title_of(event)}" to {event.to}'


@line.register
def _(event: ev.DrillPredicted) -> str:
    return f"  predicted: {event.predicted}"


@line.register
def _(event: ev.DrillObserved) -> str:
    return f"  observed:  {event.observed}{'' if event.agrees else ' (not as predicted)'}"


@line.register
def _(event: ev.DrillSkipped) -> str:
    return f"{event.name} left out: {event.why}"


@line.register
def _(event: ev.LeftoversListed) -> str:
    if not event.leftovers:
        return "  nothing is left"
    return "  left over: " + ", ".join(f"{one.service} {one.resource}" for one in event.leftovers)


@line.register
def _(event: ev.KeptRunning) -> str:
    return f"the cloud stays up at {event.endpoint}; Ctrl-C stops it and removes everything"


@line.register
def _(event: ev.Interrupted) -> str:
    del event
    return "stopping: everything is removed; Ctrl-C again ends it at once"


@line.register
def _(event: ev.RehearsalFinished) -> str:
    if event.outcome is Outcome.SUCCEEDED:
        return "the rehearsal succeeded"
    return "the rehearsal failed: " + "; ".join(event.reasons)
