"""Drives one deployment from its first lifecycle event to its end, in the deployment group's role."""

from __future__ import annotations

import time
from operator import methodcaller
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from shipway.localcloud.services.codedeploy import appspec
from shipway.localcloud.services.codedeploy.course import ALLOW_TEST_TRAFFIC, ALLOW_TRAFFIC, INSTALL, Course
from shipway.localcloud.services.codedeploy.deployments import Side
from shipway.localcloud.services.codedeploy.failures import (
    DeploymentFailedError,
    DeploymentStoppedError,
    denied,
    is_assume_role,
    is_denied,
    unassumable,
)
from shipway.localcloud.services.codedeploy.plan import ALL, shifts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from shipway.localcloud.kernel import Kernel
    from shipway.localcloud.services.codedeploy.deployments import Deployment
    from shipway.localcloud.services.codedeploy.fleet import Fleet
    from shipway.localcloud.services.codedeploy.hooks import Hooks
    from shipway.localcloud.services.codedeploy.listeners import Pair

_HOUR = 3600.0
_TICK = 0.1  # seconds of this machine between two looks
_ALARM_AWS_SECONDS = 10.0
# AWS finds a task set steady tens of seconds after its tasks run. Where no health check stands between,
# a program must have this long to begin to listen, or traffic would meet it sooner than it ever does on AWS.
_SETTLING_SECONDS = 1.0


class Rollout:
    """One deployment under way; `touched` says what a rollback has to undo.

    Args:
        kernel: Clock and clients.
        deployment: Its course is moved on step by step.
        fleet: Its service and listeners.
        hooks: Runs the AppSpec's functions.
        revision: Gives the AppSpec's text.
        announce: Tells the world a state.
    """

    def __init__(
        self,
        kernel: Kernel,
        *,
        deployment: Deployment,
        fleet: Fleet,
        hooks: Hooks,
        revision: Callable[[], str],
        announce: Callable[[str], None],
    ) -> None:
        self._kernel = kernel
        self.deployment = deployment
        self.fleet = fleet
        self._hooks = hooks
        self._revision = revision
        self._announce = announce
        self._alarms_seen = 0.0
        self.touched: list[str] = []
        self.pair: Pair | None = None

    def run(self) -> None:
        """Deploy.

        Raises:
            DeploymentFailedError: It failed, or stopped (`DeploymentStoppedError`); nothing is undone yet.
        """
        deployment = self.deployment
        self._step(Course.start)
        deployment.started = self._now()
        self._announce("START")
        self._heed()
        try:
            spec = appspec.parse(self._revision())
        except appspec.InvalidAppSpecError as error:
            raise DeploymentFailedError("INVALID_REVISION", str(error)) from error
        self._hook("BeforeInstall", spec)
        self._install(spec)
        self._hook("AfterInstall", spec)
        self._test_traffic()
        self._hook("AfterAllowTestTraffic", spec)
        self._wait_until_continued()
        self._hook("BeforeAllowTraffic", spec)
        self._traffic()
        self._hook("AfterAllowTraffic", spec)
        self._end_blue()
        deployment.completed = self._now()
        self._step(Course.succeed)
        self._announce("SUCCESS")

    def _install(self, spec: appspec.AppSpec) -> None:
        deployment, fleet = self.deployment, self.fleet
        self._begin(INSTALL)
        service = fleet.service()
        primary = service.primary
        pair, names = fleet.pair(primary)
        self.pair = pair
        deployment.service_arn = service.arn
        deployment.blue = Side(primary, names[0])
        fleet.require_behind(deployment.ecs.listener, {pair.blue})
        # Gradual shifts put green behind the listener before it gets traffic, so that its health is checked
        # during Install; all at once does not.
        # https://docs.aws.amazon.com/codedeploy/latest/userguide/troubleshooting-ecs.html
        is_checked = len(shifts(deployment.config)) > 1
        if is_checked:
            self._route(deployment.ecs.listener, 0)
        green = fleet.create_green(spec, primary, pair.green, deployment.id)
        deployment.green = Side(fleet.service().task_sets[green], names[1])

        def steady() -> bool:
            sets = fleet.service().task_sets
            if green not in sets:
                raise DeploymentFailedError(
                    "ECS_UPDATE_ERROR", f"The replacement task set {green} was deleted"
                )
            deployment.blue = Side(sets.get(primary["id"], primary), names[0])
            deployment.green = Side(sets[green], names[1])
            return str(sets[green]["stabilityStatus"]) == "STEADY_STATE"

        # However often ECS replaces its tasks, CodeDeploy gives up only after an hour.
        if not self._watch(self._kernel.clock.limit(_HOUR), steady):
            raise DeploymentFailedError(
                "TIMEOUT",
                "The deployment timed out while waiting for the replacement task set to become healthy. "
                "This time out period is 60 minutes.",
            )
        if not is_checked:
            self._watch(_SETTLING_SECONDS)
        self._finish(INSTALL)

    def _test_traffic(self) -> None:
        self._begin(ALLOW_TEST_TRAFFIC)
        if (listener := self.deployment.ecs.test_listener) and self.pair:
            # Before the first deployment it may lead to either of the two target groups.
            self._route(listener, ALL)
            self._step(Course.route_test_traffic)
        self._finish(ALLOW_TEST_TRAFFIC)

    def _wait_until_continued(self) -> None:
        minutes = self.deployment.ecs.ready_wait
        if not minutes:
            return
        self._step(Course.wait_for_approval)
        self._announce("READY")
        if not self._watch(self._kernel.clock.limit(minutes * 60.0), self.deployment.proceed.is_set):
            raise DeploymentStoppedError(
                "TIMEOUT",
                "The deployment timed out while waiting for a notification to continue. "
                f"This time out period is {minutes} minutes.",
                "DEPLOYMENT_FAILURE",
            )
        self._step(Course.resume)

    def _traffic(self) -> None:
        deployment = self.deployment
        self._begin(ALLOW_TRAFFIC)
        for shift in shifts(deployment.config):
            self._watch(self._kernel.clock.real(shift.wait_minutes * 60.0))
            self._route(deployment.ecs.listener, shift.green)
            self._step(methodcaller("shift", shift.green))
        if deployment.green:
            self.fleet.promote(deployment.green.task_set["id"])
            self._step(Course.promote)
        self._finish(ALLOW_TRAFFIC)

    def _end_blue(self) -> None:
        deployment = self.deployment
        deployment.keeps_blue = True
        self._watch(
            self._kernel.clock.real(deployment.ecs.termination_wait * 60.0), deployment.terminate.is_set
        )
        if deployment.blue:
            self.fleet.delete(deployment.blue.task_set["id"])

    def _hook(self, event: str, spec: appspec.AppSpec) -> None:
        self._begin(event)
        if function := spec.hooks.get(event):
            deployment = self.deployment
            execution = self._hooks.invoke(function, deployment.id, self._client, deployment.ecs.role_arn)
            if not self._watch(
                self._kernel.clock.limit(_HOUR),
                lambda: bool(self._hooks.answer_of(deployment.id, execution)),
            ):
                raise DeploymentFailedError(
                    "TIMEOUT",
                    "The deployment timed out while waiting for a status callback. CodeDeploy expects a "
                    "status callback within one hour after a deployment hook is invoked.",
                )
            if self._hooks.answer_of(deployment.id, execution) != "Succeeded":
                raise DeploymentFailedError(
                    "HOOK_EXECUTION_FAILURE",
                    "The deployment failed because one or more of the lifecycle event validation functions "
                    "failed.",
                )
        self._finish(event)

    def _route(self, listener: str, green: int) -> None:
        if self.pair is None:
            raise DeploymentFailedError(
                "INTERNAL_ERROR", "traffic was routed before the target groups were known"
            )
        if listener not in self.touched:
            self.fleet.require_behind(listener, {self.pair.blue, self.pair.green})
            self.touched.append(listener)
        self.fleet.route(listener, self.pair, green)

    def _watch(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        """Wait for a condition, heeding stops and alarms; False when it did not come about in time."""
        deadline = time.monotonic() + seconds
        while True:
            self._heed()
            if until():
                return True
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self._kernel.clock.pause(min(left, _TICK))

    def _heed(self) -> None:
        if self.deployment.stopped.is_set():
            raise DeploymentStoppedError(
                "MANUAL_STOP", "The deployment was stopped by a user.", "DEPLOYMENT_STOP_ON_REQUEST"
            )
        due = self._alarms_seen + max(self._kernel.clock.real(_ALARM_AWS_SECONDS), _TICK)
        if self.deployment.ecs.alarms and time.monotonic() >= due:
            self._alarms_seen = time.monotonic()
            if active := list(self._active_alarms()):
                raise DeploymentStoppedError(
                    "ALARM_ACTIVE",
                    "One or more alarms have been activated according to the Amazon CloudWatch metrics you "
                    f"selected, and the affected deployments have been stopped. Activated alarms: {active}",
                    "DEPLOYMENT_STOP_ON_ALARM",
                )

    def _active_alarms(self) -> Iterator[str]:
        group = self.deployment.ecs
        try:
            found = self._client("cloudwatch").describe_alarms(
                AlarmNames=list(group.alarms), AlarmTypes=["MetricAlarm", "CompositeAlarm"]
            )
        except (ClientError, BotoCoreError) as error:
            if group.ignore_alarm_failure:
                return
            if is_assume_role(error):
                raise unassumable(group.role_arn) from error
            if is_denied(error):
                raise denied(group.role_arn, "AmazonCloudWatch") from error
            raise DeploymentFailedError(
                "INTERNAL_ERROR", f"The alarms could not be polled: {error}"
            ) from error
        for alarm in [*found.get("MetricAlarms", []), *found.get("CompositeAlarms", [])]:
            if alarm["StateValue"] == "ALARM":
                yield alarm["AlarmName"]

    def _client(self, api: str) -> Any:
        return self._kernel.clients.client(api, role_arn=self.deployment.ecs.role_arn, session="codedeploy")

    def _begin(self, event: str) -> None:
        self._heed()
        at = self._now()
        self._step(lambda course: course.begin(event, at))

    def _finish(self, event: str) -> None:
        at = self._now()
        self._step(lambda course: course.finish(event, at))

    def _step(self, move: Callable[[Course], Course]) -> None:
        self.deployment.course = move(self.deployment.course)

    def _now(self) -> datetime:
        return self._kernel.clock.now()
