"""Keeps a service at its desired count: starts, replaces and stops tasks until the service is gone."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from shipway.localcloud.services.ecs import targets
from shipway.localcloud.services.ecs.planning import (
    Plan,
    SetView,
    TaskView,
    back_off,
    desired_of,
    plan_rolling,
    plan_task_sets,
    steady,
)
from shipway.localcloud.services.ecs.records import ACTIVE, DRAINING, INACTIVE, Controller, Status, now
from shipway.localcloud.services.ecs.rollout import Rollout

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.localcloud.kernel import Kernel
    from shipway.localcloud.services.ecs.announce import Announcer
    from shipway.localcloud.services.ecs.launcher import Launcher
    from shipway.localcloud.services.ecs.records import ServiceRecord, Task, TaskSet
    from shipway.localcloud.services.ecs.state import State
    from shipway.localcloud.services.ecs.targets import TargetHealth

_LOOK_SECONDS = 0.25  # real
_SHORTEST_BACK_OFF = 0.5  # real: starting a process costs this machine what it costs, at any time scale
_IMPAIRED_AFTER = 3  # failures in a row
_BY_SCHEDULER = "ServiceSchedulerInitiated"

Health = dict[str, dict[str, "TargetHealth"]]


class Scheduler:
    """Runs one service in the calling thread."""

    def __init__(
        self, kernel: Kernel, state: State, announcer: Announcer, launcher: Launcher, service: ServiceRecord
    ) -> None:
        self._kernel = kernel
        self._state = state
        self._announcer = announcer
        self._launcher = launcher
        self._service = service
        self._rollout = Rollout(announcer, service)

    def run(self) -> None:
        """Return when the service is INACTIVE; raise `CloudStopped` when the cloud stops before that."""
        while not self._step():
            self._service.changed.clear()
            deadline = time.monotonic() + _LOOK_SECONDS
            while time.monotonic() < deadline and not self._service.changed.is_set():
                self._kernel.clock.pause(_LOOK_SECONDS / 5)
        self._service.ended.set()

    def _step(self) -> bool:
        health = self._ask_health()
        with self._state.lock:
            self._count_stopped()
            views = self._views(health)
            plan = self._plan(views)
            self._note_stability(views)
            self._drop_drained()
            over = self._service.status == DRAINING and not any(self._unfinished())
            if over:
                self._service.status = INACTIVE
        self._carry_out(plan, health)
        return over

    def _ask_health(self) -> Health:
        """What each target group in use says; asked outside the lock, since it calls another service."""
        groups = {
            entry["targetGroupArn"]: None
            for task_set in list(self._service.task_sets)
            for entry in task_set.placement.load_balancers
        }
        return {group: targets.health_of(self._kernel, group) for group in groups}

    def _views(self, health: Health) -> list[TaskView]:
        return [_view(task, health, self._grace()) for task in self._unfinished() if task.wanted]

    def _grace(self) -> float:
        return self._kernel.clock.real(self._service.grace_period)

    def _unfinished(self) -> list[Task]:
        return [task for task in self._state.tasks_of(self._service) if task.status is not Status.STOPPED]

    def _plan(self, views: list[TaskView]) -> Plan:
        service = self._service
        moment = time.monotonic()
        sets = {
            each.id: SetView(each.id, self._desired(each), may_start=moment >= each.not_before)
            for each in service.task_sets
        }
        if service.controller is Controller.ECS and service.primary is not None:
            self._rollout.advance(views)
            configuration = service.settings["deploymentConfiguration"]
            return plan_rolling(
                sets.get(service.primary.id, SetView(service.primary.id, service.desired)),
                views,
                minimum_percent=configuration["minimumHealthyPercent"],
                maximum_percent=configuration["maximumPercent"],
            )
        return plan_task_sets(list(sets.values()), views)

    def _desired(self, task_set: TaskSet) -> int:
        if self._service.status != ACTIVE or task_set.status == DRAINING:
            return 0
        if self._service.controller is Controller.ECS:
            return self._service.desired if task_set.status == "PRIMARY" else 0
        return desired_of(self._service.desired, task_set.scale)

    def _carry_out(self, plan: Plan, health: Health) -> None:
        by_id = {task.id: task for task in self._unfinished()}
        for view in plan.unhealthy:
            task = by_id[view.id]
            told = health[view.unhealthy_in][task.address]
            port = next(
                entry["containerPort"]
                for entry in task.placement.load_balancers
                if entry["targetGroupArn"] == view.unhealthy_in
            )
            self._announcer.message(
                self._service,
                f"(port {port}) is unhealthy in (target-group {view.unhealthy_in}) due to "
                f"(reason {told.description})",
                self._set_of(task),
            )
            task.ask_to_stop(
                _BY_SCHEDULER, f"Task failed ELB health checks in (target-group {view.unhealthy_in})"
            )
        for task_id in plan.surplus:
            task = by_id[task_id]
            kind = "deployment" if self._service.controller is Controller.ECS else "taskSet"
            task.ask_to_stop(_BY_SCHEDULER, f"Scaling activity initiated by ({kind} {task.started_by})")
        stopped = [view.id for view in plan.unhealthy] + list(plan.surplus)
        if stopped:
            self._tell_tasks(f"has stopped {len(stopped)} running tasks", stopped, by_id)
        for task_set_id, count in plan.start.items():
            self._start(task_set_id, count)

    def _start(self, task_set_id: str, count: int) -> None:
        found = [each for each in self._service.task_sets if each.id == task_set_id]
        if not found:
            return  # deleted since the plan was made
        task_set = found[0]
        definition = self._state.definitions[task_set.task_definition]
        started = [
            self._launcher.launch(
                self._service.cluster,
                definition,
                task_set.placement,
                group=f"service:{self._service.name}",
                started_by=task_set.id,
                service=self._service,
            )
            for _ in range(count)
        ]
        self._tell_tasks(
            f"has started {count} tasks", [task.id for task in started], {task.id: task for task in started}
        )

    def _tell_tasks(self, what: str, ids: list[str], tasks: Mapping[str, Task]) -> None:
        listed = " ".join(f"(task {each})" for each in ids)
        self._announcer.message(self._service, f"{what}: {listed}.", self._set_of(tasks[ids[0]]))

    def _set_of(self, task: Task) -> TaskSet | None:
        return next((each for each in self._service.task_sets if each.id == task.started_by), None)

    def _count_stopped(self) -> None:
        """Learn from the tasks that stopped by themselves, for the back-off and the circuit breaker."""
        for task in self._state.tasks_of(self._service):
            task_set = self._set_of(task)
            if task_set is None:
                task.counted = task.counted or task.status is Status.STOPPED
                continue
            if task.status is Status.RUNNING:
                task_set.failures = 0
            if task.status is not Status.STOPPED or task.counted:
                continue
            task.counted = True
            if task.stop_code == "UserInitiated" or task.stop_reason.startswith("Scaling activity"):
                continue
            task_set.failed_tasks += 1
            if task.running_since is None:
                task_set.failures += 1
                self._tell_impaired(task_set)
            wait = self._kernel.clock.real(back_off(task_set.failures))
            task_set.not_before = time.monotonic() + max(_SHORTEST_BACK_OFF, wait)

    def _tell_impaired(self, task_set: TaskSet) -> None:
        if task_set.failures != _IMPAIRED_AFTER:
            return
        self._announcer.message(
            self._service,
            "is unable to consistently start tasks successfully. For more information, see the "
            "Troubleshooting section of the Amazon ECS Developer Guide.",
            task_set,
        )
        self._announcer.action(self._service, "SERVICE_TASK_START_IMPAIRED", "WARN")

    def _note_stability(self, views: list[TaskView]) -> None:
        before = all(each.steady for each in self._service.task_sets)
        for each in self._service.task_sets:
            mine = [view for view in views if view.task_set == each.id]
            leaving = [task for task in self._unfinished() if task.started_by == each.id and not task.wanted]
            is_steady = steady(self._desired(each), mine) and not leaving
            if is_steady != each.steady:
                each.steady, each.steady_at = is_steady, now()
                if is_steady and self._service.controller is not Controller.ECS:
                    self._announcer.message(self._service, "has reached a steady state.", each)
                    self._announcer.action(self._service, "TASKSET_STEADY_STATE", "INFO", [each.arn])
        after = all(each.steady for each in self._service.task_sets)
        if after and not before and self._service.status == ACTIVE:
            self._announcer.message(self._service, "has reached a steady state.")
            self._announcer.action(self._service, "SERVICE_STEADY_STATE", "INFO")

    def _drop_drained(self) -> None:
        """Forget task sets that were to go and whose tasks have gone."""
        in_use = {task.started_by for task in self._unfinished()}
        self._service.task_sets[:] = [
            each for each in self._service.task_sets if each.status != DRAINING or each.id in in_use
        ]
        if self._service.controller is Controller.ECS:
            self._rollout.drop_replaced(in_use)


def _view(task: Task, health: Health, grace: float) -> TaskView:
    """A task as the plan sees it; `grace` are real seconds after its start."""
    healthy, unhealthy_in = True, ""
    running = task.status is Status.RUNNING and task.running_since is not None
    for entry in task.placement.load_balancers if running else ():
        told = health.get(entry["targetGroupArn"], {}).get(task.address)
        # `unused` is a group that no listener forwards to: nothing checks it, so nothing speaks against it.
        if told is None or told.state not in {"healthy", "unused"}:
            healthy = False
        over = task.running_since is not None and time.monotonic() - task.running_since > grace
        if told is not None and told.state == "unhealthy" and over:
            unhealthy_in = entry["targetGroupArn"]
    return TaskView(task.id, task.started_by, running, healthy, unhealthy_in)
