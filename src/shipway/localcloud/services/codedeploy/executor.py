"""Runs deployments, each in a job of its own, and rolls them back as their configuration says.

A rollback is a deployment too: it moves the traffic back to blue at once and removes green.
Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/deployments-rollback-and-redeploy.html
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from shipway.localcloud.clock import CloudStopped
from shipway.localcloud.services.codedeploy.announcements import announce
from shipway.localcloud.services.codedeploy.course import ALLOW_TRAFFIC, Course, Event, Status
from shipway.localcloud.services.codedeploy.deployments import Deployment
from shipway.localcloud.services.codedeploy.failures import (
    DeploymentFailedError,
    DeploymentStoppedError,
    describe,
    is_assume_role,
    unassumable,
)
from shipway.localcloud.services.codedeploy.fleet import Fleet
from shipway.localcloud.services.codedeploy.plan import ALL
from shipway.localcloud.services.codedeploy.rollout import Rollout

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from shipway.localcloud.kernel import Kernel
    from shipway.localcloud.services.codedeploy.hooks import Hooks

LOG = logging.getLogger(__name__)


class Executor:
    """Starts deployments.

    Args:
        kernel: Jobs, clock, clients, events.
        hooks: Where the answers of Lambda hooks arrive.
        deployments: All deployments by id; a rollback adds its own.
        lock: Guards `deployments`.
    """

    def __init__(
        self, kernel: Kernel, hooks: Hooks, deployments: dict[str, Deployment], lock: threading.RLock
    ) -> None:
        self._kernel = kernel
        self._hooks = hooks
        self._deployments = deployments
        self._lock = lock

    def start(self, deployment: Deployment) -> None:
        """Run a deployment in the background."""
        self._kernel.jobs.start(f"deployment {deployment.id}", self._run, deployment)

    def _run(self, deployment: Deployment) -> None:
        def client(api: str) -> Any:
            return self._kernel.clients.client(api, role_arn=deployment.ecs.role_arn, session="codedeploy")

        rollout = Rollout(
            self._kernel,
            deployment=deployment,
            fleet=Fleet(deployment.ecs, client),
            hooks=self._hooks,
            revision=lambda: _app_spec(deployment, client),
            announce=lambda state: announce(self._kernel, deployment, state),
        )
        try:
            rollout.run()
        except CloudStopped:
            raise
        except DeploymentStoppedError as error:
            self._halt(rollout, error, Status.STOPPED, error.reason)
        except DeploymentFailedError as error:
            self._halt(rollout, error, Status.FAILED, "DEPLOYMENT_FAILURE")
        except Exception as error:
            LOG.exception("deployment %s crashed", deployment.id)
            failure = DeploymentFailedError("INTERNAL_ERROR", f"Shipway bug: {error!r}")
            self._halt(rollout, failure, Status.FAILED, "DEPLOYMENT_FAILURE")

    def _halt(self, rollout: Rollout, error: DeploymentFailedError, status: Status, reason: str) -> None:
        deployment = rollout.deployment
        now = self._kernel.clock.now()
        with self._lock:
            rollback = None
            # Before there is a green task set there is nothing to go back from.
            if deployment.green and deployment.rolls_back_on(reason):
                rollback = self._rollback_of(deployment)
                self._deployments[rollback.id] = rollback
                deployment.rollback = {
                    "rollbackDeploymentId": rollback.id,
                    "rollbackMessage": f"Deployment {rollback.id} rolls back deployment {deployment.id}",
                }
            deployment.error = (error.code, error.message)
            deployment.completed = now
            deployment.course = deployment.course.halt(status, error.message, now)
        announce(self._kernel, deployment, "STOP" if status is Status.STOPPED else "FAILURE")
        if rollback:
            self._roll_back(rollout, rollback)

    def _rollback_of(self, deployment: Deployment) -> Deployment:
        return Deployment(
            account=deployment.account,
            region=deployment.region,
            group=deployment.group,
            ecs=deployment.ecs,
            config=deployment.config,
            revision=self._last_good(deployment),
            created=self._kernel.clock.now(),
            description=f"Rollback of {deployment.id}",
            creator="codeDeployRollback",
            # What it deploys is the original task set: in its own terms that is green.
            course=Course(events=(Event(ALLOW_TRAFFIC),)),
            rollback={
                "rollbackTriggeringDeploymentId": deployment.id,
                "rollbackMessage": f"Deployment {deployment.id} is rolled back",
            },
            service_arn=deployment.service_arn,
            blue=deployment.green,
            green=deployment.blue,
        )

    def _last_good(self, deployment: Deployment) -> dict[str, Any]:
        """The group's last revision that succeeded; empty when CodeDeploy has deployed none."""
        good = (
            each.revision
            for each in reversed(self._deployments.values())
            if each.group is deployment.group and each.course.status is Status.SUCCEEDED
        )
        return next(good, {})

    def _roll_back(self, rollout: Rollout, rollback: Deployment) -> None:
        failed, fleet = rollout.deployment, rollout.fleet
        clock = self._kernel.clock
        rollback.started = clock.now()
        rollback.course = rollback.course.start().begin(ALLOW_TRAFFIC, clock.now())
        announce(self._kernel, rollback, "START")
        try:
            if rollout.pair:
                # Production first: every request that still meets green may fail.
                for listener in sorted(rollout.touched, key=lambda arn: arn != failed.ecs.listener):
                    fleet.route(listener, rollout.pair, 0)
            rollback.course = rollback.course.shift(ALL)
            if failed.course.green_is_primary and failed.blue:
                fleet.promote(failed.blue.task_set["id"])
            failed.course = failed.course.rolled_back()
            if failed.green:
                fleet.delete(failed.green.task_set["id"])
        except DeploymentFailedError as error:
            rollback.error = (error.code, error.message)
            rollback.completed = clock.now()
            rollback.course = rollback.course.halt(Status.FAILED, error.message, clock.now())
            announce(self._kernel, rollback, "FAILURE")
            return
        rollback.completed = clock.now()
        rollback.course = rollback.course.finish(ALLOW_TRAFFIC, clock.now()).succeed()
        announce(self._kernel, rollback, "SUCCESS")


def _app_spec(deployment: Deployment, client: Callable[[str], Any]) -> str:
    """The revision's text: sent along, or an object that the role may read."""
    revision = deployment.revision
    if revision["revisionType"] in ("AppSpecContent", "String"):
        member = "appSpecContent" if revision["revisionType"] == "AppSpecContent" else "string"
        return str(revision[member]["content"])
    place = revision["s3Location"]
    version = {"VersionId": place["version"]} if place.get("version") else {}
    try:
        body: bytes = (
            client("s3").get_object(Bucket=place["bucket"], Key=place["key"], **version)["Body"].read()
        )
    except (ClientError, BotoCoreError) as error:
        if is_assume_role(error):
            raise unassumable(deployment.ecs.role_arn) from error
        raise DeploymentFailedError(
            "REVISION_MISSING", f"The revision could not be read: {describe(error, 'AmazonS3')}"
        ) from error
    return body.decode()
