"""What a service's scheduler does next, decided from what is known; no threads, no I/O, no time.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field


@dataclass(frozen=True)
class TaskView:
    """A task that is meant to run.

    Attributes:
        task_set: Id of the task set or deployment it belongs to.
        running: Whether it has reached RUNNING.
        unhealthy_in: The target group whose health checks it fails, once they count.
        healthy: Whether every load balancer that checks it finds it healthy; true where none does.
    """

    id: str
    task_set: str
    running: bool
    healthy: bool = True
    unhealthy_in: str = ""


@dataclass(frozen=True)
class SetView:
    """A task set or deployment.

    Attributes:
        desired: How many tasks it is to have.
        may_start: False while the back-off lasts.
    """

    id: str
    desired: int
    may_start: bool = True


@dataclass(frozen=True)
class Plan:
    """Tasks to start per task set, and tasks to stop."""

    start: dict[str, int] = field(default_factory=dict)
    surplus: tuple[str, ...] = ()
    unhealthy: tuple[TaskView, ...] = ()


def desired_of(service_desired: int, scale: float) -> int:
    """A task set's desired count: its percentage of the service's, rounded up as AWS does."""
    return math.ceil(service_desired * scale / 100)


def steady(desired: int, tasks: list[TaskView]) -> bool:
    """Whether a task set is in STEADY_STATE: as many tasks as wanted, all running, none unhealthy."""
    return len(tasks) == desired and all(task.running and task.healthy for task in tasks)


def plan_task_sets(sets: list[SetView], tasks: list[TaskView]) -> Plan:
    """Each task set on its own: replace the unhealthy, start what lacks, stop what is too many."""
    start: dict[str, int] = {}
    surplus: list[str] = []
    for each in sets:
        mine = [task for task in tasks if task.task_set == each.id]
        sound = [task for task in mine if not task.unhealthy_in]
        if each.may_start and len(sound) < each.desired:
            start[each.id] = each.desired - len(sound)
        surplus += [task.id for task in _least_useful_first(sound)[: max(0, len(sound) - each.desired)]]
    return Plan(start, tuple(surplus), tuple(task for task in tasks if task.unhealthy_in))


def plan_rolling(
    primary: SetView, tasks: list[TaskView], *, minimum_percent: int, maximum_percent: int
) -> Plan:
    """A rolling update: the primary deployment grows and the others shrink within the two percentages."""
    desired = primary.desired
    sound = [task for task in tasks if not task.unhealthy_in]
    new = [task for task in sound if task.task_set == primary.id]
    old = [task for task in sound if task.task_set != primary.id]
    # AWS rounds the lower bound up and the upper one down; at least one task more than none must fit.
    least = math.ceil(desired * minimum_percent / 100)
    most = max(math.floor(desired * maximum_percent / 100), min(desired, 1))
    lacking = min(desired - len(new), most - len(new) - len(old))
    start = {primary.id: lacking} if primary.may_start and lacking > 0 else {}
    serving = sum(task.running and task.healthy for task in sound)
    surplus = [task.id for task in _least_useful_first(new)[: max(0, len(new) - desired)]]
    for task in _least_useful_first(old):
        useful = task.running and task.healthy
        if useful and serving <= least:
            break
        serving -= useful
        surplus.append(task.id)
    return Plan(start, tuple(surplus), tuple(task for task in tasks if task.unhealthy_in))


def failure_threshold(desired: int) -> int:
    """After how many failed tasks the deployment circuit breaker gives up.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
    """
    return min(200, max(3, math.ceil(desired / 2)))


def back_off(failures: int) -> float:
    """AWS seconds before the next start after tasks in a row that never ran; AWS publishes only the limit."""
    return min(900.0, 10.0 * 2 ** (failures - 1)) if failures else 0.0


def _least_useful_first(tasks: list[TaskView]) -> list[TaskView]:
    return sorted(tasks, key=lambda task: (task.running, task.healthy))
