"""Operations on task sets, with which CodeDeploy and external controllers deploy."""

from __future__ import annotations

from shipway.localcloud.services.ecs import render
from shipway.localcloud.services.ecs.part import Part
from shipway.localcloud.services.ecs.records import (
    ACTIVE,
    DRAINING,
    PRIMARY,
    Controller,
    ServiceRecord,
    TaskSet,
    now,
)
from shipway.localcloud.services.ecs.state import new_task_set_id
from shipway.localcloud.wire import Caller, Request, Response, ServiceError, operation

_MOST_TASK_SETS = 5


class TaskSets(Part):
    """CreateTaskSet and what goes with it."""

    @operation("CreateTaskSet")
    def create(self, request: Request, caller: Caller) -> Response:
        """Make a task set; the service's scheduler starts its tasks."""
        with self.state.lock:
            service = self._service(request, caller)
            definition = self.state.usable_definition(request["taskDefinition"], caller)
            if len(service.task_sets) >= _MOST_TASK_SETS:
                raise ServiceError(
                    "LimitExceededException", f"A service has at most {_MOST_TASK_SETS} task sets."
                )
        placement = self.placement(request, service.cluster, definition, caller)
        self.check_load_balancers(placement.load_balancers, definition, associated=False)
        with self.state.lock:
            number = new_task_set_id()
            prefix = service.arn.partition(":service/")[0]
            made = TaskSet(
                id=number,
                arn=f"{prefix}:task-set/{service.cluster.name}/{service.name}/{number}",
                task_definition=definition["taskDefinitionArn"],
                placement=placement,
                status=ACTIVE if service.controller is Controller.CODE_DEPLOY or service.primary else PRIMARY,
                external_id=request.get("externalId", ""),
                started_by="CODE_DEPLOY"
                if service.controller is Controller.CODE_DEPLOY
                else caller.principal_arn,
                # AWS's default is 0 percent: nothing runs until the task set is scaled.
                scale=float(request.get("scale", {}).get("value", 0.0)),
            )
            service.task_sets.append(made)
            self.state.set_tags(made.arn, request)
            service.changed.set()
            return {"taskSet": render.task_set(made, service, self.state)}

    @operation("DescribeTaskSets")
    def describe(self, request: Request, caller: Caller) -> Response:
        """Tell some or all task sets of a service."""
        with self.state.lock:
            service = self._service(request, caller)
            wanted = request.get("taskSets") or [each.arn for each in service.task_sets]
            found = [each for each in service.task_sets if {each.arn, each.id} & set(wanted)]
            known = {name for each in found for name in (each.arn, each.id)}
            return {
                "taskSets": [render.task_set(each, service, self.state) for each in found],
                "failures": [{"arn": arn, "reason": "MISSING"} for arn in wanted if arn not in known],
            }

    @operation("UpdateTaskSet")
    def update(self, request: Request, caller: Caller) -> Response:
        """Scale a task set."""
        with self.state.lock:
            service = self._service(request, caller)
            task_set = self.state.task_set(request["taskSet"], service)
            task_set.scale = float(request["scale"].get("value", 0.0))
            task_set.updated_at = now()
            task_set.steady = False
            service.changed.set()
            return {"taskSet": render.task_set(task_set, service, self.state)}

    @operation("UpdateServicePrimaryTaskSet")
    def make_primary(self, request: Request, caller: Caller) -> Response:
        """Make a task set the service's primary one, from which the service takes its settings."""
        with self.state.lock:
            service = self._service(request, caller)
            chosen = self.state.task_set(request["primaryTaskSet"], service)
            for each in service.task_sets:
                if each.status == PRIMARY:
                    each.status = ACTIVE
            chosen.status = PRIMARY
            chosen.updated_at = now()
            service.task_definition = chosen.task_definition
            service.placement = chosen.placement
            service.changed.set()
            return {"taskSet": render.task_set(chosen, service, self.state)}

    @operation("DeleteTaskSet")
    def delete(self, request: Request, caller: Caller) -> Response:
        """Let a task set drain; it is gone when its last task has stopped."""
        with self.state.lock:
            service = self._service(request, caller)
            task_set = self.state.task_set(request["taskSet"], service)
            force = request.get("force", False)
            if task_set.status == PRIMARY and not force:
                raise ServiceError(
                    "InvalidParameterException",
                    "The primary task set of a service is deleted only with the force option.",
                )
            if task_set.scale > 0 and not force:
                raise ServiceError(
                    "InvalidParameterException",
                    "The task set cannot be deleted while it is scaled above 0. Use the force option.",
                )
            task_set.status = DRAINING
            task_set.scale = 0.0
            task_set.updated_at = now()
            service.changed.set()
            return {"taskSet": render.task_set(task_set, service, self.state)}

    def _service(self, request: Request, caller: Caller) -> ServiceRecord:
        cluster = self.state.cluster(request["cluster"], caller)
        service = self.state.service(request["service"], cluster, caller)
        if service.controller is Controller.ECS:
            raise ServiceError(
                "InvalidParameterException",
                "Task sets can be used with the CODE_DEPLOY and EXTERNAL deployment controllers only.",
            )
        return service
