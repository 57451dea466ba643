"""The course of a rolling deployment: in progress, completed, failed, rolled back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.localcloud.services.ecs.planning import failure_threshold
from shipway.localcloud.services.ecs.records import ACTIVE, PRIMARY, TaskSet, now
from shipway.localcloud.services.ecs.state import new_task_set_id

if TYPE_CHECKING:
    from collections.abc import Collection

    from shipway.localcloud.services.ecs.announce import Announcer
    from shipway.localcloud.services.ecs.planning import TaskView
    from shipway.localcloud.services.ecs.records import Placement, ServiceRecord

_IN_PROGRESS, _COMPLETED, _FAILED = "IN_PROGRESS", "COMPLETED", "FAILED"


class Rollout:
    """Follows the deployments of one service whose controller is ECS."""

    def __init__(self, announcer: Announcer, service: ServiceRecord) -> None:
        self._announcer = announcer
        self._service = service
        self._last_good: TaskSet | None = None

    def advance(self, views: list[TaskView]) -> None:
        """Complete the primary deployment when it is all there is; fail it by the circuit breaker."""
        primary = self._service.primary
        if primary is None or primary.rollout_state != _IN_PROGRESS:
            return
        new = [view for view in views if view.task_set == primary.id]
        arrived = len(new) == self._service.desired and all(view.running and view.healthy for view in new)
        if arrived and len(views) == len(new):
            primary.rollout_state, primary.updated_at = _COMPLETED, now()
            primary.rollout_reason = f"ECS deployment {primary.id} completed."
            self._last_good = primary
            self._announcer.message(self._service, f"(deployment {primary.id}) deployment completed.")
            self._tell(primary, "SERVICE_DEPLOYMENT_COMPLETED", "INFO")
            return
        breaker = self._service.settings["deploymentConfiguration"].get("deploymentCircuitBreaker", {})
        if breaker.get("enable") and primary.failed_tasks >= failure_threshold(self._service.desired):
            self._fail(primary, roll_back=bool(breaker.get("rollback")))

    def drop_replaced(self, in_use: Collection[str]) -> None:
        """Forget deployments that were replaced and have no task left."""
        self._service.task_sets[:] = [
            each for each in self._service.task_sets if each.status == PRIMARY or each.id in in_use
        ]

    def _fail(self, primary: TaskSet, *, roll_back: bool) -> None:
        primary.rollout_state, primary.updated_at = _FAILED, now()
        primary.rollout_reason = "ECS deployment circuit breaker: tasks failed to start."
        self._announcer.message(
            self._service, f"(deployment {primary.id}) deployment failed: tasks failed to start."
        )
        self._tell(primary, "SERVICE_DEPLOYMENT_FAILED", "ERROR")
        good = self._last_good
        if roll_back and good is not None and good.task_definition != primary.task_definition:
            self._announcer.message(self._service, f"rolling back to deployment {good.id}.")
            again = begin(self._service, good.task_definition, good.placement)
            self._tell(again, "SERVICE_DEPLOYMENT_IN_PROGRESS", "INFO")

    def _tell(self, task_set: TaskSet, name: str, kind: str) -> None:
        self._announcer.deployment(self._service, task_set, name, kind, task_set.rollout_reason)


def begin(service: ServiceRecord, task_definition: str, placement: Placement) -> TaskSet:
    """Make a new primary deployment; the one before becomes ACTIVE and shrinks."""
    for each in service.task_sets:
        each.status = ACTIVE
    number = new_task_set_id()
    made = TaskSet(
        id=number,
        arn="",  # a deployment has none
        task_definition=task_definition,
        placement=placement,
        rollout_reason=f"ECS deployment {number} in progress.",
    )
    service.task_sets.insert(0, made)
    service.task_definition = task_definition
    service.placement = placement
    service.changed.set()
    return made
