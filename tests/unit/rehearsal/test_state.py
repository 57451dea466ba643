from dataclasses import fields
from typing import get_args

import pytest

from shipway.rehearsal import events as ev
from shipway.rehearsal.facts import Fidelity, Outcome, Weight
from shipway.rehearsal.jsonl import decode, encode
from shipway.rehearsal.state import RunState, fold, replay


def enveloped(*events: ev.Event) -> list[ev.Envelope]:
    return [ev.Envelope(n, "run", 100.0 + n, None, event) for n, event in enumerate(events, start=1)]


def blank(kind: type) -> ev.Event:
    return kind(*[{"str": "x", "float": 1.0, "int": 1, "bool": True}.get(f.type, ()) for f in fields(kind)])


@pytest.mark.parametrize("kind", get_args(ev.Event), ids=lambda kind: kind.__name__)
def test_every_kind_of_event_is_known(kind):
    state = replay(enveloped(ev.StepStarted("deploy", Fidelity.EMULATED), blank(kind)))
    assert state.run_id == "run"


def test_a_step_takes_the_time_between_its_two_events():
    state = replay(
        enveloped(
            ev.StepStarted("deploy", Fidelity.EMULATED),
            ev.WeightsChanged((Weight("blue", 100.0),)),
            ev.StepFinished("deploy", Outcome.SUCCEEDED),
        )
    )
    (step,) = state.steps
    assert step.seconds(now=999.0) == 2.0
    assert step.outcome is Outcome.SUCCEEDED
    assert state.step is None


def test_actions_belong_to_the_step_that_runs_and_end_once():
    def action(status):
        return ev.ActionChanged("e", "Build", "Image", "CodeBuild", status)

    state = replay(
        enveloped(ev.StepStarted("release", Fidelity.EMULATED), action("InProgress"), action("Succeeded"))
    )
    (done,) = state.steps[0].actions
    assert (done.status, done.finished - done.started) == ("Succeeded", 1.0)


def test_a_push_forgets_the_execution_before_it():
    state = replay(
        enveloped(ev.ExecutionChanged("e", "Succeeded"), ev.ChangePushed("abc", "main", "next change"))
    )
    assert state.execution is None


def test_a_drill_is_completed_by_its_observation():
    state = replay(
        enveloped(
            ev.DrillPredicted("failing-tests", "Failed"),
            ev.DrillPredicted("unhealthy-release", "rolled back"),
            ev.DrillObserved("failing-tests", "Failed", agrees=True),
        )
    )
    assert [drill.agrees for drill in state.drills] == [True, None]


def test_live_and_replayed_state_are_equal():
    envelopes = enveloped(
        ev.StepStarted("deploy", Fidelity.EMULATED),
        ev.ResourceChanged("stack", "Bucket", "AWS::S3::Bucket", "CREATE_COMPLETE"),
        ev.TargetsChanged("blue", 2, "2 healthy"),
        ev.RehearsalFinished(Outcome.FAILED, ("no",)),
    )
    live = RunState()
    for envelope in envelopes:
        live = fold(live, envelope)
    assert replay(decode(encode(envelope)) for envelope in envelopes) == live


def test_what_is_under_way_is_not_what_is_merely_listed():
    state = replay(
        enveloped(
            ev.LifecycleEventChanged("d", "Install", "InProgress"),
            ev.LifecycleEventChanged("d", "AfterAllowTraffic", "Pending"),
            ev.BuildPhaseChanged("b", "BUILD", "IN_PROGRESS"),
            ev.BuildPhaseChanged("b", "QUEUED", "SUCCEEDED"),
        )
    )
    assert state.lifecycle.lifecycle_event == "Install"
    assert state.build_phase.phase == "BUILD"
