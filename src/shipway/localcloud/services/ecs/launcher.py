"""Makes tasks and sets them going."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from shipway.localcloud.services.ecs.life import Life
from shipway.localcloud.services.ecs.records import ContainerRecord, Task
from shipway.localcloud.services.ecs.state import new_task_id

if TYPE_CHECKING:
    from shipway.localcloud.kernel import Kernel
    from shipway.localcloud.services.ecs.announce import Announcer
    from shipway.localcloud.services.ecs.records import Cluster, Item, Placement, ServiceRecord
    from shipway.localcloud.services.ecs.state import State


class Launcher:
    """Starts tasks, each in a job of its own."""

    def __init__(self, kernel: Kernel, state: State, announcer: Announcer) -> None:
        self._kernel = kernel
        self._state = state
        self._announcer = announcer

    def launch(
        self,
        cluster: Cluster,
        definition: Item,
        placement: Placement,
        *,
        group: str,
        started_by: str,
        service: ServiceRecord | None = None,
        overrides: Item | None = None,
    ) -> Task:
        """A new task, PROVISIONING."""
        prefix, _, _ = cluster.arn.rpartition(":")
        number = new_task_id()
        task = Task(
            arn=f"{prefix}:task/{cluster.name}/{number}",
            cluster=cluster,
            definition=definition,
            placement=placement,
            group=group,
            started_by=started_by,
            service_arn=service.arn if service else "",
            overrides=overrides or {},
        )
        task.containers = [
            ContainerRecord(
                name=each["name"],
                arn=f"{prefix}:container/{cluster.name}/{number}/{uuid4()}",
                definition=_overridden(each, task.overrides),
            )
            for each in definition["containerDefinitions"]
        ]
        with self._state.lock:
            self._state.forget_old_tasks()
            self._state.tasks[task.arn] = task
        life = Life(self._kernel, self._state, self._announcer, task, service)
        self._kernel.jobs.start(f"task {number[:8]}", life.run)
        return task


def _overridden(definition: Item, overrides: Item) -> Item:
    for override in overrides.get("containerOverrides", []):
        if override.get("name") == definition["name"]:
            environment = {each["name"]: each for each in definition["environment"]}
            environment |= {each["name"]: each for each in override.get("environment", [])}
            changed = {key: override[key] for key in ("command", "cpu", "memory") if key in override}
            return {**definition, **changed, "environment": list(environment.values())}
    return definition
