"""Operations on deployments."""

# ruff: noqa: D102 - the operations are AWS's, and documented there

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.localcloud.ledger import Fidelity
from shipway.localcloud.services.codedeploy.course import Status
from shipway.localcloud.services.codedeploy.deployments import Deployment
from shipway.localcloud.services.codedeploy.groups import check_ecs
from shipway.localcloud.wire import Caller, Request, Response, ServiceError, operation

if TYPE_CHECKING:
    from shipway.localcloud.kernel import Kernel
    from shipway.localcloud.services.codedeploy.executor import Executor
    from shipway.localcloud.services.codedeploy.hooks import Hooks
    from shipway.localcloud.services.codedeploy.store import Store

_OVERRIDES = {
    "autoRollbackConfiguration": "autoRollbackConfiguration",
    "overrideAlarmConfiguration": "alarmConfiguration",
}


class DeploymentOperations:
    """The part of the service that deploys."""

    kernel: Kernel
    store: Store
    executor: Executor
    hooks: Hooks

    @operation("CreateDeployment")
    def create_deployment(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            application = self.store.application(caller, request["applicationName"])
            if not request.get("deploymentGroupName"):
                raise ServiceError("DeploymentGroupNameRequiredException", "Deployment Group name is missing")
            group = self.store.group(caller, application.name, request["deploymentGroupName"])
            if application.platform != "ECS":
                self.kernel.ledger.note(
                    Fidelity.NOT_HONOURED,
                    f"CodeDeploy deployment on {application.platform}",
                    "the local cloud deploys to ECS only; CreateDeployment is refused",
                    where=f"{application.name}/{group.name}",
                )
                raise ServiceError(
                    "NotImplementedException",
                    f"Shipway's local cloud does not emulate deployments on {application.platform}",
                    status=501,
                )
            revision = request.get("revision")
            if not revision:
                raise ServiceError("RevisionRequiredException", "The revision is missing")
            if revision.get("revisionType") not in ("AppSpecContent", "String", "S3"):
                raise ServiceError(
                    "InvalidRevisionException",
                    "A deployment on ECS needs a revision of type AppSpecContent or S3",
                )
            if active := self.store.active(group):
                raise ServiceError(
                    "DeploymentLimitExceededException",
                    f"The Deployment Group '{group.name}' already has an active Deployment '{active.id}'",
                )
            overrides = {to: request[key] for key, to in _OVERRIDES.items() if key in request}
            name = request.get("deploymentConfigName", group.settings["deploymentConfigName"])
            config = self.store.config(caller, name)
            check_ecs({**group.settings, **overrides}, config)
            deployment = Deployment(
                account=caller.account,
                region=caller.region,
                group=group,
                ecs=group.ecs(overrides),
                config=config,
                revision=revision,
                created=self.kernel.clock.now(),
                description=request.get("description", ""),
                overrides=overrides,
            )
            self.store.deployments[deployment.id] = deployment
        self.executor.start(deployment)
        return {"deploymentId": deployment.id}

    @operation("GetDeployment")
    def get_deployment(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            return {"deploymentInfo": self.store.deployment(caller, request["deploymentId"]).info()}

    @operation("BatchGetDeployments")
    def batch_get_deployments(self, request: Request, caller: Caller) -> Response:
        wanted = set(request["deploymentIds"])
        with self.store.lock:
            return {"deploymentsInfo": [each.info() for each in self.store.of(caller) if each.id in wanted]}

    @operation("ListDeployments")
    def list_deployments(self, request: Request, caller: Caller) -> Response:
        statuses = request.get("includeOnlyStatuses")
        application, group = request.get("applicationName"), request.get("deploymentGroupName")
        with self.store.lock:
            return {
                "deployments": [
                    each.id
                    for each in self.store.of(caller)
                    if (not application or each.group.application.name == application)
                    and (not group or each.group.name == group)
                    and (not statuses or each.course.status in statuses)
                ]
            }

    @operation("ListDeploymentTargets")
    def list_targets(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            return {"targetIds": [self._begun(request, caller).target_id]}

    @operation("GetDeploymentTarget")
    def get_target(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            return {"deploymentTarget": self._target(request, caller, request["targetId"])}

    @operation("BatchGetDeploymentTargets")
    def batch_get_targets(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            return {
                "deploymentTargets": [self._target(request, caller, each) for each in request["targetIds"]]
            }

    @operation("StopDeployment")
    def stop_deployment(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            deployment = self._running(request, caller)
            deployment.stop = request.get("autoRollbackEnabled")
            deployment.stopped.set()
        return {"status": "Pending", "statusMessage": "The deployment is being stopped"}

    @operation("ContinueDeployment")
    def continue_deployment(self, request: Request, caller: Caller) -> None:
        with self.store.lock:
            deployment = self._running(request, caller)
            if request.get("deploymentWaitType", "READY_WAIT") == "TERMINATION_WAIT":
                if not deployment.keeps_blue:
                    raise ServiceError(
                        "InvalidDeploymentStatusException",
                        "The deployment does not wait for the termination yet",
                    )
                deployment.terminate.set()
                return
            if deployment.course.status is not Status.READY:
                raise ServiceError(
                    "DeploymentIsNotInReadyStateException",
                    f"The deployment {deployment.id} is not in Ready state",
                )
            deployment.proceed.set()

    @operation("SkipWaitTimeForInstanceTermination")
    def skip_wait(self, request: Request, caller: Caller) -> None:
        self.continue_deployment({**request, "deploymentWaitType": "TERMINATION_WAIT"}, caller)

    @operation("PutLifecycleEventHookExecutionStatus")
    def answer_hook(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            deployment = self.store.deployment(caller, request["deploymentId"])
        execution = request["lifecycleEventHookExecutionId"]
        self.hooks.answer(deployment.id, execution, request["status"])
        return {"lifecycleEventHookExecutionId": execution}

    def _running(self, request: Request, caller: Caller) -> Deployment:
        deployment = self.store.deployment(caller, request["deploymentId"])
        if deployment.course.status.is_over:
            raise ServiceError(
                "DeploymentAlreadyCompletedException", f"The deployment {deployment.id} has already completed"
            )
        return deployment

    def _begun(self, request: Request, caller: Caller) -> Deployment:
        deployment = self.store.deployment(caller, request["deploymentId"])
        if deployment.course.status is Status.CREATED:
            raise ServiceError(
                "DeploymentNotStartedException", f"The deployment {deployment.id} has not started"
            )
        return deployment

    def _target(self, request: Request, caller: Caller, target: str) -> dict[str, object]:
        deployment = self._begun(request, caller)
        if target not in (deployment.target_id, deployment.service_arn):
            raise ServiceError(
                "DeploymentTargetDoesNotExistException",
                f"The deployment {deployment.id} has no target {target}",
            )
        return deployment.target()
