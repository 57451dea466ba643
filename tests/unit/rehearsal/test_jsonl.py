import json

import pytest

from shipway.errors import InputError
from shipway.rehearsal import events as ev
from shipway.rehearsal.facts import FailedRequests, Fidelity, LedgerEntry, Outcome, TaskSet, Weight
from shipway.rehearsal.jsonl import decode, encode, read

EVENTS = [
    ev.StepStarted("deploy", Fidelity.EMULATED),
    ev.StepFinished("deploy", Outcome.FAILED, "it did not"),
    ev.WeightsChanged((Weight("blue", 90.0), Weight("green", 10.0))),
    ev.TaskSetsChanged((TaskSet("ecs-svc/1", "PRIMARY", "web:3", "blue", 2, 2),)),
    ev.RequestsCounted(10, 1, 200.5, (FailedRequests("HTTP 502", 1),)),
    ev.ShiftObserved((0.0, 100.0), (0.0, 100.0), agrees=True),
    ev.LedgerRead((LedgerEntry(Fidelity.NOT_HONOURED, "USER", "ran as you", "Dockerfile:5"),)),
    ev.Interrupted(),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_comes_back_as_it_was(event):
    envelope = ev.Envelope(7, "run", 12.5, 6, event)
    assert decode(encode(envelope)) == envelope


def test_the_first_event_follows_nothing():
    envelope = ev.Envelope(1, "run", 0.0, None, ev.Interrupted())
    assert decode(encode(envelope)).follows is None


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "not an event"),
        ("[]", "not an event"),
        ('{"v": 99}', "unknown version"),
        ('{"v": 1, "kind": "Nonsense"}', "cannot be read"),
    ],
)
def test_a_line_that_is_no_event_says_where_it_stands(line, what):
    with pytest.raises(InputError, match=what) as raised:
        list(read(["", line], where="run.jsonl"))
    assert raised.value.where == "run.jsonl:2"


def test_an_event_with_a_field_too_many_is_refused():
    record = json.loads(encode(ev.Envelope(1, "run", 0.0, None, ev.DrillSkipped("a", "b"))))
    record["event"]["more"] = 1
    with pytest.raises(InputError, match="cannot be read"):
        decode(json.dumps(record))
