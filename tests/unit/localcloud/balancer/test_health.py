import pytest

from shipway.localcloud.balancer.configuration import HealthCheck
from shipway.localcloud.balancer.health import (
    CHECKING,
    HEALTHY,
    STARTUP_SECONDS,
    Probe,
    Record,
    State,
    matches,
    observe,
)

CHECK = HealthCheck(healthy_threshold=3, unhealthy_threshold=2)
OK, BROKEN, REFUSED, LATE = Probe(200), Probe(503), Probe(connected=False), Probe(timed_out=True)


def after(*probes: Probe, age: float = 0.0, record: Record | None = None) -> Record:
    record = record or Record()
    for probe in probes:
        record = observe(record, probe, CHECK, age)
    return record


def test_a_new_target_is_healthy_after_one_success() -> None:
    assert after(OK).health == HEALTHY


def test_one_failure_is_not_enough_to_be_unhealthy() -> None:
    assert after(BROKEN).health == CHECKING
    assert after(OK, BROKEN).health == HEALTHY


def test_failures_in_a_row_make_unhealthy_with_the_code_that_was_seen() -> None:
    health = after(BROKEN, BROKEN).health
    assert (health.state, health.reason) == (State.UNHEALTHY, "Target.ResponseCodeMismatch")
    assert health.description == "Health checks failed with these codes: [503]"


def test_a_success_between_failures_starts_the_count_anew() -> None:
    assert after(OK, BROKEN, OK, BROKEN).health == HEALTHY


def test_an_unhealthy_target_needs_the_healthy_threshold() -> None:
    sick = after(BROKEN, BROKEN)
    assert after(OK, OK, record=sick).health.state is State.UNHEALTHY
    assert after(OK, OK, OK, record=sick).health == HEALTHY


def test_a_refused_connection_says_nothing_while_the_program_starts() -> None:
    assert after(*[REFUSED] * 50, age=STARTUP_SECONDS - 1).health == CHECKING
    assert after(REFUSED, REFUSED, age=STARTUP_SECONDS + 1).health.reason == "Target.FailedHealthChecks"


def test_a_refused_connection_of_a_target_that_was_healthy_counts_at_once() -> None:
    assert after(OK, REFUSED, REFUSED).health.state is State.UNHEALTHY


def test_no_answer_in_time_is_a_reason_of_its_own() -> None:
    assert after(LATE, LATE).health.reason == "Target.Timeout"


def test_a_tcp_check_asks_for_a_connection_only() -> None:
    check = HealthCheck(http=False)
    assert observe(Record(), Probe(), check, 0).health == HEALTHY


@pytest.mark.parametrize(
    ("status", "matcher", "expected"),
    [
        (200, "200", True),
        (204, "200", False),
        (202, "200,202", True),
        (302, "200-399", True),
        (400, "200-399", False),
        (418, "200-299, 418", True),
    ],
)
def test_matchers(status: int, matcher: str, *, expected: bool) -> None:
    assert matches(status, matcher) is expected
