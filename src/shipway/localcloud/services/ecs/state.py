"""Everything that ECS keeps, and how it is found, with AWS's errors for what is not there."""

from __future__ import annotations

import re
import secrets
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shipway.localcloud.services.ecs.records import (
    ACTIVE,
    INACTIVE,
    Cluster,
    Item,
    ServiceRecord,
    Status,
    Task,
    TaskSet,
)
from shipway.localcloud.wire import Caller, ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator

_STOPPED_KEPT = 200  # AWS forgets a stopped task after an hour


@dataclass
class State:
    """Records by ARN; an ARN names account and region, so one state serves all of them."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    clusters: dict[str, Cluster] = field(default_factory=dict)
    definitions: dict[str, Item] = field(default_factory=dict)
    services: dict[str, ServiceRecord] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    revisions: dict[str, int] = field(default_factory=dict)  # family -> the last one that was given out

    def cluster(self, given: str | None, caller: Caller) -> Cluster:
        """The cluster of a name or ARN; ``default`` when none is given."""
        name = (given or "default").rpartition("/")[2]
        cluster = self.clusters.get(caller.arn("ecs", f"cluster/{name}"))
        if cluster is None or cluster.status == INACTIVE:
            raise ServiceError("ClusterNotFoundException", "Cluster not found.")
        return cluster

    def find_service(self, given: str, cluster: Cluster, caller: Caller) -> ServiceRecord | None:
        """The service of a name or ARN, `None` when there is none."""
        name = given.rpartition("/")[2]
        return self.services.get(caller.arn("ecs", f"service/{cluster.name}/{name}"))

    def service(self, given: str, cluster: Cluster, caller: Caller) -> ServiceRecord:
        """The service of a name or ARN that is not deleted."""
        service = self.find_service(given, cluster, caller)
        if service is None:
            raise ServiceError("ServiceNotFoundException", "Service not found.")
        if service.status != ACTIVE:
            raise ServiceError("ServiceNotActiveException", "Service was not ACTIVE.")
        return service

    def task_set(self, given: str, service: ServiceRecord) -> TaskSet:
        """The task set of an id or ARN."""
        for item in service.task_sets:
            if given in {item.arn, item.id}:
                return item
        raise ServiceError("TaskSetNotFoundException", "The specified task set wasn't found.")

    def definition(self, given: str, caller: Caller) -> Item:
        """The task definition of a family (its latest active revision), ``family:revision`` or ARN."""
        path = given.rpartition("task-definition/")[2]
        family, _, revision = path.partition(":")
        if revision:
            found = self.definitions.get(caller.arn("ecs", f"task-definition/{family}:{revision}"))
        else:
            active = [item for item in self.family(family, caller) if item["status"] == ACTIVE]
            found = max(active, key=lambda item: item["revision"], default=None)
        if found is None:
            raise ServiceError("ClientException", "Unable to describe task definition.")
        return found

    def usable_definition(self, given: str, caller: Caller) -> Item:
        """As `definition`, for a task that is to be started."""
        try:
            found = self.definition(given, caller)
        except ServiceError:
            raise ServiceError("ClientException", "TaskDefinition not found.") from None
        if found["status"] != ACTIVE:
            raise ServiceError("ClientException", "TaskDefinition is inactive")
        return found

    def family(self, family: str, caller: Caller) -> list[Item]:
        """All revisions of a family."""
        prefix = caller.arn("ecs", f"task-definition/{family}:")
        return [item for arn, item in self.definitions.items() if arn.startswith(prefix)]

    def task(self, given: str, cluster: Cluster, caller: Caller) -> Task | None:
        """The task of an id or ARN, `None` when there is none."""
        return self.tasks.get(caller.arn("ecs", f"task/{cluster.name}/{given.rpartition('/')[2]}"))

    def tasks_of(self, service: ServiceRecord) -> Iterator[Task]:
        """A service's tasks, stopped ones included."""
        return (task for task in self.tasks.values() if task.service_arn == service.arn)

    def forget_old_tasks(self) -> None:
        """Drop the oldest stopped tasks beyond what is worth remembering."""
        stopped = [
            arn
            for arn, task in self.tasks.items()
            if task.status == Status.STOPPED and (task.counted or not task.service_arn)
        ]
        for arn in stopped[:-_STOPPED_KEPT]:
            del self.tasks[arn]

    def set_tags(self, arn: str, request: Item) -> None:
        """Keep the tags that a request for a new resource gave."""
        self.tags[arn] = {tag["key"]: tag.get("value", "") for tag in request.get("tags", [])}

    def told_tags(self, arn: str) -> list[Item]:
        """A resource's tags in the API's shape."""
        return [{"key": key, "value": value} for key, value in self.tags.get(arn, {}).items()]


def new_task_id() -> str:
    """32 hexadecimal digits."""
    return secrets.token_hex(16)


def new_task_set_id() -> str:
    """``ecs-svc/`` and 19 digits."""
    return f"ecs-svc/{secrets.randbelow(9 * 10**18) + 10**18}"


def check_name(name: str, what: str) -> None:
    """AWS's alphabet and length for names of clusters, families and services."""
    if not re.fullmatch(r"[a-zA-Z0-9_-]{1,255}", name):
        raise ServiceError("InvalidParameterException", f"{what} name contains invalid characters.")
