"""The files that CodeDeploy deploys from, written from the construct so that there is one source of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import jsii
from aws_cdk import IStableStringProducer, Lazy, Stack, Token
from aws_cdk import aws_ecs as ecs

from constructs import IValidation
from shipway.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.constructs.literal_names import LiteralNames

IMAGE_PLACEHOLDER = "IMAGE1_NAME"
# RegisterTaskDefinition's name of each field, and the attribute of the CloudFormation resource that holds it.
_FIELDS = {
    "family": "family",
    "networkMode": "network_mode",
    "requiresCompatibilities": "requires_compatibilities",
    "cpu": "cpu",
    "memory": "memory",
    "runtimePlatform": "runtime_platform",
    "executionRoleArn": "execution_role_arn",
    "taskRoleArn": "task_role_arn",
    "ephemeralStorage": "ephemeral_storage",
    "volumes": "volumes",
}
# Of the placeholder, not of the service: the image that replaces it brings its own.
_PLACEHOLDER_FIELDS = ("command", "entryPoint")


def task_definition_json(task_definition: ecs.FargateTaskDefinition, container_name: str) -> str:
    """``taskdef.json``: the task definition as RegisterTaskDefinition takes it, on one line.

    It is written when the app is synthesized, so a side container or a variable that is added later is in
    it. The named container runs the image that CodePipeline puts in place of ``<IMAGE1_NAME>``, with its
    own command.
    """
    task_definition.node.add_validation(_OnlyScratchVolumes(task_definition))
    return Lazy.string(_TaskDefinitionJson(task_definition, container_name))


def literal_task_definition_json(
    task_definition: ecs.FargateTaskDefinition, container_name: str, names: LiteralNames
) -> str:
    """``taskdef.json`` for the build of another stack: names in the place of references."""
    return Lazy.string(_LiteralTaskDefinitionJson(task_definition, container_name, names))


def app_spec_yaml(container_name: str, container_port: int, hooks: Mapping[str, str] | None = None) -> str:
    """``appspec.yaml`` of a service behind a load balancer.

    Args:
        container_name: The container behind the balancer.
        container_port: Its port.
        hooks: The names of functions by the event at which CodeDeploy calls them.
    """
    called = "".join(f"  - {event}: {function}\n" for event, function in (hooks or {}).items())
    return f"""\
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: <TASK_DEFINITION>
        LoadBalancerInfo:
          ContainerName: {container_name}
          ContainerPort: {container_port}
""" + (f"Hooks:\n{called}" if called else "")


@jsii.implements(IStableStringProducer)
class _TaskDefinitionJson:
    def __init__(self, task_definition: ecs.FargateTaskDefinition, container_name: str) -> None:
        self._task_definition = task_definition
        self._container_name = container_name

    def produce(self) -> str:
        """Called by the CDK at synthesis."""
        return Stack.of(self._task_definition).to_json_string(_with_tokens(self.document()))

    def document(self) -> dict[str, Any]:
        """The task definition, its references resolved in its own stack."""
        stack = Stack.of(self._task_definition)
        resource = cast("ecs.CfnTaskDefinition", self._task_definition.node.default_child)
        fields = {name: stack.resolve(getattr(resource, attribute)) for name, attribute in _FIELDS.items()}
        document = {name: value for name, value in fields.items() if value is not None}
        document["containerDefinitions"] = [
            self._container(container) for container in stack.resolve(resource.container_definitions)
        ]
        return document

    def _container(self, container: dict[str, Any]) -> dict[str, Any]:
        if container["name"] != self._container_name:
            return container
        kept = {name: value for name, value in container.items() if name not in _PLACEHOLDER_FIELDS}
        return {**kept, "image": f"<{IMAGE_PLACEHOLDER}>"}


@jsii.implements(IStableStringProducer)
class _LiteralTaskDefinitionJson:
    def __init__(
        self, task_definition: ecs.FargateTaskDefinition, container_name: str, names: LiteralNames
    ) -> None:
        self._own = _TaskDefinitionJson(task_definition, container_name)
        self._names = names

    def produce(self) -> str:
        """Called by the CDK at synthesis."""
        return json.dumps(self._names.value(self._own.document()), separators=(",", ":"))


@jsii.implements(IValidation)
class _OnlyScratchVolumes:
    """CloudFormation's names of other volumes differ from the API's (``FilesystemId``, ``fileSystemId``)."""

    def __init__(self, task_definition: ecs.FargateTaskDefinition) -> None:
        self._task_definition = task_definition

    def validate(self) -> list[str]:
        """Called by the CDK before synthesis; what it says fails the synthesis."""
        resource = cast("ecs.CfnTaskDefinition", self._task_definition.node.default_child)
        volumes = Stack.of(resource).resolve(resource.volumes) or []
        return [
            str(
                UnsupportedError(
                    "only scratch volumes can be part of a task definition that CodeDeploy deploys",
                    value=volume["name"],
                    remedy="Give the volume a name and nothing else",
                )
            )
            for volume in volumes
            if set(volume) - {"name"}
        ]


def _with_tokens(value: Any) -> Any:
    """Mark what is resolved already, such as ``{"Ref": ...}``, so that it is not written out as JSON."""
    match value:
        case {"Ref": _} if len(value) == 1:
            return Token.as_any(value)
        case dict() if len(value) == 1 and next(iter(value)).startswith("Fn::"):
            return Token.as_any(value)
        case dict():
            return {name: _with_tokens(item) for name, item in value.items()}
        case list():
            return [_with_tokens(item) for item in value]
        case _:
            return value
