"""What ECS keeps. Records change under the lock of the state (`state.State`) only."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

Item = dict[str, Any]

PRIMARY = "PRIMARY"
ACTIVE = "ACTIVE"
DRAINING = "DRAINING"
INACTIVE = "INACTIVE"


class Controller(StrEnum):
    """Who decides which tasks a service runs."""

    ECS = "ECS"
    CODE_DEPLOY = "CODE_DEPLOY"
    EXTERNAL = "EXTERNAL"


class Status(StrEnum):
    """A task's states in their order."""

    PROVISIONING = "PROVISIONING"
    PENDING = "PENDING"
    ACTIVATING = "ACTIVATING"
    RUNNING = "RUNNING"
    DEACTIVATING = "DEACTIVATING"
    STOPPING = "STOPPING"
    DEPROVISIONING = "DEPROVISIONING"
    STOPPED = "STOPPED"


def now() -> datetime:
    """The time that records carry."""
    return datetime.now(UTC)


@dataclass
class Cluster:
    """A cluster."""

    arn: str
    name: str
    status: str = ACTIVE
    settings: list[Item] = field(default_factory=list)
    configuration: Item = field(default_factory=dict)
    capacity_providers: list[str] = field(default_factory=list)
    default_strategy: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class Placement:
    """How and where the tasks of a task set, a deployment or a RunTask call are to run."""

    launch_type: str | None = "FARGATE"
    capacity_strategy: tuple[Item, ...] = ()
    platform_version: str = "LATEST"
    network: Item = field(default_factory=dict)
    load_balancers: tuple[Item, ...] = ()

    @property
    def subnets(self) -> list[str]:
        """The subnets that tasks may stand in."""
        return list(self.network.get("awsvpcConfiguration", {}).get("subnets", []))


@dataclass
class TaskSet:
    """Tasks of one task definition within a service: what AWS calls a task set or a deployment.

    Attributes:
        id: ``ecs-svc/NUMBER``, which is also the `startedBy` of its tasks.
        status: ``PRIMARY``, ``ACTIVE`` or ``DRAINING``.
        scale: Percent of the service's desired count.
        steady: Whether all its tasks run and, where they receive traffic, are healthy.
        failures: Tasks in a row that stopped before they ran.
        failed_tasks: Tasks that stopped by themselves since it was made.
    """

    id: str
    arn: str
    task_definition: str
    placement: Placement
    status: str = PRIMARY
    external_id: str = ""
    started_by: str = ""
    scale: float = 100.0
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)
    steady: bool = False
    steady_at: datetime = field(default_factory=now)
    failures: int = 0
    failed_tasks: int = 0
    not_before: float = 0.0  # monotonic: the back-off
    rollout_state: str = "IN_PROGRESS"
    rollout_reason: str = ""


@dataclass
class ServiceRecord:
    """A service."""

    arn: str
    name: str
    cluster: Cluster
    controller: Controller
    desired: int
    placement: Placement
    settings: Item  # what is only told back: deployment configuration, grace period, ...
    task_definition: str = ""
    status: str = ACTIVE
    task_sets: list[TaskSet] = field(default_factory=list)
    events: list[Item] = field(default_factory=list)
    created_at: datetime = field(default_factory=now)
    created_by: str = ""
    changed: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def primary(self) -> TaskSet | None:
        """The task set that serves production traffic."""
        return next((item for item in self.task_sets if item.status == PRIMARY), None)

    @property
    def grace_period(self) -> float:
        """AWS seconds for which load balancer health checks do not count after a task's start."""
        return float(self.settings.get("healthCheckGracePeriodSeconds") or 0)


@dataclass
class ContainerRecord:
    """A container of a task."""

    name: str
    arn: str
    definition: Item
    status: str = "PENDING"
    runtime_id: str = ""
    image_digest: str = ""
    exit_code: int | None = None
    reason: str = ""


@dataclass
class Task:
    """A task; its life is run by a job of its own (`life.Life`).

    Attributes:
        group: ``service:NAME`` or ``family:NAME``.
        started_by: The task set's id, or what RunTask was told.
        stop_asked: Set when the task is to stop; code and reason say why.
    """

    arn: str
    cluster: Cluster
    definition: Item
    placement: Placement
    group: str
    started_by: str = ""
    service_arn: str = ""
    overrides: Item = field(default_factory=dict)
    containers: list[ContainerRecord] = field(default_factory=list)
    status: Status = Status.PROVISIONING
    desired: str = "RUNNING"
    attachment: Item = field(default_factory=dict)
    address: str = ""
    zone: str = ""
    created_at: datetime = field(default_factory=now)
    times: dict[str, datetime] = field(default_factory=dict)  # pullStartedAt, startedAt, stoppingAt, ...
    running_since: float | None = None  # monotonic
    stop_code: str = ""
    stop_reason: str = ""
    version: int = 1
    counted: bool = False  # whether the scheduler has seen it stop
    stop_asked: threading.Event = field(default_factory=threading.Event)

    @property
    def id(self) -> str:
        """32 hexadecimal digits."""
        return self.arn.rpartition("/")[2]

    @property
    def wanted(self) -> bool:
        """Whether it is meant to run."""
        return self.desired == "RUNNING"

    def ask_to_stop(self, code: str, reason: str) -> None:
        """Let it end; the first reason stands."""
        if not self.stop_asked.is_set():
            self.stop_code, self.stop_reason = code, reason
            self.desired = "STOPPED"
            self.stop_asked.set()
