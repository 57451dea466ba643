"""The action against a made-up AWS: what it reads, fills in, calls, and refuses."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from shipway.localcloud.services.codepipeline.actions.action import ActionFailedError
from shipway.localcloud.services.codepipeline.actions.codedeploy_to_ecs import CodeDeployToEcs
from shipway.localcloud.services.codepipeline.artifacts import zipped

TASKDEF = json.dumps({"family": "web", "revision": 3, "containerDefinitions": [{"image": "<IMAGE1_NAME>"}]})
APPSPEC = "TaskDefinition: <TASK_DEFINITION>"
IMAGE = json.dumps({"ImageURI": "repo@sha256:1"})
FILES = {"taskdef.json": TASKDEF, "appspec.yaml": APPSPEC, "imageDetail.json": IMAGE}
CONFIGURATION = {
    "ApplicationName": "app",
    "DeploymentGroupName": "group",
    "TaskDefinitionTemplateArtifact": "Built",
    "AppSpecTemplateArtifact": "Built",
    "Image1ArtifactName": "Built",
    "Image1ContainerName": "IMAGE1_NAME",
}


class Aws:
    """Answers as AWS does and remembers what it was asked."""

    def __init__(self, status: str = "Succeeded", denies: str = "") -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._status = status
        self._denies = denies
        shape = SimpleNamespace(members={"family": 0, "containerDefinitions": 0})
        model = SimpleNamespace(operation_model=lambda _: SimpleNamespace(input_shape=shape))
        self.meta = SimpleNamespace(service_model=model)

    def __getattr__(self, name: str) -> Any:
        def call(**request: Any) -> dict[str, Any]:
            self.calls.append((name, request))
            if name == self._denies:
                raise ClientError(
                    {"Error": {"Code": "AccessDeniedException", "Message": "not authorized"}}, name
                )
            info = {"status": self._status, "deploymentConfigName": "config"}
            info["errorInformation"] = {"code": "TIMEOUT", "message": "never healthy"}
            return {
                "register_task_definition": {
                    "taskDefinition": {"taskDefinitionArn": "arn:task-definition/web:4"}
                },
                "create_deployment": {"deploymentId": "d-1"},
                "get_deployment": {"deploymentInfo": info},
            }.get(name, {})

        return call

    def request(self, name: str) -> dict[str, Any]:
        return next(request for called, request in self.calls if called == name)


def work(aws: Aws, files: dict[str, str] | None = None, **configuration: str) -> Any:
    archive = zipped({name: text.encode() for name, text in (FILES if files is None else files).items()})
    return SimpleNamespace(
        configuration={k: v for k, v in {**CONFIGURATION, **configuration}.items() if v},
        inputs={"Built": None},
        read=lambda _: archive,
        client=lambda _: aws,
        console=lambda service, path: f"https://{service}/{path}",
        progress=lambda *_: None,
        wait=lambda: None,
    )


def test_placeholders_are_filled_and_the_deployment_is_created_with_the_new_revision():
    aws = Aws()
    outcome = CodeDeployToEcs().run(work(aws))
    assert aws.request("register_task_definition") == {
        "family": "web",
        "containerDefinitions": [{"image": "repo@sha256:1"}],
    }
    revision = aws.request("create_deployment")["revision"]
    assert revision["appSpecContent"]["content"] == "TaskDefinition: arn:task-definition/web:4"
    assert (outcome.external_id, outcome.summary) == ("d-1", "Deployment Succeeded")
    # Exactly the calls that the role needs a permission for.
    assert {name for name, _ in aws.calls} == {
        "register_task_definition",
        "get_application",
        "register_application_revision",
        "get_application_revision",
        "create_deployment",
        "get_deployment",
        "get_deployment_config",
    }


def test_failed_deployment_fails_the_action_with_its_code():
    with pytest.raises(ActionFailedError) as caught:
        CodeDeployToEcs().run(work(Aws(status="Failed")))
    assert caught.value.code == "JobFailed"
    assert caught.value.message == "Deployment d-1 failed. Error code: TIMEOUT; Error message: never healthy"


def test_missing_permission_is_told_as_one():
    with pytest.raises(
        ActionFailedError, match="does not have sufficient permissions to access Amazon ECS"
    ) as caught:
        CodeDeployToEcs().run(work(Aws(denies="register_task_definition")))
    assert caught.value.code == "PermissionError"


BIG = {**FILES, "big": "".join(json.dumps(number) for number in range(2_000_000))}


@pytest.mark.parametrize(
    ("files", "configuration", "words"),
    [
        ({**FILES, "taskdef.json": "{"}, {}, "task definition template is not valid JSON"),
        ({**FILES, "imageDetail.json": "{}"}, {}, "read the image artifact file from the artifact: Built"),
        (
            {"taskdef.json": TASKDEF},
            {},
            "Exception while trying to read the appspec artifact file from: Built",
        ),
        (
            FILES,
            {"TaskDefinitionTemplatePath": "deploy/taskdef.json"},
            "There is no file deploy/taskdef.json",
        ),
        (FILES, {"AppSpecTemplateArtifact": "Code"}, "from: Code. It is not an input artifact"),
        (FILES, {"Image1ContainerName": ""}, "is missing 'Image1ContainerName' configuration"),
        (BIG, {}, "the maximum artifact size is always 3 MB"),
    ],
)
def test_artifact_that_cannot_be_deployed_fails_before_anything_is_called(
    files: dict[str, str], configuration: dict[str, str], words: str
):
    aws = Aws()
    with pytest.raises(ActionFailedError, match=words) as caught:
        CodeDeployToEcs().run(work(aws, files, **configuration))
    assert caught.value.code == "ConfigurationError"
    assert aws.calls == []
