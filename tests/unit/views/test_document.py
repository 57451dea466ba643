import json

import pytest

from shipway.rehearsal import events as ev
from shipway.rehearsal.facts import FailedRequests, Fidelity, LedgerEntry, Leftover, Outcome
from shipway.rehearsal.state import RunState, replay
from shipway.views.document import SCHEMA_VERSION, document


def after(*events):
    return document(replay(ev.Envelope(n, "run", float(n), None, event) for n, event in enumerate(events, 1)))


def test_the_contract():
    done = after(
        ev.RehearsalStarted("web", "/runs/1", "process", 60, ()),
        ev.StepStarted("release", Fidelity.EMULATED),
        ev.ActionChanged("e", "Build", "Image", "CodeBuild", "Succeeded"),
        ev.StepFinished("release", Outcome.SUCCEEDED),
        ev.RequestsCounted(5, 1, 200, (FailedRequests("HTTP 502", 1),)),
        ev.MailArrived("1", "a@b", "failed", "text"),
        ev.DrillPredicted("failing-tests", "Failed"),
        ev.DrillObserved("failing-tests", "Failed", agrees=True),
        ev.DrillSkipped("unhealthy-release", "no Dockerfile"),
        ev.LeftoversListed((Leftover("s3 buckets", "web"),)),
        ev.LedgerRead((LedgerEntry(Fidelity.NOT_HONOURED, "USER", "ran as you", "Dockerfile:1"),)),
        ev.RehearsalFinished(Outcome.FAILED, ("left",)),
    )
    assert json.loads(json.dumps(done)) == done
    assert done["schema_version"] == SCHEMA_VERSION
    assert (done["outcome"], done["reasons"]) == ("failed", ["left"])
    assert done["requests"] == {"sent": 5, "failed": 1, "failures": {"HTTP 502": 1}}
    assert done["drills"] == [
        {"name": "failing-tests", "predicted": "Failed", "observed": "Failed", "agrees": True}
    ]
    assert done["drills_skipped"] == [{"name": "unhealthy-release", "why": "no Dockerfile"}]
    assert done["steps"] == [
        {
            "name": "release",
            "seconds": 2.0,
            "fidelity": "emulated",
            "outcome": "succeeded",
            "actions": [
                {
                    "stage": "Build",
                    "name": "Image",
                    "provider": "CodeBuild",
                    "status": "Succeeded",
                    "seconds": 0.0,
                }
            ],
        }
    ]
    assert done["mails"] == [{"to": "a@b", "subject": "failed", "body": "text"}]
    assert done["leftovers"] == [{"service": "s3 buckets", "resource": "web"}]
    assert done["not_honoured"] == [{"what": "USER", "detail": "ran as you", "where": "Dockerfile:1"}]
    assert done["run_folder"] == "/runs/1"


@pytest.mark.parametrize("outcome", [Outcome.SUCCEEDED, Outcome.FAILED])
def test_the_outcome_has_two_values(outcome):
    assert after(ev.RehearsalFinished(outcome))["outcome"] == str(outcome)


def test_a_run_without_a_verdict_has_failed():
    assert document(RunState())["outcome"] == "failed"


def test_leftovers_that_were_not_asked_for_are_unknown():
    assert after(ev.Interrupted())["leftovers"] is None
    assert after(ev.LeftoversListed(()))["leftovers"] == []
