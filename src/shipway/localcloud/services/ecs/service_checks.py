"""What AWS refuses of a service's deployment configuration and of a change to a service; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shipway.localcloud.services.ecs.records import Controller
from shipway.localcloud.wire import ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.localcloud.services.ecs.records import Item, ServiceRecord

_BY_CODE_DEPLOY = {
    "taskDefinition": "Unable to update task definition",
    "networkConfiguration": "Unable to update network parameters",
    "loadBalancers": "Unable to update load balancers",
    "platformVersion": "Unable to update platform version",
    "capacityProviderStrategy": "Unable to update capacity provider strategy",
    "serviceRegistries": "Unable to update service registries",
}
_BY_EXTERNAL = (*_BY_CODE_DEPLOY, "deploymentConfiguration")
_DEFAULTS = {"maximumPercent": 200, "minimumHealthyPercent": 100}


def deployment_configuration(request: Mapping[str, Any], controller: Controller) -> Item:
    """The deployment configuration with AWS's defaults.

    Raises:
        ServiceError: It asks for what the controller has not, or for what this cloud lacks.
    """
    given = request.get("deploymentConfiguration", {})
    strategy = given.get("strategy", "ROLLING")
    if strategy != "ROLLING":
        raise ServiceError(
            "NotImplementedException",
            f"Shipway's local cloud does not emulate the {strategy} strategy of ECS; CODE_DEPLOY works",
            status=501,
        )
    if controller is not Controller.ECS:
        if given.get("deploymentCircuitBreaker", {}).get("enable"):
            raise _invalid(
                "DeploymentCircuitBreaker feature can only be enabled with ECS deployment controller."
            )
        if given.get("alarms", {}).get("enable"):
            raise _invalid("Deployment alarms can only be enabled with ECS deployment controller.")
    return {**_DEFAULTS, **given}


def check_update(request: Mapping[str, Any], service: ServiceRecord) -> None:
    """Return when UpdateService may make the change.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html

    Raises:
        ServiceError: The change belongs to the deployment controller.
    """
    if service.controller is Controller.ECS:
        deployment_configuration(request, service.controller)
        return
    if service.controller is Controller.CODE_DEPLOY:
        for key, sentence in _BY_CODE_DEPLOY.items():
            if key in request:
                raise _invalid(
                    f"{sentence} on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to "
                    "trigger a new deployment."
                )
        if request.get("forceNewDeployment"):
            raise _invalid(
                "Cannot force a new deployment on services with a CODE_DEPLOY deployment controller. Use AWS "
                "CodeDeploy to trigger a new deployment."
            )
        return
    for key in _BY_EXTERNAL:
        if key in request:
            raise _invalid(f"Cannot update {key} on services with an EXTERNAL deployment controller.")


def _invalid(message: str) -> ServiceError:
    return ServiceError("InvalidParameterException", message)
