"""A pipeline that builds and hands over to CodeDeploy: what one push travels through."""

import io
import json
import zipfile
from typing import Any

import pytest

BUILDSPEC = """
version: 0.2
env:
  exported-variables: [WHO]
phases:
  build:
    commands:
      - export WHO="$GREETING"
      - cp -r deploy/. .
artifacts:
  files: [taskdef.json, appspec.yaml, imageDetail.json]
"""
APPSPEC = """
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: <TASK_DEFINITION>
        LoadBalancerInfo:
          ContainerName: web
          ContainerPort: 8080
"""


@pytest.fixture
def deliver(stage: Any) -> Any:
    """Run a pipeline over these files; its execution's status and the details of its actions by name."""
    name = stage.name
    s3, pipelines = stage.client("s3"), stage.client("codepipeline")
    for bucket in (f"{name}-source", f"{name}-store"):
        s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=f"{name}-source", VersioningConfiguration={"Status": "Enabled"})
    stage.client("codebuild").create_project(
        name=name,
        source={"type": "CODEPIPELINE"},
        artifacts={"type": "CODEPIPELINE"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
        },
        serviceRole=stage.roles["pipeline"],
    )
    stage.create_group()

    def action(label: str, kind: str, inputs: list[str], outputs: list[str], **settings: str) -> Any:
        category, provider = kind.split("/")
        return {
            "name": label,
            "namespace": label,
            "actionTypeId": {"category": category, "owner": "AWS", "provider": provider, "version": "1"},
            "configuration": settings,
            "inputArtifacts": [{"name": each} for each in inputs],
            "outputArtifacts": [{"name": each} for each in outputs],
        }

    def run(files: dict[str, str]) -> tuple[str, dict[str, Any]]:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for path, text in files.items():
                archive.writestr(path, text)
        s3.put_object(Bucket=f"{name}-source", Key="app.zip", Body=buffer.getvalue())
        greeting = json.dumps([{"name": "GREETING", "value": "v-#{Fetch.VersionId}"}])
        fetch = action(
            "Fetch",
            "Source/S3",
            [],
            ["Code"],
            S3Bucket=f"{name}-source",
            S3ObjectKey="app.zip",
            PollForSourceChanges="false",
        )
        build = action(
            "Build", "Build/CodeBuild", ["Code"], ["Built"], ProjectName=name, EnvironmentVariables=greeting
        )
        deploy = action(
            "Deploy",
            "Deploy/CodeDeployToECS",
            ["Built"],
            [],
            ApplicationName=name,
            DeploymentGroupName=name,
            TaskDefinitionTemplateArtifact="Built",
            AppSpecTemplateArtifact="Built",
            Image1ArtifactName="Built",
            Image1ContainerName="IMAGE1_NAME",
        )
        pipelines.create_pipeline(
            pipeline={
                "name": name,
                "roleArn": stage.roles["pipeline"],
                "artifactStore": {"type": "S3", "location": f"{name}-store"},
                "stages": [{"name": a["name"], "actions": [a]} for a in (fetch, build, deploy)],
            }
        )

        def status() -> Any:
            (execution,) = pipelines.list_pipeline_executions(pipelineName=name)["pipelineExecutionSummaries"]
            return execution["status"] != "InProgress" and execution["status"]

        ended = stage.eventually(status, timeout=90)
        details = pipelines.list_action_executions(pipelineName=name)["actionExecutionDetails"]
        return ended, {each["actionName"]: each for each in details}

    return run


def files(stage: Any, buildspec: str = BUILDSPEC) -> dict[str, str]:
    """The source of a service whose container answers ``green``."""
    definition = stage.ecs.describe_task_definition(taskDefinition=stage.define("green"))["taskDefinition"]
    (container,) = definition["containerDefinitions"]
    image, container["image"] = container["image"], "<IMAGE1_NAME>"
    return {
        "buildspec.yml": buildspec,
        "deploy/taskdef.json": json.dumps(definition, default=str),
        "deploy/appspec.yaml": APPSPEC,
        "deploy/imageDetail.json": json.dumps({"ImageURI": image}),
    }


def test_source_build_and_deployment_end_with_green_serving(stage: Any, deliver: Any) -> None:
    status, actions = deliver(files(stage))
    failures = {n: a["output"]["executionResult"].get("errorDetails") for n, a in actions.items()}
    assert status == "Succeeded", failures
    assert stage.ask(3) == {"green": 3}
    version = actions["Fetch"]["output"]["outputVariables"]["VersionId"]
    assert actions["Build"]["output"]["outputVariables"] == {"WHO": f"v-{version}"}
    deployment = actions["Deploy"]["output"]["executionResult"]["externalExecutionId"]
    assert stage.info(deployment)["status"] == "Succeeded"
    assert (
        actions["Deploy"]["output"]["executionResult"]["externalExecutionSummary"] == "Deployment Succeeded"
    )


def test_build_that_fails_ends_the_pipeline_before_anything_is_deployed(stage: Any, deliver: Any) -> None:
    failing = BUILDSPEC.replace("cp -r deploy/. .", "exit 3")
    status, actions = deliver(files(stage, failing))
    assert status == "Failed"
    error = actions["Build"]["output"]["executionResult"]["errorDetails"]
    assert error["code"] == "JobFailed"
    assert error["message"].startswith("Build terminated with state: FAILED. Phase: BUILD, Code: COMMAND")
    assert "Deploy" not in actions
    assert stage.ask(2) == {"blue": 2}
