from shipway.rehearsal import events as ev
from shipway.rehearsal.facts import Fidelity, Outcome, Weight
from shipway.views.web.frames import frames
from shipway.views.web.history import History, remember
from shipway.views.web.snapshot import snapshot

EVENTS = (
    (0.0, ev.RehearsalStarted("web", "/runs/1", "process", 60, ("release", "drill"))),
    (0.0, ev.StepStarted("release", Fidelity.EMULATED)),
    (0.1, ev.WeightsChanged((Weight("blue", 100.0),))),
    (1.0, ev.ChangePushed("c0ffee", "main", "one")),
    (1.5, ev.ActionChanged("e", "Build", "Image", "CodeBuild", "InProgress")),
    (2.0, ev.RequestsCounted(10, 1, 5.0)),
    (3.0, ev.ActionChanged("e", "Build", "Image", "CodeBuild", "Succeeded")),
    (3.5, ev.StepFinished("release", Outcome.SUCCEEDED)),
    (4.0, ev.DrillPredicted("drill", "Failed")),
    (5.0, ev.DrillObserved("drill", "Failed", agrees=True)),
    (5.5, ev.LeftoversListed(())),
    (6.0, ev.RehearsalFinished(Outcome.SUCCEEDED)),
)
ENVELOPES = [
    ev.Envelope(number, "run", 1000 + at, None, event) for number, (at, event) in enumerate(EVENTS, 1)
]


def merged(before, change):
    nested = {
        key: merged(before[key], value)
        for key, value in change.items()
        if isinstance(value, dict) and isinstance(before.get(key), dict)
    }
    return {**before, **change, **nested}


def test_merged_frames_are_the_snapshots_of_a_live_page():
    history, scene = History(), {}
    pending = list(ENVELOPES)
    for frame in frames(ENVELOPES):
        scene = merged(scene, frame)
        while pending and pending[0].at <= 1000 + scene["now"]:
            history = remember(history, pending.pop(0))
        live = snapshot(history)
        if pending:  # the series come whole, and once
            assert "traffic" not in frame
            del live["traffic"]
        assert scene == live
    assert pending == []


def test_a_frame_holds_only_what_changed():
    found = {frame["now"]: frame for frame in frames(ENVELOPES)}
    assert found[5.5] == {"now": 5.5, "leftovers": []}
    assert found[3.0].keys() == {"now", "deliveries"}
    assert found[3.0]["deliveries"].keys() == {"release"}
    assert found[3.0]["deliveries"]["release"].keys() == {"stages"}


def test_what_happens_within_a_quarter_of_a_second_is_one_frame():
    assert [frame["now"] for frame in frames(ENVELOPES)][:2] == [0.1, 1.0]


def test_no_events_are_no_frames():
    assert frames([]) == []
