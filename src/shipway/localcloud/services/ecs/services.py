"""Operations on services."""

from __future__ import annotations

from dataclasses import replace

from shipway.localcloud.ledger import Fidelity
from shipway.localcloud.services.ecs import render, rollout
from shipway.localcloud.services.ecs.part import Part
from shipway.localcloud.services.ecs.records import (
    ACTIVE,
    DRAINING,
    INACTIVE,
    Controller,
    Item,
    Placement,
    ServiceRecord,
    TaskSet,
)
from shipway.localcloud.services.ecs.scheduler import Scheduler
from shipway.localcloud.services.ecs.service_checks import check_update, deployment_configuration
from shipway.localcloud.services.ecs.state import check_name, new_task_set_id
from shipway.localcloud.wire import Caller, Request, Response, ServiceError, operation

# Members of CreateService and UpdateService that are kept to be told back.
_SETTINGS = (
    "healthCheckGracePeriodSeconds",
    "enableECSManagedTags",
    "propagateTags",
    "enableExecuteCommand",
    "serviceRegistries",
    "placementConstraints",
    "placementStrategy",
    "availabilityZoneRebalancing",
)
_NOT_HONOURED = {
    "serviceRegistries": "tasks are not registered in Cloud Map",
    "serviceConnectConfiguration": "there is no Service Connect proxy",
    "volumeConfigurations": "no volume is attached",
    "vpcLatticeConfigurations": "tasks are not registered in VPC Lattice",
    "enableExecuteCommand": "ExecuteCommand is not emulated",
    "propagateTags": "tasks carry no tags of their service",
}
_PLACING = ("networkConfiguration", "loadBalancers", "platformVersion", "capacityProviderStrategy")


class Services(Part):
    """CreateService and what goes with it."""

    @operation("CreateService")
    def create(self, request: Request, caller: Caller) -> Response:
        """Make a service; its scheduler starts the tasks."""
        check_name(request["serviceName"], "Service")
        controller = Controller(request.get("deploymentController", {}).get("type", "ECS"))
        if request.get("schedulingStrategy") == "DAEMON":
            raise ServiceError(
                "InvalidParameterException", "The DAEMON scheduling strategy is not supported for Fargate."
            )
        configuration = deployment_configuration(request, controller)
        with self.state.lock:
            cluster = self.state.cluster(request.get("cluster"), caller)
            definition, placement = None, Placement()
            if controller is not Controller.EXTERNAL or request.get("taskDefinition"):
                if not request.get("taskDefinition"):
                    raise ServiceError("InvalidParameterException", "TaskDefinition can not be blank.")
                definition = self.state.usable_definition(request["taskDefinition"], caller)
        if definition is not None:
            placement = self.placement(request, cluster, definition, caller)
            self.check_load_balancers(placement.load_balancers, definition, associated=True)
        service = ServiceRecord(
            arn=caller.arn("ecs", f"service/{cluster.name}/{request['serviceName']}"),
            name=request["serviceName"],
            cluster=cluster,
            controller=controller,
            desired=request.get("desiredCount", 0),
            placement=placement,
            settings={**_settings(request), "deploymentConfiguration": configuration},
            created_by=caller.principal_arn,
        )
        with self.state.lock:
            self._check_name_is_free(service)
            if definition is not None:
                self._add_first_tasks(service, definition)
            self.state.services[service.arn] = service
            self.state.set_tags(service.arn, request)
            told = render.service(service, self.state, tags=True)
        self._note_limits(request, service)
        self._schedule(service)
        return {"service": told}

    @operation("UpdateService")
    def update(self, request: Request, caller: Caller) -> Response:
        """Change a service; a new task definition begins a rolling deployment."""
        with self.state.lock:
            cluster = self.state.cluster(request.get("cluster"), caller)
            service = self.state.service(request["service"], cluster, caller)
            check_update(request, service)
            given = request.get("taskDefinition", service.task_definition)
            rolls = service.controller is Controller.ECS and (
                request.get("forceNewDeployment")
                or any(key in request for key in ("taskDefinition", *_PLACING))
            )
            definition = self.state.usable_definition(given, caller) if rolls else None
            placement = service.placement
        if definition is not None:
            placement = self._changed_placement(request, service, definition, caller)
        with self.state.lock:
            service.desired = request.get("desiredCount", service.desired)
            service.settings.update(_settings(request))
            if "deploymentConfiguration" in request:
                merged = {
                    **service.settings["deploymentConfiguration"],
                    **request["deploymentConfiguration"],
                }
                service.settings["deploymentConfiguration"] = merged
            if definition is not None:
                begun = rollout.begin(service, definition["taskDefinitionArn"], placement)
                self.announcer.deployment(
                    service, begun, "SERVICE_DEPLOYMENT_IN_PROGRESS", "INFO", begun.rollout_reason
                )
            service.changed.set()
            self._note_limits(request, service)
            return {"service": render.service(service, self.state, tags=True)}

    @operation("DescribeServices")
    def describe(self, request: Request, caller: Caller) -> Response:
        """Tell services, deleted ones as INACTIVE."""
        tags = "TAGS" in request.get("include", [])
        found, failures = [], []
        with self.state.lock:
            cluster = self.state.cluster(request.get("cluster"), caller)
            for given in request["services"]:
                service = self.state.find_service(given, cluster, caller)
                if service is None:
                    arn = caller.arn("ecs", f"service/{cluster.name}/{given.rpartition('/')[2]}")
                    failures.append({"arn": arn, "reason": "MISSING"})
                else:
                    found.append(render.service(service, self.state, tags=tags))
            return {"services": found, "failures": failures}

    @operation("ListServices")
    def listed(self, request: Request, caller: Caller) -> Response:
        """Tell the ARNs of a cluster's services that are not deleted."""
        with self.state.lock:
            cluster = self.state.cluster(request.get("cluster"), caller)
            return {
                "serviceArns": [
                    service.arn
                    for service in self.state.services.values()
                    if service.cluster is cluster and service.status != INACTIVE
                ]
            }

    @operation("DeleteService")
    def delete(self, request: Request, caller: Caller) -> Response:
        """Let a service drain; it is INACTIVE when its last task has stopped."""
        with self.state.lock:
            cluster = self.state.cluster(request.get("cluster"), caller)
            service = self.state.service(request["service"], cluster, caller)
            if service.desired > 0 and not request.get("force"):
                raise ServiceError(
                    "InvalidParameterException", "The service cannot be stopped while it is scaled above 0."
                )
            service.status = DRAINING
            service.desired = 0
            service.changed.set()
            return {"service": render.service(service, self.state, tags=True)}

    def _changed_placement(
        self, request: Request, service: ServiceRecord, definition: Item, caller: Caller
    ) -> Placement:
        old = service.placement
        merged = {
            "launchType": old.launch_type,
            "capacityProviderStrategy": list(old.capacity_strategy),
            "platformVersion": old.platform_version,
            "networkConfiguration": old.network,
            "loadBalancers": list(old.load_balancers),
            **{key: request[key] for key in _PLACING if key in request},
        }
        placement = self.placement(merged, service.cluster, definition, caller)
        self.check_load_balancers(placement.load_balancers, definition, associated=True)
        return placement

    def _check_name_is_free(self, service: ServiceRecord) -> None:
        found = self.state.services.get(service.arn)
        if found is not None and found.status == ACTIVE:
            raise ServiceError("InvalidParameterException", "Creation of service was not idempotent.")
        if found is not None and found.status == DRAINING:
            raise ServiceError(
                "InvalidParameterException", "Unable to Start a service that is still Draining."
            )

    def _add_first_tasks(self, service: ServiceRecord, definition: Item) -> None:
        arn = definition["taskDefinitionArn"]
        if service.controller is Controller.ECS:
            rollout.begin(service, arn, service.placement)
            return
        number = new_task_set_id()
        prefix = service.arn.partition(":service/")[0]
        service.task_definition = arn
        service.task_sets = [
            TaskSet(
                id=number,
                arn=f"{prefix}:task-set/{service.cluster.name}/{service.name}/{number}",
                task_definition=arn,
                placement=replace(service.placement),
                started_by=service.controller.value,
            )
        ]

    def _schedule(self, service: ServiceRecord) -> None:
        scheduler = Scheduler(self.kernel, self.state, self.announcer, self.launcher, service)
        self.kernel.jobs.start(f"service {service.name}", scheduler.run)

    def _note_limits(self, request: Request, service: ServiceRecord) -> None:
        for key, detail in _NOT_HONOURED.items():
            if request.get(key) not in (None, False, [], "NONE"):
                self.kernel.ledger.note(
                    Fidelity.NOT_HONOURED, f"ECS service {key}", detail, where=service.name
                )


def _settings(request: Request) -> Item:
    return {key: request[key] for key in _SETTINGS if key in request}
