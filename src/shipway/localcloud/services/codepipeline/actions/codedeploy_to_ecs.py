"""Deploy / CodeDeployToECS: registers a task definition and hands the AppSpec to CodeDeploy.

Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECSbluegreen.html
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from shipway.localcloud.services.codepipeline import artifacts
from shipway.localcloud.services.codepipeline.actions.action import ActionFailedError, Outcome, Work
from shipway.localcloud.services.codepipeline.actions.refusals import refused
from shipway.localcloud.services.codepipeline.declaration import ActionSpec

_LARGEST_ARTIFACT = 3 * 1024 * 1024
_IMAGES = range(1, 5)
_FIVE_DAYS = 5 * 24 * 60
_IMAGE_KEYS = frozenset(f"Image{n}{kind}Name" for n in _IMAGES for kind in ("Artifact", "Container"))


class CodeDeployToEcs:
    """Fills the placeholders, registers, deploys, and waits for the deployment's end."""

    key = ("Deploy", "CodeDeployToECS")
    spec = ActionSpec(
        required=frozenset(
            {
                "ApplicationName",
                "DeploymentGroupName",
                "TaskDefinitionTemplateArtifact",
                "AppSpecTemplateArtifact",
            }
        ),
        optional=frozenset({"TaskDefinitionTemplatePath", "AppSpecTemplatePath"}) | _IMAGE_KEYS,
        inputs=(1, 5),
        outputs=(0, 0),
        timeout_minutes=_FIVE_DAYS,
    )

    def run(self, work: Work) -> Outcome:
        """Every call is made in the action's role."""
        template = _file(
            work,
            "TaskDefinitionTemplateArtifact",
            "TaskDefinitionTemplatePath",
            "taskdef.json",
            "task definition",
        )
        app_spec = _file(work, "AppSpecTemplateArtifact", "AppSpecTemplatePath", "appspec.yaml", "appspec")
        task_definition = _register(work, _with_images(template, _images(work)))
        return _deploy(work, app_spec.replace("<TASK_DEFINITION>", task_definition))


def _file(work: Work, artifact_key: str, path_key: str, default: str, kind: str) -> str:
    artifact, path = work.configuration[artifact_key], work.configuration.get(path_key, default)
    return _read(
        work, artifact, path, f"Exception while trying to read the {kind} artifact file from: {artifact}"
    )


def _read(work: Work, artifact: str, path: str, problem: str) -> str:
    """A file of an input artifact; AWS gives the same sentence whatever the reason, we add the reason."""
    if artifact not in work.inputs:
        raise ActionFailedError(f"{problem}. It is not an input artifact of the action", "ConfigurationError")
    try:
        archive = work.read(artifact)
    except ClientError as error:
        raise refused(error, "Amazon S3") from error
    if len(archive) > _LARGEST_ARTIFACT:
        # https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html
        raise ActionFailedError(
            f"{problem}. The artifact has {len(archive)} bytes; with the CodeDeployToECS action the maximum "
            "artifact size is always 3 MB",
            "ConfigurationError",
        )
    content = artifacts.member(archive, path)
    if content is None:
        raise ActionFailedError(f"{problem}. There is no file {path} in it", "ConfigurationError")
    return content.decode("utf-8-sig")


def _images(work: Work) -> dict[str, str]:
    """Placeholder -> image URI."""
    images = {}
    for number in _IMAGES:
        artifact = work.configuration.get(f"Image{number}ArtifactName")
        container = work.configuration.get(f"Image{number}ContainerName")
        if not artifact and not container:
            continue
        if not artifact or not container:
            missing = f"Image{number}{'Container' if artifact else 'Artifact'}Name"
            raise ActionFailedError(
                f"Action configuration is missing '{missing}' configuration.", "ConfigurationError"
            )
        problem = f"Exception while trying to read the image artifact file from the artifact: {artifact}"
        try:
            images[container] = str(
                json.loads(_read(work, artifact, "imageDetail.json", problem))["ImageURI"]
            )
        except (ValueError, KeyError, TypeError) as error:
            raise ActionFailedError(
                f"{problem}. imageDetail.json has no ImageURI: {error}", "ConfigurationError"
            ) from error
    return images


def _with_images(template: str, images: dict[str, str]) -> str:
    for placeholder, uri in images.items():
        template = template.replace(f"<{placeholder}>", uri)
    return template


def _register(work: Work, text: str) -> str:
    try:
        definition: dict[str, Any] = json.loads(text)
    except ValueError as error:
        raise ActionFailedError(
            f"The task definition template is not valid JSON: {error}", "ConfigurationError"
        ) from error
    ecs = work.client("ecs")
    # Files written by `aws ecs describe-task-definition` carry members that only ECS sets; AWS ignores them.
    known = ecs.meta.service_model.operation_model("RegisterTaskDefinition").input_shape.members
    try:
        answer = ecs.register_task_definition(**{k: v for k, v in definition.items() if k in known})
    except ParamValidationError as error:
        raise ActionFailedError(f"The task definition is invalid: {error}", "ConfigurationError") from error
    except ClientError as error:
        raise refused(error, "Amazon ECS") from error
    return str(answer["taskDefinition"]["taskDefinitionArn"])


def _deploy(work: Work, app_spec: str) -> Outcome:
    codedeploy = work.client("codedeploy")
    application = work.configuration["ApplicationName"]
    digest = hashlib.sha256(app_spec.encode()).hexdigest()
    revision = {
        "revisionType": "AppSpecContent",
        "appSpecContent": {"content": app_spec, "sha256": digest},
    }
    try:
        codedeploy.get_application(applicationName=application)
        codedeploy.register_application_revision(applicationName=application, revision=revision)
        codedeploy.get_application_revision(applicationName=application, revision=revision)
        deployment: str = codedeploy.create_deployment(
            applicationName=application,
            deploymentGroupName=work.configuration["DeploymentGroupName"],
            revision=revision,
        )["deploymentId"]
        url = work.console("codedeploy", f"deployments/{deployment}")
        work.progress(deployment, url, "Deployment in progress")
        info = codedeploy.get_deployment(deploymentId=deployment)["deploymentInfo"]
        codedeploy.get_deployment_config(deploymentConfigName=info["deploymentConfigName"])
        while info["status"] not in ("Succeeded", "Failed", "Stopped"):
            work.wait()
            info = codedeploy.get_deployment(deploymentId=deployment)["deploymentInfo"]
    except ClientError as error:
        raise refused(error, "AWS CodeDeploy") from error
    if info["status"] != "Succeeded":
        why = info.get("errorInformation", {})
        raise ActionFailedError(
            f"Deployment {deployment} {info['status'].lower()}. Error code: {why.get('code', 'UNKNOWN')}; "
            f"Error message: {why.get('message', '')}"
        )
    return Outcome(
        summary="Deployment Succeeded",
        external_id=deployment,
        external_url=url,
        variables={"DeploymentId": deployment},
    )
