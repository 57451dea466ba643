"""Lambda functions that judge a deployment."""

import io
import zipfile
from typing import Any

import pytest

FUNCTION = """
import os
import boto3

def handler(event, context):
    codedeploy = boto3.client("codedeploy", endpoint_url=os.environ["CLOUD"], region_name="us-east-1")
    codedeploy.put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"],
        lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status=os.environ["ANSWER"],
    )
"""


@pytest.fixture
def judge(idle: Any) -> Any:
    """Make a function that gives always the same answer; its name."""
    api = idle.client("lambda")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.py", FUNCTION)

    def make(answer: str) -> str:
        name = f"{idle.name}-{answer.lower()}"
        api.create_function(
            FunctionName=name,
            Runtime="python3.12",
            Handler="index.handler",
            Role=idle.roles["tasks"],
            Code={"ZipFile": buffer.getvalue()},
            Timeout=30,
            Environment={"Variables": {"ANSWER": answer, "CLOUD": idle.cloud.endpoint}},
        )
        return name

    return make


def test_hooks_are_asked_in_their_turn_and_the_first_no_ends_the_deployment(idle: Any, judge: Any) -> None:
    idle.create_group()
    hooks = (("BeforeInstall", judge("Succeeded")), ("AfterAllowTestTraffic", judge("Failed")))
    deployment = idle.deploy(idle.define("green"), hooks)
    info = idle.ends(deployment, "Failed")
    assert info["errorInformation"]["code"] == "HOOK_EXECUTION_FAILURE"
    events = idle.events(deployment)
    assert (events["BeforeInstall"], events["AllowTestTraffic"]) == ("Succeeded", "Succeeded")
    assert (events["AfterAllowTestTraffic"], events["AllowTraffic"]) == ("Failed", "Skipped")
    idle.ends(info["rollbackInfo"]["rollbackDeploymentId"], "Succeeded")
    assert idle.weights(idle.test) == {"blue": 100, "green": 0}


def test_function_that_does_not_exist_fails_the_deployment(idle: Any) -> None:
    idle.create_group()
    info = idle.ends(idle.deploy(idle.define("green"), (("BeforeInstall", "nobody"),)), "Failed")
    assert info["errorInformation"]["code"] == "INVALID_LAMBDA_FUNCTION"
