"""Events of ECS on EventBridge and in a service's own list.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_cwe_events.html
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from shipway.localcloud.services.ecs import render
from shipway.localcloud.services.ecs.records import Controller, now

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shipway.localcloud.kernel import Kernel
    from shipway.localcloud.services.ecs.records import Item, ServiceRecord, Task, TaskSet
    from shipway.localcloud.services.ecs.state import State

_EVENTS_KEPT = 100  # AWS's own limit


class Announcer:
    """Tells what happened, where AWS tells it."""

    def __init__(self, kernel: Kernel, state: State) -> None:
        self._kernel = kernel
        self._state = state

    def task(self, task: Task) -> None:
        """``ECS Task State Change``: the task as DescribeTasks tells it."""
        with self._state.lock:
            detail = render.task(task, self._state, tags=False)
        self._emit("ECS Task State Change", _plain({**detail, "updatedAt": now()}), [task.arn])

    def message(self, service: ServiceRecord, text: str, task_set: TaskSet | None = None) -> None:
        """A line in the service's events, named after service and task set as AWS does."""
        by_set = task_set is not None and service.controller is not Controller.ECS
        name = (
            f"(service {service.name}, taskSet {task_set.id})"
            if by_set and task_set
            else f"(service {service.name})"
        )
        event = {"id": str(uuid4()), "createdAt": now(), "message": f"{name} {text}"}
        with self._state.lock:
            service.events.insert(0, event)
            del service.events[_EVENTS_KEPT:]

    def action(self, service: ServiceRecord, name: str, kind: str, task_sets: Sequence[str] = ()) -> None:
        """``ECS Service Action``, such as ``SERVICE_STEADY_STATE``."""
        detail: Item = {
            "eventType": kind,
            "eventName": name,
            "clusterArn": service.cluster.arn,
            "createdAt": now(),
        }
        if task_sets:
            detail["taskSetArns"] = list(task_sets)
        self._emit("ECS Service Action", _plain(detail), [service.arn])

    def deployment(
        self, service: ServiceRecord, task_set: TaskSet, name: str, kind: str, reason: str
    ) -> None:
        """``ECS Deployment State Change`` of a rolling deployment."""
        detail = {
            "eventType": kind,
            "eventName": name,
            "deploymentId": task_set.id,
            "updatedAt": now(),
            "reason": reason,
        }
        self._emit("ECS Deployment State Change", _plain(detail), [service.arn])

    def _emit(self, detail_type: str, detail: Mapping[str, Any], resources: Sequence[str]) -> None:
        _, _, _, region, account, _ = resources[0].split(":", 5)
        self._kernel.events.emit(
            source="aws.ecs",
            detail_type=detail_type,
            detail=detail,
            resources=resources,
            account=account,
            region=region,
        )


def _plain(value: Any) -> Any:
    """Without None, and with times as events carry them."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value
