"""The AppSpec of an ECS deployment, YAML or JSON.

Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from shipway.localcloud.services.codedeploy.course import HOOKS

if TYPE_CHECKING:
    from collections.abc import Mapping


class InvalidAppSpecError(Exception):
    """Why CodeDeploy cannot use the revision (``INVALID_REVISION``)."""


@dataclass(frozen=True)
class AppSpec:
    """What green shall be.

    Attributes:
        options: CreateTaskSet's platform version, network configuration and capacity providers, in its own
            spelling; what is missing is taken from blue.
        hooks: Lifecycle event -> Lambda function.
    """

    task_definition: str
    container: str
    port: int
    options: Mapping[str, Any] = field(default_factory=dict)
    hooks: Mapping[str, str] = field(default_factory=dict)


def parse(text: str) -> AppSpec:
    """Read an AppSpec.

    Raises:
        InvalidAppSpecError: It is not one for ECS.
    """
    try:
        document = yaml.safe_load(text)  # JSON is YAML
    except yaml.YAMLError as error:
        raise InvalidAppSpecError(f"The AppSpec file is not valid YAML or JSON: {error}") from error
    if not isinstance(document, dict):
        raise InvalidAppSpecError("An AppSpec file is required, but could not be found in the revision")
    document = {str(key).lower(): value for key, value in document.items()}
    if str(document.get("version")) not in ("0.0", "0"):
        raise InvalidAppSpecError(
            f"The AppSpec file has version {document.get('version')}; only 0.0 is supported"
        )
    properties = _target(document.get("resources"))
    balancer = properties.get("LoadBalancerInfo") or {}
    try:
        return AppSpec(
            task_definition=str(properties["TaskDefinition"]),
            container=str(balancer["ContainerName"]),
            port=int(balancer["ContainerPort"]),
            options=_options(properties),
            hooks=_hooks(document.get("hooks") or []),
        )
    except KeyError as error:
        raise InvalidAppSpecError(f"The AppSpec file has no {error.args[0]} in the target service") from error
    except (TypeError, ValueError) as error:
        raise InvalidAppSpecError(f"The AppSpec file's ContainerPort is no number: {error}") from error


def _target(resources: Any) -> dict[str, Any]:
    if not isinstance(resources, list) or len(resources) != 1:
        raise InvalidAppSpecError("The AppSpec file must have exactly one resource, the target service")
    resource = next(iter(resources[0].values()), None) if isinstance(resources[0], dict) else None
    if not isinstance(resource, dict) or resource.get("Type") != "AWS::ECS::Service":
        raise InvalidAppSpecError("The AppSpec file's resource must be of type AWS::ECS::Service")
    properties = resource.get("Properties")
    if not isinstance(properties, dict):
        raise InvalidAppSpecError("The AppSpec file's resource has no Properties")
    return properties


def _options(properties: Mapping[str, Any]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if version := properties.get("PlatformVersion"):
        options["platformVersion"] = str(version)
    if network := properties.get("NetworkConfiguration"):
        settings = network.get("AwsvpcConfiguration", {})
        options["networkConfiguration"] = {
            "awsvpcConfiguration": {key[0].lower() + key[1:]: value for key, value in settings.items()}
        }
    if strategy := properties.get("CapacityProviderStrategy"):
        options["capacityProviderStrategy"] = [
            {key[0].lower() + key[1:]: value for key, value in each.items()} for each in strategy
        ]
    return options


def _hooks(raw: Any) -> dict[str, str]:
    hooks: dict[str, str] = {}
    for entry in raw:
        for name, function in entry.items():
            if name not in HOOKS:
                raise InvalidAppSpecError(
                    f"The AppSpec file has a hook {name}; the hooks of ECS are {', '.join(HOOKS)}"
                )
            hooks[name] = str(function)
    return hooks
