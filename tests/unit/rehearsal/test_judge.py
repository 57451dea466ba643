import pytest

from shipway.rehearsal.drills import FAILING_TESTS, UNHEALTHY_RELEASE
from shipway.rehearsal.judge import is_settled, release_faults, seen, serving


def test_a_failed_build_is_what_the_drill_predicts(states, pipeline):
    observed = seen(states["after release"], states["tests fail"], failed_requests=0, mails=1)
    assert observed == FAILING_TESTS.predict(pipeline, recipients=1)


def test_a_rolled_back_release_is_what_the_drill_predicts(states, pipeline):
    observed = seen(states["after release"], states["rolled back"], failed_requests=0, mails=2)
    assert observed == UNHEALTHY_RELEASE.predict(pipeline, recipients=1)


@pytest.mark.parametrize(("failed_requests", "mails"), [(1, 1), (0, 0)])
def test_a_lost_request_or_a_missing_mail_is_not(states, pipeline, failed_requests, mails):
    observed = seen(
        states["after release"], states["tests fail"], failed_requests=failed_requests, mails=mails
    )
    assert observed != FAILING_TESTS.predict(pipeline, recipients=1)


def test_nobody_can_be_told_where_nobody_is_subscribed(pipeline):
    assert FAILING_TESTS.predict(pipeline, recipients=0).mail is False


@pytest.mark.parametrize("state", ["half way", "green left"])
def test_what_is_left_of_a_release_is_no_roll_back(states, state):
    assert seen(states["idle"], states[state], failed_requests=0, mails=0).deployment == "Failed"
    assert not is_settled(states["idle"], states[state])


@pytest.mark.parametrize(
    ("before", "after", "version"),
    [
        ("idle", "idle", "old version"),
        ("idle", "released", "new version"),
        ("idle", "half way", "old and new version"),
        ("idle", "nothing", "nothing"),
    ],
)
def test_who_serves(states, before, after, version):
    assert serving(states[before], states[after]) == version


@pytest.mark.parametrize(
    ("after", "fault"),
    [
        ("build broke", "the pipeline is Failed in Build/Action: exit status 1"),
        ("idle", "the pipeline is not started"),
        ("blue left", "the old task set was not terminated"),
    ],
)
def test_faults_of_a_release(states, after, fault):
    assert release_faults(states["idle"], states[after]) == (fault,)


def test_a_good_release_has_none(states):
    assert release_faults(states["idle"], states["released"]) == ()
