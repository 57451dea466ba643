"""Drills: commits that must not reach the users, each with a prediction to compare with what is seen."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shipway.rehearsal.delivery import CODEBUILD, CODEDEPLOY_TO_ECS

if TYPE_CHECKING:
    from collections.abc import Callable

    from shipway.rehearsal.delivery import Pipeline

_FAILING_TEST = '''\
"""Written by a drill of `shipway rehearse`: the pipeline must stop at this commit."""


def test_that_fails_on_purpose() -> None:
    raise AssertionError("drill: this commit must not be released")
'''

# `sleep` runs and listens on nothing, so that only a health check can tell.
_DEAF = (
    '\n# A drill of `shipway rehearse`: it starts and never answers.\nENTRYPOINT ["sleep"]\nCMD ["3600"]\n'
)


@dataclass(frozen=True)
class Change:
    """What a commit does to the project as it is.

    Args:
        message: The commit's.
        writes: Path and text of files that are new or replaced.
        appends: Path of a file and what is added to its end.
    """

    message: str
    writes: tuple[tuple[str, str], ...] = ()
    appends: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Sources:
    """What the project's sources give a hold for.

    Args:
        pytest_folders: Where the build's pytest collects.
        dockerfiles: The Dockerfiles that the build builds and that are there.
    """

    pytest_folders: tuple[str, ...] = ()
    dockerfiles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Seen:
    """The facts that a drill is judged by, predicted or observed.

    Args:
        execution: Status of the pipeline's execution, ``not started`` when nothing began.
        stage: The stage in which it failed; empty when it did not.
        deployment: ``none``, ``rolled back``, or the status of the deployment.
        serving: Which version the production listener sends all users to.
        failed_requests: How many requests failed meanwhile.
        mail: Whether somebody was told.
    """

    execution: str
    stage: str
    deployment: str
    serving: str
    failed_requests: int
    mail: bool

    def __str__(self) -> str:
        """One line with every fact."""
        place = f" in {self.stage}" if self.stage else ""
        deployment = "no deployment" if self.deployment == "none" else f"deployment {self.deployment}"
        mail = "mail sent" if self.mail else "no mail"
        return (
            f"pipeline {self.execution}{place}, {deployment}, {self.serving} serving, "
            f"{self.failed_requests} requests failed, {mail}"
        )


OLD_VERSION = "old version"
NEW_VERSION = "new version"
BOTH_VERSIONS = "old and new version"
ROLLED_BACK = "rolled back"
NOT_STARTED = "not started"


@dataclass(frozen=True)
class Drill:
    """A commit and what must come of it; ``change`` answers with the reason where it has no hold."""

    name: str
    title: str
    stops_in: str
    deployment: str
    change: Callable[[Sources], Change | str]

    def predict(self, pipeline: Pipeline, *, recipients: int) -> Seen:
        """What must be seen on this pipeline; nobody can be told where nobody is subscribed."""
        stage = pipeline.stage_of(self.stops_in) or ""
        return Seen("Failed", stage, self.deployment, OLD_VERSION, 0, mail=recipients > 0)


def _failing_test(sources: Sources) -> Change | str:
    if not sources.pytest_folders:
        return "no command of the buildspec runs pytest"
    path = posixpath.normpath(posixpath.join(sources.pytest_folders[0], "test_shipway_drill.py"))
    return Change("Drill: a test that fails", writes=((path, _FAILING_TEST),))


def _deaf_container(sources: Sources) -> Change | str:
    if not sources.dockerfiles:
        return "no command of the buildspec builds a Dockerfile of the project"
    return Change(
        "Drill: a release that never becomes healthy",
        appends=tuple((path, _DEAF) for path in sources.dockerfiles),
    )


FAILING_TESTS = Drill("failing-tests", "a commit whose tests fail", CODEBUILD, "none", _failing_test)
UNHEALTHY_RELEASE = Drill(
    "unhealthy-release",
    "a commit whose tasks never become healthy",
    CODEDEPLOY_TO_ECS,
    ROLLED_BACK,
    _deaf_container,
)
DRILLS = (FAILING_TESTS, UNHEALTHY_RELEASE)
