from __future__ import annotations

import threading

import pytest

from shipway.localcloud.clock import Clock, CloudStopped


def test_scale_says_how_many_aws_seconds_pass_in_one() -> None:
    assert Clock(scale=60).real(300) == 5


def test_limits_pass_faster_than_waits_but_leave_time_to_start_a_program() -> None:
    clock = Clock(scale=60)

    assert clock.limit(7200) == 20
    assert clock.limit(3600) == 10
    assert clock.limit(1) == 10


@pytest.mark.parametrize("scale", [0, -1])
def test_time_that_does_not_pass_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        Clock(scale)


def test_stopping_ends_a_wait_that_is_under_way() -> None:
    clock = Clock()
    ended = threading.Event()

    def wait() -> None:
        try:
            clock.wait(3600)
        except CloudStopped:
            ended.set()

    thread = threading.Thread(target=wait)
    thread.start()
    clock.stop()
    thread.join(5)

    assert ended.is_set()


def test_no_wait_begins_after_the_stop() -> None:
    clock = Clock()
    clock.stop()

    with pytest.raises(CloudStopped):
        clock.pause(0)
