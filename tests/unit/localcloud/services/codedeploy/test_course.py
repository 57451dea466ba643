from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipway.localcloud.services.codedeploy.configs import Config, Routing
from shipway.localcloud.services.codedeploy.course import (
    ALLOW_TEST_TRAFFIC,
    ALLOW_TRAFFIC,
    LIFECYCLE,
    Course,
    EventStatus,
    Status,
    WrongStepError,
)
from shipway.localcloud.services.codedeploy.plan import shifts

AT = datetime(2026, 1, 1, tzinfo=UTC)


def deployed(config: Config, stop_after: int) -> tuple[Course, int]:
    """The course after so many steps of a whole deployment, and how many steps that has."""
    moves = [Course.start]
    for name in LIFECYCLE:
        moves.append(lambda c, n=name: c.begin(n, AT))
        if name == ALLOW_TEST_TRAFFIC:
            moves.append(Course.route_test_traffic)
        if name == ALLOW_TRAFFIC:
            moves += [lambda c, g=shift.green: c.shift(g) for shift in shifts(config)]
            moves.append(Course.promote)
        moves.append(lambda c, n=name: c.finish(n, AT))
    moves.append(Course.succeed)
    course = Course()
    for move in moves[:stop_after]:
        course = move(course)
    return course, len(moves)


CONFIG = st.builds(
    Config, st.just("c"), st.just("ECS"), st.sampled_from(Routing), st.integers(1, 99), st.integers(1, 9)
)


@given(config=CONFIG)
def test_whole_deployment_succeeds_with_all_on_green(config: Config):
    course, _ = deployed(config, 10_000)
    assert course.status is Status.SUCCEEDED
    assert course.green == 100
    assert course.green_is_primary
    assert {event.status for event in course.events} == {EventStatus.SUCCEEDED}


@given(config=CONFIG, data=st.data(), status=st.sampled_from([Status.FAILED, Status.STOPPED]))
def test_rollback_restores_blue_wherever_the_deployment_halted(
    config: Config, data: st.DataObject, status: Status
):
    _, steps = deployed(config, 0)
    before, _ = deployed(config, data.draw(st.integers(1, steps - 1)))
    halted = before.halt(status, "why", AT)
    assert halted.green == before.green  # what halts moves no traffic by itself
    assert not {EventStatus.IN_PROGRESS, EventStatus.PENDING} & {event.status for event in halted.events}
    back = halted.rolled_back()
    assert (back.green, back.test_on_green, back.green_is_primary) == (0, False, False)
    assert back.status is status


@given(config=CONFIG, data=st.data())
def test_deployment_that_is_over_stays_over(config: Config, data: st.DataObject):
    _, steps = deployed(config, 0)
    course, _ = deployed(config, data.draw(st.integers(0, steps)))
    over = course if course.status.is_over else course.halt(Status.STOPPED, "why", AT)
    for move in (
        Course.start,
        lambda c: c.halt(Status.FAILED, "again", AT),
        lambda c: c.begin("Install", AT),
    ):
        with pytest.raises(WrongStepError):
            move(over)


def test_event_that_runs_fails_and_later_ones_are_skipped():
    course = Course().start().begin("BeforeInstall", AT).finish("BeforeInstall", AT).begin("Install", AT)
    first, second, *rest = course.halt(Status.FAILED, "no image", AT).events
    assert first.status is EventStatus.SUCCEEDED
    assert (second.status, second.message) == (EventStatus.FAILED, "no image")
    assert {event.status for event in rest} == {EventStatus.SKIPPED}


def test_traffic_moves_only_forwards_and_only_in_its_event():
    course = Course().start()
    with pytest.raises(WrongStepError):
        course.shift(10)
    for name in LIFECYCLE[: LIFECYCLE.index(ALLOW_TRAFFIC)]:
        course = course.begin(name, AT).finish(name, AT)
    course = course.begin(ALLOW_TRAFFIC, AT).shift(60)
    with pytest.raises(WrongStepError):
        course.shift(50)
    with pytest.raises(WrongStepError):
        course.finish(ALLOW_TRAFFIC, AT)


def test_ready_waits_before_any_traffic():
    ready = Course().start().wait_for_approval()
    assert ready.status is Status.READY
    with pytest.raises(WrongStepError):
        ready.begin("BeforeInstall", AT)
    assert ready.resume().status is Status.IN_PROGRESS
