"""Deploy / ECS: a rolling update of a service.

Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECS.html
"""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from shipway.localcloud.services.codepipeline import artifacts
from shipway.localcloud.services.codepipeline.actions.action import ActionFailedError, Outcome, Work
from shipway.localcloud.services.codepipeline.actions.refusals import refused
from shipway.localcloud.services.codepipeline.declaration import ActionSpec

_LARGEST_FILE = 100 * 1024


class EcsRolling:
    """Puts the images of ``imagedefinitions.json`` into the service's task definition and updates it."""

    key = ("Deploy", "ECS")
    spec = ActionSpec(
        required=frozenset({"ClusterName", "ServiceName"}),
        optional=frozenset({"FileName", "DeploymentTimeout"}),
        inputs=(1, 1),
        outputs=(0, 0),
        timeout_minutes=60,
    )

    def run(self, work: Work) -> Outcome:
        """Every call is made in the action's role."""
        images = _images(work)
        ecs = work.client("ecs")
        try:
            service = _service(ecs, work)
            revision = _register(ecs, service["taskDefinition"], images)
            ecs.update_service(
                cluster=work.configuration["ClusterName"],
                service=work.configuration["ServiceName"],
                taskDefinition=revision,
            )
            work.progress(revision, work.console("ecs", _path(work)), "Deployment in progress")
            while not _rolled_out(_service(ecs, work), revision):
                work.wait()
        except ClientError as error:
            raise refused(error, "Amazon ECS") from error
        return Outcome(summary="Deployment Succeeded", external_url=work.console("ecs", _path(work)))


def _path(work: Work) -> str:
    return f"clusters/{work.configuration['ClusterName']}/services/{work.configuration['ServiceName']}"


def _images(work: Work) -> dict[str, str]:
    name = work.configuration.get("FileName", "imagedefinitions.json")
    artifact = work.action.inputs[0]
    content = artifacts.member(work.read(artifact), name)
    if content is None:
        place = work.inputs[artifact]
        raise ActionFailedError(
            f"Did not find the image definition file {name} in the input artifacts ZIP file. Verify the file "
            f"is stored in your pipeline's Amazon S3 artifact bucket: {place.bucket} key: {place.key}",
            "ConfigurationError",
        )
    if len(content) > _LARGEST_FILE:
        raise ActionFailedError(f"The file {name} is larger than 100 KB", "ConfigurationError")
    try:
        return {str(each["name"]): str(each["imageUri"]) for each in json.loads(content)}
    except (ValueError, KeyError, TypeError) as error:
        raise ActionFailedError(
            f"The image definition file {name} contains invalid JSON format", "ConfigurationError"
        ) from error


def _service(ecs: Any, work: Work) -> dict[str, Any]:
    name = work.configuration["ServiceName"]
    found = ecs.describe_services(cluster=work.configuration["ClusterName"], services=[name])["services"]
    if not found or found[0]["status"] == "INACTIVE":
        raise ActionFailedError(f"The AWS ECS service {name} does not exist", "ConfigurationError")
    service: dict[str, Any] = found[0]
    controller = service.get("deploymentController", {}).get("type", "ECS")
    if controller != "ECS":
        raise ActionFailedError(
            f"Unable to update task definition on services with a {controller} deployment controller. "
            "Use AWS CodeDeploy to trigger a new deployment."
            if controller == "CODE_DEPLOY"
            else f"Unable to update task definition on services with a {controller} deployment controller",
            "ConfigurationError",
        )
    return service


def _register(ecs: Any, current: str, images: dict[str, str]) -> str:
    found = ecs.describe_task_definition(taskDefinition=current, include=["TAGS"])
    definition: dict[str, Any] = found["taskDefinition"]
    containers = {container["name"]: container for container in definition["containerDefinitions"]}
    for name, uri in images.items():
        if name not in containers:
            raise ActionFailedError(f"The AWS ECS container {name} does not exist", "ConfigurationError")
        containers[name]["image"] = uri
    known = ecs.meta.service_model.operation_model("RegisterTaskDefinition").input_shape.members
    request = {key: value for key, value in definition.items() if key in known}
    if tags := found.get("tags"):
        request["tags"] = tags
    return str(ecs.register_task_definition(**request)["taskDefinition"]["taskDefinitionArn"])


def _rolled_out(service: dict[str, Any], revision: str) -> bool:
    """Whether only the new revision runs, in full; what the circuit breaker failed is a failure."""
    for deployment in service["deployments"]:
        if deployment["taskDefinition"] == revision and deployment.get("rolloutState") == "FAILED":
            raise ActionFailedError(
                f"The deployment failed: {deployment.get('rolloutStateReason', 'no reason given')}"
            )
    primary = next((d for d in service["deployments"] if d["status"] == "PRIMARY"), None)
    if primary is None or primary["taskDefinition"] != revision:
        # ECS rolled the service back behind our back.
        raise ActionFailedError("The service does not run the task definition of this deployment any more")
    return len(service["deployments"]) == 1 and service["runningCount"] == service["desiredCount"]
