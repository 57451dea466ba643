import json

from shipway.rehearsal import events as ev
from shipway.rehearsal.facts import FailedRequests, Fidelity, LedgerEntry, Leftover, Outcome, TaskSet, Weight
from shipway.views.web.history import History, remember
from shipway.views.web.snapshot import snapshot

BEGIN = 1_700_000_000.0
BEGUN = (
    ev.RehearsalStarted("web", "/runs/1", "process", 60, ("deploy", "release", "drill", "other", "delete")),
    ev.StepStarted("deploy", Fidelity.EMULATED),
    ev.StepFinished("deploy", Outcome.SUCCEEDED),
    ev.DeliveryFound("pipe", ("Source", "Build", "Deploy"), "repo", "main", "svc", "http://x", "at once"),
    ev.StepStarted("release", Fidelity.EMULATED),
)


def after(*events, now=None):
    """The snapshot after these events, a second apart."""
    history = History()
    for number, event in enumerate((*BEGUN, *events)):
        history = remember(history, ev.Envelope(number + 1, "run", BEGIN + number, None, event))
    shown = snapshot(history, now)
    assert json.loads(json.dumps(shown)) == shown
    return shown


def test_before_anything_happened_there_is_a_page():
    shown = snapshot(History(), BEGIN)
    assert (shown["now"], shown["steps"], shown["about"]["started"]) == (0.0, [], "")
    assert shown["outcome"] == {"state": "running", "text": "", "reasons": []}


def test_times_are_seconds_since_the_beginning():
    shown = after(now=BEGIN + 9.125)
    assert shown["now"] == 9.12
    assert shown["steps"][0] == {
        "name": "deploy",
        "state": "done",
        "started": 1.0,
        "finished": 2.0,
        "fidelity": "emulated",
        "detail": "",
    }
    assert (shown["steps"][1]["state"], shown["steps"][1]["finished"]) == ("running", None)
    assert shown["steps"][2] == {"name": "drill", "state": "waiting"}
    assert shown["about"]["started"] == "2023-11-14 22:13 UTC"


def test_time_stands_still_after_the_verdict():
    assert after(ev.RehearsalFinished(Outcome.SUCCEEDED), now=BEGIN + 100)["now"] == 5.0


def test_a_push_and_its_drill():
    shown = after(
        ev.ChangePushed("0123456789", "main", "the project"),
        ev.ActionChanged("e", "Source", "Source", "CodeCommit", "Succeeded"),
        ev.ActionChanged("e", "Build", "Image", "CodeBuild", "InProgress"),
        ev.BuildPhaseChanged("b", "DOWNLOAD_SOURCE", "SUCCEEDED"),
        ev.BuildPhaseChanged("b", "COMPLETED", "IN_PROGRESS"),
        ev.LifecycleEventChanged("d", "AfterInstall", "Skipped"),
        ev.StepFinished("release", Outcome.SUCCEEDED),
        ev.StepStarted("drill", Fidelity.EMULATED),
        ev.DrillPredicted("drill", "Failed"),
        ev.DrillSkipped("other", "no Dockerfile"),
    )
    assert list(shown["deliveries"]) == ["release", "drill", "other"]
    release = shown["deliveries"]["release"]
    assert (release["number"], release["commit"], release["drill"]) == (1, "01234567", None)
    assert release["stages"][1] == {
        "name": "Build",
        "actions": [
            {
                "name": "Image",
                "provider": "CodeBuild",
                "state": "running",
                "started": 7.0,
                "finished": None,
                "detail": "",
            }
        ],
    }
    assert release["stages"][2] == {"name": "Deploy", "actions": []}
    assert release["phases"] == [{"name": "DOWNLOAD_SOURCE", "state": "done"}]
    assert release["lifecycle"] == [{"name": "AfterInstall", "state": "skipped"}]
    drill = {"predicted": "Failed", "observed": None, "agrees": None}
    assert shown["deliveries"]["drill"] == {"skipped": "", "drill": drill}
    assert shown["deliveries"]["other"]["skipped"] == "no Dockerfile"
    assert shown["steps"][3]["state"] == "skipped"


def test_the_traffic_and_its_groups():
    shown = after(
        ev.WeightsChanged((Weight("web-blue", 100.0),)),
        ev.WeightsChanged((Weight("web-blue", 25.0), Weight("web-green", 75.0))),
        ev.TargetsChanged("web-green", 2, "2 healthy"),
        ev.TaskSetsChanged((TaskSet("s/1", "PRIMARY", "web:2", "web-green", 2, 2),)),
        ev.RequestsCounted(500, 2, 199.7, (FailedRequests("HTTP 502", 2),)),
        ev.ShiftObserved((0.0, 100.0), (0.0, 75.0), agrees=False),
    )
    assert shown["traffic"] == {
        "groups": [["web-blue", "blue"], ["web-green", "green"]],
        "weights": [[5.0, 100.0, 0.0], [6.0, 25.0, 75.0]],
        "requests": [[9.0, 200, 2]],
        "pushes": [],
        "begin": 5.0,
        "end": 9.0,
    }
    assert shown["groups"][1] == {
        "name": "web-green",
        "colour": "green",
        "percent": 75.0,
        "targets": "2 healthy",
        "tasks": ["web:2 PRIMARY, 2 of 2 running"],
    }
    assert shown["groups"][0]["targets"] == "no targets"
    assert shown["requests"] == {"sent": 500, "failed": 2, "rate": 200, "failures": [["HTTP 502", 2]]}
    assert shown["shifts"] == [{"predicted": [0.0, 100.0], "observed": [0.0, 75.0], "agrees": False}]


def test_mails_leftovers_worth_and_verdict():
    shown = after(
        ev.MailArrived("1", "a@b", "AWS Notification Message", '"it failed"\n'),
        ev.LeftoversListed((Leftover("s3 buckets", "web"),)),
        ev.LedgerRead(
            (
                LedgerEntry(Fidelity.NOT_HONOURED, "USER", "ran as you", "Dockerfile:6"),
                LedgerEntry(Fidelity.NOT_HONOURED, "container app", "ran as you"),
                LedgerEntry(Fidelity.EMULATED, "SNS"),
            )
        ),
        ev.RehearsalFinished(Outcome.FAILED, ("left",)),
    )
    assert shown["mails"] == [
        {
            "at": 5.0,
            "to": "a@b",
            "title": "it failed",
            "subject": "AWS Notification Message",
            "body": '"it failed"\n',
        }
    ]
    assert shown["leftovers"] == [{"service": "s3 buckets", "resource": "web"}]
    assert shown["worth"] == [
        {"fidelity": "emulated", "entries": [{"what": ["SNS"], "detail": ""}]},
        {
            "fidelity": "not honoured",
            "entries": [{"what": ["USER (Dockerfile:6)", "container app"], "detail": "ran as you"}],
        },
    ]
    assert shown["outcome"] == {"state": "failed", "text": "", "reasons": ["left"]}


def test_leftovers_that_were_not_asked_for_are_unknown():
    assert after()["leftovers"] is None
    assert after(ev.LeftoversListed(()))["leftovers"] == []


def test_an_interrupted_run_is_stopping_until_its_verdict():
    assert after(ev.Interrupted())["outcome"]["state"] == "interrupted"
    assert after(ev.Interrupted(), ev.RehearsalFinished(Outcome.FAILED))["outcome"]["state"] == "failed"
