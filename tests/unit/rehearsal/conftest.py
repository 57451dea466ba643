"""A made-up AWS for the story: each push plays a list of snapshots, one a look."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from shipway.rehearsal import events as ev
from shipway.rehearsal.delivery import Action, Delivery, Pipeline, Stage
from shipway.rehearsal.facts import TaskSet, Weight
from shipway.rehearsal.shift import Shift
from shipway.rehearsal.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from shipway.rehearsal.facts import Leftover

BLUE, GREEN = "web-blue", "web-green"
PIPELINE = Pipeline(
    "web",
    (
        Stage("Source", (Action("Source", "Source", "CodeCommit"),)),
        Stage("Build", (Action("Image", "Build", "CodeBuild"),)),
        Stage("Deploy", (Action("Shift", "Deploy", "CodeDeployToECS"),)),
    ),
)
DELIVERY = Delivery(
    pipeline=PIPELINE,
    repository="web",
    branch="main",
    clone_url="http://127.0.0.1/web",
    application="web",
    deployment_group="web",
    shift=Shift(10, 0, 5),
    cluster="web",
    service="web",
    listener_arn="listener",
    target_groups={"arn:blue": BLUE, "arn:green": GREEN},
    health_check_path="/health",
    recipients=("team@example.com",),
)


def snapshot(
    execution: str = "",
    *,
    blue: float = 100,
    sets: tuple[TaskSet, ...] = (),
    failed: str = "",
    deployment: str = "",
    detail: str = "",
) -> Snapshot:
    facts: list[ev.Event] = []
    if execution:
        facts.append(ev.ExecutionChanged("e", execution))
    if failed:
        facts.append(ev.ActionChanged("e", failed, "Action", "Provider", "Failed", detail))
    if deployment:
        facts.append(ev.DeploymentChanged("d", deployment))
    facts.append(ev.WeightsChanged((Weight(BLUE, blue), Weight(GREEN, 100 - blue))))
    facts.append(ev.TaskSetsChanged(sets))
    return Snapshot(tuple(facts))


def task_set(name: str, group: str, status: str = "PRIMARY") -> TaskSet:
    return TaskSet(name, status, f"web:{name}", group, 2, 2)


OLD, NEW = task_set("1", BLUE), task_set("2", GREEN)
STARTING = task_set("2", GREEN, "ACTIVE")
IDLE = snapshot(sets=(OLD,))
RELEASED = [
    snapshot("InProgress", sets=(OLD,)),
    snapshot("InProgress", sets=(OLD, STARTING)),
    snapshot("InProgress", blue=90, sets=(OLD, STARTING)),
    snapshot("InProgress", blue=0, sets=(NEW, task_set("1", BLUE, "DRAINING"))),
    snapshot("Succeeded", blue=0, sets=(NEW,), deployment="Succeeded"),
]
AFTER_RELEASE = snapshot(blue=0, sets=(NEW,))
TESTS_FAIL = [
    snapshot("InProgress", blue=0, sets=(NEW,)),
    snapshot("Failed", blue=0, sets=(NEW,), failed="Build"),
]
ROLLED_BACK = [
    snapshot("InProgress", blue=0, sets=(NEW, task_set("3", BLUE, "ACTIVE"))),
    snapshot("Failed", blue=0, sets=(NEW,), failed="Deploy", deployment="Failed"),
]


@dataclass
class World:
    """Account, cloud, load and commits at once; what each push plays can be changed by a test."""

    plays: list[list[Snapshot]] = field(
        default_factory=lambda: [list(RELEASED), list(TESTS_FAIL), list(ROLLED_BACK)]
    )
    rests: Snapshot = IDLE
    starts: bool = True
    mail_on: tuple[int, ...] = (2, 3)
    failing_requests: int = 0
    left: tuple[Leftover, ...] = ()
    pushes: int = 0
    calls: list[str] = field(default_factory=list)
    playing: list[Snapshot] = field(default_factory=list)

    # Account
    def prepare(self) -> None:
        self.calls.append("prepare")

    def deploy(self, assembly, report) -> None:
        del assembly, report
        self.calls.append("deploy")

    def find_delivery(self) -> Delivery:
        return DELIVERY

    def execution_of(self, delivery, commit) -> str | None:
        del delivery, commit
        return "e" if self.starts else None

    def observe(self, delivery, execution) -> Snapshot:
        del delivery
        if execution is None or not self.playing:
            return self.rests
        now = self.playing.pop(0) if len(self.playing) > 1 else self.playing[0]
        self.rests = snapshot(blue=now.percent(BLUE), sets=now.task_sets)
        return now

    def delete(self, report) -> None:
        del report
        self.calls.append("delete")

    def leftovers(self):
        return self.left

    # Cloud
    def started(self) -> ev.CloudStarted:
        return ev.CloudStarted("http://127.0.0.1:1", "process", "123456789012", "us-east-1")

    def address_of(self, listener_arn) -> str:
        del listener_arn
        return "http://127.0.0.1:2"

    def mails(self):
        return tuple(
            ev.MailArrived(str(n), "team@example.com", "failed", "") for n in self.mail_on if n <= self.pushes
        )

    def confirm_subscriptions(self):
        return (("team@example.com", "arn:topic"),)

    def ledger(self):
        return ()

    def stop(self) -> None:
        self.calls.append("stop")

    def kill(self) -> None:
        self.calls.append("kill")

    # Load
    flowing = True

    def begin(self, urls) -> None:
        self.calls.append(f"load {urls[0]}")

    def counted(self) -> ev.RequestsCounted:
        return ev.RequestsCounted(100 * self.pushes, self.failing_requests * self.pushes, 200.0)

    def end(self) -> ev.RequestsCounted:
        return self.counted()

    # Commits
    released = "released"

    def commit(self, change) -> str:
        return change.message

    def push(self, url) -> None:
        del url
        self.playing = self.plays[self.pushes]
        self.pushes += 1


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def pipeline() -> Pipeline:
    return PIPELINE


@pytest.fixture
def states() -> dict[str, Snapshot]:
    """Moments of a delivery by name."""
    return {
        "idle": IDLE,
        "after release": AFTER_RELEASE,
        "released": RELEASED[-1],
        "tests fail": TESTS_FAIL[-1],
        "rolled back": ROLLED_BACK[-1],
        "half way": snapshot("Failed", blue=90, sets=(OLD, STARTING), failed="Deploy", deployment="Failed"),
        "green left": snapshot("Failed", sets=(OLD, STARTING), failed="Deploy", deployment="Failed"),
        "blue left": snapshot("Succeeded", blue=0, sets=(NEW, OLD), deployment="Succeeded"),
        "build broke": snapshot("Failed", sets=(OLD,), failed="Build", detail="exit status 1"),
        "nothing": snapshot(),
    }


@pytest.fixture
def take() -> Callable[..., Snapshot]:
    """Makes a snapshot."""
    return snapshot
