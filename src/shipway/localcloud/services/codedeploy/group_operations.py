"""Operations on deployment groups and deployment configurations."""

# ruff: noqa: D102 - the operations are AWS's, and documented there

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from shipway.localcloud.services.codedeploy import configs
from shipway.localcloud.services.codedeploy.course import Status
from shipway.localcloud.services.codedeploy.groups import Application, Group, check_ecs
from shipway.localcloud.wire import Caller, Request, Response, ServiceError, operation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.localcloud.kernel import Kernel
    from shipway.localcloud.services.codedeploy.deployments import Deployment
    from shipway.localcloud.services.codedeploy.store import Store

_NO_SETTING = frozenset(
    {"applicationName", "deploymentGroupName", "currentDeploymentGroupName", "newDeploymentGroupName", "tags"}
)


class GroupOperations:
    """The part of the service that keeps groups and configurations."""

    kernel: Kernel
    store: Store

    @operation("CreateDeploymentGroup")
    def create_group(self, request: Request, caller: Caller) -> Response:
        name = request["deploymentGroupName"]
        with self.store.lock:
            application = self.store.application(caller, request["applicationName"])
            if name in application.groups:
                raise ServiceError(
                    "DeploymentGroupAlreadyExistsException",
                    f"Deployment group already exists for name: {name}",
                )
            group = Group(application, name, self._settings({}, request, application))
            group.tags = {tag["Key"]: tag["Value"] for tag in request.get("tags", [])}
            self._check(group, caller)
            application.groups[name] = group
            return {"deploymentGroupId": group.id}

    @operation("UpdateDeploymentGroup")
    def update_group(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            application = self.store.application(caller, request["applicationName"])
            group = self.store.group(caller, application.name, request["currentDeploymentGroupName"])
            new = request.get("newDeploymentGroupName", group.name)
            if new != group.name and new in application.groups:
                raise ServiceError(
                    "DeploymentGroupAlreadyExistsException",
                    f"Deployment group already exists for name: {new}",
                )
            changed = Group(
                application, new, self._settings(group.settings, request, application), id=group.id
            )
            self._check(changed, caller)
            del application.groups[group.name]
            group.name, group.settings = new, changed.settings
            application.groups[new] = group
            return {"hooksNotCleanedUp": []}

    @operation("DeleteDeploymentGroup")
    def delete_group(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            application = self.store.application(caller, request["applicationName"])
            application.groups.pop(request["deploymentGroupName"], None)
            return {"hooksNotCleanedUp": []}

    @operation("GetDeploymentGroup")
    def get_group(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            group = self.store.group(caller, request["applicationName"], request["deploymentGroupName"])
            return {"deploymentGroupInfo": self._info(group, caller)}

    @operation("BatchGetDeploymentGroups")
    def batch_get_groups(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            groups = self.store.application(caller, request["applicationName"]).groups
            names = [name for name in request["deploymentGroupNames"] if name in groups]
            return {"deploymentGroupsInfo": [self._info(groups[name], caller) for name in names]}

    @operation("ListDeploymentGroups")
    def list_groups(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            application = self.store.application(caller, request["applicationName"])
            return {"applicationName": application.name, "deploymentGroups": sorted(application.groups)}

    @operation("CreateDeploymentConfig")
    def create_config(self, request: Request, caller: Caller) -> Response:
        config = configs.parse(request)
        with self.store.lock:
            own = self.store.configs(caller)
            if config.name in own:
                raise ServiceError(
                    "DeploymentConfigAlreadyExistsException",
                    f"Deployment configuration already exists for name: {config.name}",
                )
            own[config.name] = (config, self.kernel.clock.now())
        return {"deploymentConfigId": config.name}

    @operation("GetDeploymentConfig")
    def get_config(self, request: Request, caller: Caller) -> Response:
        name = request["deploymentConfigName"]
        with self.store.lock:
            info = self.store.config(caller, name).as_json()
            own = self.store.configs(caller).get(name)
            return {
                "deploymentConfigInfo": info
                | {"deploymentConfigId": name, "createTime": own[1] if own else None}
            }

    @operation("ListDeploymentConfigs")
    def list_configs(self, _request: Request, caller: Caller) -> Response:
        with self.store.lock:
            return {"deploymentConfigsList": [*configs.PREDEFINED, *sorted(self.store.configs(caller))]}

    @operation("DeleteDeploymentConfig")
    def delete_config(self, request: Request, caller: Caller) -> None:
        name = request["deploymentConfigName"]
        if name in configs.PREDEFINED:
            raise ServiceError(
                "InvalidOperationException",
                f"The predefined deployment configuration {name} cannot be deleted",
            )
        with self.store.lock:
            users = [
                group.name
                for application in self.store.applications(caller).values()
                for group in application.groups.values()
                if group.settings["deploymentConfigName"] == name
            ]
            if users:
                raise ServiceError(
                    "DeploymentConfigInUseException",
                    f"The deployment configuration {name} is used by {', '.join(users)}",
                )
            self.store.configs(caller).pop(name, None)

    def _settings(
        self, before: Mapping[str, Any], request: Request, application: Application
    ) -> dict[str, Any]:
        given = {key: value for key, value in request.items() if key not in _NO_SETTING}
        settings = {**before, **given}
        settings.setdefault("deploymentConfigName", configs.DEFAULTS[application.platform])
        for service in settings.get("ecsServices", []):
            service.setdefault("clusterName", "default")
        return settings

    def _check(self, group: Group, caller: Caller) -> None:
        settings = group.settings
        config = self.store.config(caller, settings["deploymentConfigName"])
        try:
            self.kernel.clients.client("sts").assume_role(
                RoleArn=settings["serviceRoleArn"], RoleSessionName="codedeploy"
            )
        except (ClientError, BotoCoreError) as error:
            raise ServiceError("InvalidRoleException", "Cannot assume role provided.") from error
        if group.application.platform != "ECS":
            return
        check_ecs(settings, config)
        service = settings["ecsServices"][0]
        self._check_controller(service)
        for application in self.store.applications(caller).values():
            for other in application.groups.values():
                if other.id != group.id and service in other.settings.get("ecsServices", []):
                    raise ServiceError(
                        "ECSServiceMappingLimitExceededException",
                        "The Amazon ECS service is associated with more than one deployment groups. "
                        "An Amazon ECS service can be associated with only one deployment group.",
                    )

    def _check_controller(self, service: Mapping[str, str]) -> None:
        ecs = self.kernel.clients.client("ecs")
        try:
            found = ecs.describe_services(cluster=service["clusterName"], services=[service["serviceName"]])
        except ClientError as error:
            raise ServiceError(
                "InvalidECSServiceException", f"The Amazon ECS service could not be found: {error}"
            ) from error
        if not found["services"]:
            raise ServiceError(
                "InvalidECSServiceException",
                f"The Amazon ECS service {service['serviceName']} could not be found in the cluster "
                f"{service['clusterName']}",
            )
        if found["services"][0].get("deploymentController", {}).get("type") != "CODE_DEPLOY":
            raise ServiceError(
                "InvalidECSServiceException",
                "Deployment group's ECS service must be configured for a CODE_DEPLOY deployment controller.",
            )

    def _info(self, group: Group, caller: Caller) -> dict[str, Any]:
        mine = [each for each in self.store.of(caller) if each.group is group]
        good = next((each for each in mine if each.course.status is Status.SUCCEEDED), None)
        return {
            **group.settings,
            "applicationName": group.application.name,
            "deploymentGroupId": group.id,
            "deploymentGroupName": group.name,
            "computePlatform": group.application.platform,
            "targetRevision": good.revision or None if good else None,
            "lastSuccessfulDeployment": _last(good),
            "lastAttemptedDeployment": _last(mine[0] if mine else None),
        }


def _last(deployment: Deployment | None) -> dict[str, Any] | None:
    if deployment is None:
        return None
    return {
        "deploymentId": deployment.id,
        "status": deployment.course.status.value,
        "createTime": deployment.created,
        "endTime": deployment.completed,
    }
