"""The whole story against a made-up AWS: no process, no socket, no wait."""

from dataclasses import replace

import pytest

from shipway.rehearsal import follow
from shipway.rehearsal.delivery import Pipeline
from shipway.rehearsal.drills import DRILLS, Sources
from shipway.rehearsal.facts import Leftover, Outcome
from shipway.rehearsal.journal import Journal
from shipway.rehearsal.plan import Plan, PlannedDrill
from shipway.rehearsal.ports import StepFailedError
from shipway.rehearsal.run import Rehearsal, Stage
from shipway.rehearsal.snapshot import Snapshot
from shipway.rehearsal.state import replay

SOURCES = Sources(pytest_folders=("tests",), dockerfiles=("Dockerfile",))


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Time passes by a second a look, and only for the story."""
    ticks = iter(range(100_000))
    monkeypatch.setattr(
        follow.Follower.__init__, "__kwdefaults__", {"sleep": lambda _: None, "now": ticks.__next__}
    )


@pytest.fixture
def rehearse(world):
    def run(*, keep=False, sources=SOURCES):
        drills = []
        for drill in DRILLS:
            change = drill.change(sources)
            drills.append(
                PlannedDrill(drill, skipped=change)
                if isinstance(change, str)
                else PlannedDrill(drill, change)
            )
        plan = Plan((), Pipeline("", ()), None, sources, 1, tuple(drills))
        envelopes = []
        stage = Stage(
            cloud=world,
            account=lambda _: world,
            load=world,
            synthesize=lambda: (None, plan),
            commits=lambda _: world,
            patience=follow.Patience(60),
        )
        outcome = Rehearsal(stage, Journal("run", lambda: 0.0, envelopes.append), keep=keep).run()
        return outcome, replay(envelopes)

    return run


def test_all_goes_as_it_should(world, rehearse):
    outcome, state = rehearse()
    assert state.verdict.reasons == ()
    assert outcome is Outcome.SUCCEEDED
    assert [step.name for step in state.steps] == [
        "synthesize",
        "start the cloud",
        "deploy",
        "release",
        "failing-tests",
        "unhealthy-release",
        "delete",
    ]
    assert [drill.agrees for drill in state.drills] == [True, True]
    assert state.shifts[0].observed == (0, 10, 100)
    assert state.leftovers == ()
    assert [mail.id for mail in state.mails] == ["2", "3"]
    assert state.requests.sent == 300
    assert world.calls[-1] == "delete"


def test_a_push_that_starts_nothing(world, rehearse):
    world.starts = False
    outcome, state = rehearse()
    assert outcome is Outcome.FAILED
    assert state.verdict.reasons[0] == "the pipeline is not started"
    assert "delete" in world.calls


def test_requests_lost_in_a_release(world, rehearse):
    world.failing_requests = 3
    _, state = rehearse()
    assert "3 requests failed during the release" in state.verdict.reasons
    assert [drill.agrees for drill in state.drills] == [False, False]


def test_a_shift_in_one_leap(world, rehearse):
    del world.plays[0][2]
    _, state = rehearse()
    assert state.verdict.reasons == (
        "the traffic should have shifted 0 % → 10 % → 100 % and was seen to shift 0 % → 100 %",
    )


def test_a_mail_that_does_not_come(world, rehearse):
    world.mail_on = (2,)
    _, state = rehearse()
    assert [drill.agrees for drill in state.drills] == [True, False]
    assert state.drills[1].observed.endswith("no mail")


def test_a_bad_commit_that_reaches_the_users(world, rehearse):
    world.plays[1] = [replace(world.plays[0][-1])]
    _, state = rehearse()
    assert state.drills[0].agrees is False
    assert "drill failing-tests" in state.verdict.reasons[0]


def test_leftovers_fail_the_rehearsal(world, rehearse):
    world.left = (Leftover("s3 buckets", "web-artifacts"),)
    outcome, state = rehearse()
    assert outcome is Outcome.FAILED
    assert state.verdict.reasons == ("left after deletion: s3 buckets web-artifacts",)


def test_a_stack_that_is_not_created_is_deleted_all_the_same(world, rehearse, monkeypatch):
    def refuse(_assembly, _report):
        raise StepFailedError("stack web is ROLLBACK_COMPLETE: no")

    monkeypatch.setattr(world, "deploy", refuse)
    _, state = rehearse()
    assert state.verdict.reasons == ("stack web is ROLLBACK_COMPLETE: no",)
    assert [step.outcome for step in state.steps][-2:] == [Outcome.FAILED, Outcome.SUCCEEDED]
    assert world.pushes == 0


def test_an_execution_in_which_nothing_moves_ends_the_waiting(world, rehearse):
    world.plays[0] = [Snapshot(world.plays[0][0].facts)]
    _, state = rehearse()
    assert "nothing moved for 180 s" in state.verdict.reasons[0]


def test_what_is_kept_is_not_deleted(world, rehearse):
    outcome, state = rehearse(keep=True)
    assert outcome is Outcome.SUCCEEDED
    assert "delete" not in world.calls
    assert state.leftovers is None


def test_a_drill_without_a_hold_is_told_and_left_out(world, rehearse):
    world.plays[1] = world.plays[2]
    world.mail_on = (2,)
    outcome, state = rehearse(sources=replace(SOURCES, pytest_folders=()))
    assert outcome is Outcome.SUCCEEDED
    assert state.drills[0].skipped == "no command of the buildspec runs pytest"
    assert world.pushes == 2


def test_an_interruption_ends_the_step_and_reaches_the_caller(world, rehearse, monkeypatch):
    def interrupt(_assembly, _report):
        raise KeyboardInterrupt

    monkeypatch.setattr(world, "deploy", interrupt)
    with pytest.raises(KeyboardInterrupt):
        rehearse()
    assert "delete" not in world.calls
