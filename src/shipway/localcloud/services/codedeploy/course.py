"""Where a deployment stands: its status, its lifecycle events and its traffic. Every step gives a new course.

Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-ecs.html
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from shipway.localcloud.services.codedeploy.plan import ALL

if TYPE_CHECKING:
    from datetime import datetime

INSTALL = "Install"
ALLOW_TEST_TRAFFIC = "AllowTestTraffic"
ALLOW_TRAFFIC = "AllowTraffic"
HOOKS = ("BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic")
LIFECYCLE = (
    "BeforeInstall",
    INSTALL,
    "AfterInstall",
    ALLOW_TEST_TRAFFIC,
    "AfterAllowTestTraffic",
    "BeforeAllowTraffic",
    ALLOW_TRAFFIC,
    "AfterAllowTraffic",
)


class Status(StrEnum):
    """A deployment's status in the API's words."""

    CREATED = "Created"
    IN_PROGRESS = "InProgress"
    READY = "Ready"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    STOPPED = "Stopped"

    @property
    def is_over(self) -> bool:
        """Whether the deployment has ended."""
        return self in (Status.SUCCEEDED, Status.FAILED, Status.STOPPED)


class EventStatus(StrEnum):
    """A lifecycle event's status."""

    PENDING = "Pending"
    IN_PROGRESS = "InProgress"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    SKIPPED = "Skipped"


class WrongStepError(Exception):
    """A step that does not follow from where the deployment stands: a bug of whoever drives it."""


@dataclass(frozen=True)
class Event:
    """One lifecycle event."""

    name: str
    status: EventStatus = EventStatus.PENDING
    started: datetime | None = None
    ended: datetime | None = None
    message: str = ""

    def as_json(self) -> dict[str, Any]:
        """``LifecycleEvent``."""
        diagnostics = {"errorCode": "ScriptFailed", "message": self.message} if self.message else None
        return {
            "lifecycleEventName": self.name,
            "status": self.status.value,
            "startTime": self.started,
            "endTime": self.ended,
            "diagnostics": diagnostics,
        }


@dataclass(frozen=True)
class Course:
    """The state of one deployment.

    Attributes:
        green: Percent of the production traffic that green has; blue has the rest.
        test_on_green: Whether the test listener leads to green.
        green_is_primary: Whether ECS counts green as the service's primary task set.
    """

    status: Status = Status.CREATED
    events: tuple[Event, ...] = tuple(Event(name) for name in LIFECYCLE)
    green: int = 0
    test_on_green: bool = False
    green_is_primary: bool = False

    def start(self) -> Course:
        """Created becomes InProgress."""
        self._must(self.status is Status.CREATED, "start")
        return replace(self, status=Status.IN_PROGRESS)

    def begin(self, name: str, at: datetime) -> Course:
        """Begin the next lifecycle event; every earlier one is over."""
        self._must(self.status is Status.IN_PROGRESS and self._next() == name, f"begin {name}")
        return self._with(name, status=EventStatus.IN_PROGRESS, started=at)

    def finish(self, name: str, at: datetime) -> Course:
        """The running lifecycle event has succeeded."""
        self._must(self._running() == name, f"finish {name}")
        self._must(name != ALLOW_TRAFFIC or self.green == ALL, "finish AllowTraffic before all traffic moved")
        return self._with(name, status=EventStatus.SUCCEEDED, ended=at)

    def route_test_traffic(self) -> Course:
        """The test listener leads to green."""
        self._must(self._running() == ALLOW_TEST_TRAFFIC, "route test traffic")
        return replace(self, test_on_green=True)

    def shift(self, green: int) -> Course:
        """Give green more of the production traffic."""
        self._must(self._running() == ALLOW_TRAFFIC and self.green < green <= ALL, f"shift to {green} %")
        return replace(self, green=green)

    def promote(self) -> Course:
        """Green is the primary task set."""
        self._must(self.green == ALL, "promote green before it has all traffic")
        return replace(self, green_is_primary=True)

    def wait_for_approval(self) -> Course:
        """Ready: traffic moves when ContinueDeployment says so."""
        self._must(self.status is Status.IN_PROGRESS and self.green == 0, "wait for approval")
        return replace(self, status=Status.READY)

    def resume(self) -> Course:
        """ContinueDeployment was called."""
        self._must(self.status is Status.READY, "resume")
        return replace(self, status=Status.IN_PROGRESS)

    def succeed(self) -> Course:
        """The deployment has succeeded."""
        complete = self._next() is None and self._running() is None
        self._must(complete and self.green == ALL, "succeed before the last lifecycle event")
        return replace(self, status=Status.SUCCEEDED)

    def halt(self, status: Status, message: str, at: datetime) -> Course:
        """End as Failed or Stopped: the running event fails, later ones are skipped, traffic stays."""
        self._must(not self.status.is_over, f"end as {status}")
        events = []
        for event in self.events:
            if event.status is EventStatus.IN_PROGRESS:
                events.append(replace(event, status=EventStatus.FAILED, ended=at, message=message))
            elif event.status is EventStatus.PENDING:
                events.append(replace(event, status=EventStatus.SKIPPED))
            else:
                events.append(event)
        return replace(self, status=status, events=tuple(events))

    def rolled_back(self) -> Course:
        """Blue has all traffic and is primary again."""
        self._must(self.status in (Status.FAILED, Status.STOPPED), "roll back")
        return replace(self, green=0, test_on_green=False, green_is_primary=False)

    def _next(self) -> str | None:
        if self._running() is not None:
            return None
        return next((event.name for event in self.events if event.status is EventStatus.PENDING), None)

    def _running(self) -> str | None:
        return next((event.name for event in self.events if event.status is EventStatus.IN_PROGRESS), None)

    def _with(self, name: str, **changes: Any) -> Course:
        events = tuple(replace(e, **changes) if e.name == name else e for e in self.events)
        return replace(self, events=events)

    def _must(self, allowed: bool, step: str) -> None:  # noqa: FBT001 - an assertion
        if not allowed:
            raise WrongStepError(f"cannot {step}: {self}")
