from typing import Any

import pytest
from botocore.exceptions import ClientError

PRINTER = "import os; print('\\n'.join(f'{k}={v}' for k, v in os.environ.items()), flush=True)"


def run(site: Any, definition: str, **more: Any) -> str:
    answer = site.ecs.run_task(
        cluster=site.name,
        taskDefinition=definition,
        launchType="FARGATE",
        networkConfiguration=site.network,
        **more,
    )
    return str(answer["tasks"][0]["taskArn"])


def described(site: Any, arn: str) -> dict[str, Any]:
    return dict(site.ecs.describe_tasks(cluster=site.name, tasks=[arn])["tasks"][0])


def stopped(site: Any, eventually: Any, arn: str) -> dict[str, Any]:
    return dict(eventually(lambda: (task := described(site, arn))["lastStatus"] == "STOPPED" and task))


def test_a_task_acts_as_its_role_and_knows_its_secrets(site: Any, eventually: Any) -> None:
    ssm, manager = site.ground.clients["ssm"], site.ground.clients["secretsmanager"]
    ssm.put_parameter(Name=f"/{site.name}/token", Value="t0k3n", Type="SecureString")
    secret = manager.create_secret(Name=site.name, SecretString='{"user": "u1"}')["ARN"]
    definition = site.define(
        "blue",
        program=PRINTER,
        secrets=[
            {
                "name": "TOKEN",
                "valueFrom": f"arn:aws:ssm:us-east-1:{site.cloud.account}:parameter/{site.name}/token",
            },
            {"name": "USER_NAME", "valueFrom": f"{secret}:user::"},
        ],
    )
    arn = run(site, definition, overrides={"containerOverrides": [
        {"name": "web", "environment": [{"name": "COLOUR", "value": "overridden"}]}
    ]})  # fmt: skip
    task = stopped(site, eventually, arn)
    assert (task["stopCode"], task["containers"][0]["exitCode"]) == ("EssentialContainerExited", 0)
    assert task["stoppedReason"] == "Essential container in task exited"
    stream = f"ecs/web/{arn.rpartition('/')[2]}"
    events = site.ground.clients["logs"].get_log_events(logGroupName=site.name, logStreamName=stream)[
        "events"
    ]
    seen = dict(event["message"].split("=", 1) for event in events if "=" in event["message"])
    assert (seen["TOKEN"], seen["USER_NAME"], seen["COLOUR"]) == ("t0k3n", "u1", "overridden")
    assert seen["AWS_EXECUTION_ENV"] == "AWS_ECS_FARGATE"
    identity = site.cloud.client("sts", account=seen["AWS_ACCESS_KEY_ID"]).get_caller_identity()
    assert "assumed-role/ecs-tests-task/" in identity["Arn"]


def test_a_task_stands_in_its_subnet(site: Any, eventually: Any) -> None:
    arn = run(site, site.define("blue"))
    task = eventually(lambda: (found := described(site, arn))["lastStatus"] == "RUNNING" and found)
    details = {item["name"]: item["value"] for item in task["attachments"][0]["details"]}
    assert details["subnetId"] in site.ground.subnets
    assert details["privateIPv4Address"].startswith("10.1.")
    stream = f"ecs/web/{arn.rpartition('/')[2]}"
    logs = site.ground.clients["logs"]
    eventually(lambda: logs.get_log_events(logGroupName=site.name, logStreamName=stream)["events"])
    site.ecs.stop_task(cluster=site.name, task=arn, reason="enough")
    ended = stopped(site, eventually, arn)
    assert (ended["stopCode"], ended["stoppedReason"]) == ("UserInitiated", "enough")
    assert ended["containers"][0]["exitCode"] == 0


@pytest.mark.parametrize(
    ("container", "reason"),
    [
        (
            {"image": "{account}.dkr.ecr.us-east-1.amazonaws.com/nothing:1"},
            "CannotPullContainerError: pull image manifest has been retried 1 time(s)",
        ),
        (
            {"secrets": [{"name": "A", "valueFrom": "/no/such/parameter"}]},
            "ResourceInitializationError: unable to pull secrets or registry auth",
        ),
        (
            {
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {
                        "awslogs-group": "/no/such/group",
                        "awslogs-region": "us-east-1",
                        "awslogs-stream-prefix": "x",
                    },
                }
            },
            "ResourceInitializationError: failed to validate logger args",
        ),
        ({"command": ["/no/such/program"]}, "CannotStartContainerError"),
    ],
)
def test_why_a_task_does_not_start(
    site: Any, eventually: Any, container: dict[str, Any], reason: str
) -> None:
    if image := container.get("image"):
        container = {"image": image.format(account=site.cloud.account)}
    task = stopped(site, eventually, run(site, site.define("blue", **container)))
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith(reason)


def test_only_fargate_runs_here_and_it_says_so(site: Any) -> None:
    with pytest.raises(ClientError, match="Fargate tasks only, not EC2"):
        site.ecs.run_task(cluster=site.name, taskDefinition=site.define("blue"), launchType="EC2")


def test_what_is_not_there_is_reported_as_aws_does(site: Any) -> None:
    missing = site.ecs.describe_tasks(cluster=site.name, tasks=["0" * 32])["failures"]
    assert missing[0]["reason"] == "MISSING"
    with pytest.raises(ClientError, match="ClusterNotFoundException"):
        site.ecs.list_tasks(cluster="nowhere")
    with pytest.raises(ClientError, match="Unable to describe task definition"):
        site.ecs.describe_task_definition(taskDefinition="nothing")


def test_revisions_are_never_given_out_twice(site: Any) -> None:
    first = site.define("blue")
    site.ecs.deregister_task_definition(taskDefinition=first)
    assert site.ecs.delete_task_definitions(taskDefinitions=[first])["failures"] == []
    again = site.define("blue")
    assert (first.rpartition(":")[2], again.rpartition(":")[2]) == ("1", "2")
    assert site.ecs.list_task_definitions(familyPrefix=site.name)["taskDefinitionArns"] == [again]
