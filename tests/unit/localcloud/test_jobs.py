from __future__ import annotations

import logging

import pytest

from shipway.localcloud.clock import Clock
from shipway.localcloud.jobs import Jobs


def test_a_job_that_waits_ends_with_the_cloud() -> None:
    clock = Clock()
    jobs = Jobs(clock)
    jobs.start("waiting", clock.wait, 3600)
    assert jobs.running() == ["waiting"]

    clock.stop()

    assert jobs.join(5) == []


def test_a_crash_ends_one_job_and_is_logged_with_its_name(caplog: pytest.LogCaptureFixture) -> None:
    jobs = Jobs(Clock())

    with caplog.at_level(logging.ERROR):
        jobs.start("broken", lambda: 1 / 0).join(5)

    assert "job broken crashed" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert jobs.running() == []
