"""Blue/green deployments of a service whose tasks really run, behind a balancer that really routes."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError


def test_canary_moves_traffic_in_two_steps_and_leaves_only_green(stage: Any) -> None:
    # Twenty AWS minutes at half the traffic are two seconds of this cloud: time enough to look.
    stage.codedeploy.create_deployment_config(
        deploymentConfigName=stage.name,
        computePlatform="ECS",
        trafficRoutingConfig={
            "type": "TimeBasedCanary",
            "timeBasedCanary": {"canaryPercentage": 50, "canaryInterval": 20},
        },
    )
    stage.create_group(deploymentConfigName=stage.name)
    deployment = stage.deploy(stage.define("green"))
    stage.eventually(lambda: stage.weights(stage.production) == {"blue": 50, "green": 50}, timeout=30)
    assert stage.ask(10) == {"blue": 5, "green": 5}
    assert stage.ask(2, stage.test) == {"green": 2}
    weights = {
        each["taskSetLabel"]: each["trafficWeight"] for each in stage.target(deployment)["taskSetsInfo"]
    }
    assert weights == {"Blue": 50.0, "Green": 50.0}
    info = stage.ends(deployment, "Succeeded")
    assert stage.weights(stage.production) == {"blue": 0, "green": 100}
    assert stage.ask(10) == {"green": 10}
    assert set(stage.events(deployment).values()) == {"Succeeded"}
    assert info["deploymentOverview"]["Succeeded"] == 1
    stage.eventually(lambda: len(stage.task_sets()) == 1)
    (left,) = stage.task_sets()
    assert (left["status"], left["externalId"]) == ("PRIMARY", deployment)
    group = stage.codedeploy.get_deployment_group(applicationName=stage.name, deploymentGroupName=stage.name)
    assert group["deploymentGroupInfo"]["lastSuccessfulDeployment"]["deploymentId"] == deployment

    again = stage.deploy(
        stage.define("blue again"), deploymentConfigName="CodeDeployDefault.ECSLinear10PercentEvery1Minutes"
    )
    stage.ends(again, "Succeeded")
    assert stage.weights(stage.production) == {"blue": 100, "green": 0}
    assert stage.ask(5) == {"blue again": 5}


def test_tasks_that_never_become_healthy_fail_the_deployment_and_blue_keeps_serving(stage: Any) -> None:
    stage.create_group()
    deployment = stage.deploy(stage.define("red", status=503))
    info = stage.ends(deployment, "Failed")
    assert info["errorInformation"] == {
        "code": "TIMEOUT",
        "message": "The deployment timed out while waiting for the replacement task set to become healthy. "
        "This time out period is 60 minutes.",
    }
    rollback = stage.ends(info["rollbackInfo"]["rollbackDeploymentId"], "Succeeded")
    assert rollback["creator"] == "codeDeployRollback"
    assert rollback["rollbackInfo"]["rollbackTriggeringDeploymentId"] == deployment
    statuses = stage.events(deployment)
    assert (statuses["BeforeInstall"], statuses["Install"]) == ("Succeeded", "Failed")
    assert statuses["AllowTraffic"] == "Skipped"
    assert stage.weights(stage.production) == {"blue": 100, "green": 0}
    assert stage.ask(5) == {"blue": 5}
    stage.eventually(lambda: len(stage.task_sets()) == 1)
    assert stage.task_sets()[0]["status"] == "PRIMARY"


@pytest.mark.parametrize("roll_back", [True, False])
def test_stop_during_the_shift(stage: Any, *, roll_back: bool) -> None:
    stage.codedeploy.create_deployment_config(
        deploymentConfigName=stage.name,
        computePlatform="ECS",
        trafficRoutingConfig={
            "type": "TimeBasedCanary",
            "timeBasedCanary": {"canaryPercentage": 10, "canaryInterval": 1000},
        },
    )
    stage.create_group(deploymentConfigName=stage.name)
    deployment = stage.deploy(stage.define("green"))
    stage.eventually(lambda: stage.weights(stage.production) == {"blue": 90, "green": 10}, timeout=30)
    with pytest.raises(ClientError, match=f"already has an active Deployment '{deployment}'"):
        stage.deploy(stage.define("other"))
    stage.codedeploy.stop_deployment(deploymentId=deployment, autoRollbackEnabled=roll_back)
    info = stage.ends(deployment, "Stopped")
    assert info["errorInformation"]["code"] == "MANUAL_STOP"
    if roll_back:
        stage.ends(info["rollbackInfo"]["rollbackDeploymentId"], "Succeeded")
        assert stage.weights(stage.production) == {"blue": 100, "green": 0}
        assert stage.weights(stage.test) == {"blue": 100, "green": 0}
    else:
        assert "rollbackInfo" not in info
        assert stage.weights(stage.production) == {"blue": 90, "green": 10}
        assert len(stage.task_sets()) == 2


def test_alarm_stops_and_rolls_back_even_after_all_traffic_has_moved(stage: Any) -> None:
    keep = {
        "deploymentReadyOption": {"actionOnTimeout": "CONTINUE_DEPLOYMENT"},
        "terminateBlueInstancesOnDeploymentSuccess": {
            "action": "TERMINATE",
            "terminationWaitTimeInMinutes": 1000,
        },
    }
    stage.create_group(
        blueGreenDeploymentConfiguration=keep, deploymentConfigName="CodeDeployDefault.ECSAllAtOnce"
    )
    alarm = {
        "AlarmName": f"{stage.name}-errors",
        "Namespace": "Test",
        "MetricName": "Errors",
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanThreshold",
    }
    cloudwatch = stage.client("cloudwatch")
    cloudwatch.put_metric_alarm(**alarm, TreatMissingData="notBreaching")
    deployment = stage.deploy(stage.define("green"))
    stage.eventually(lambda: stage.info(deployment)["instanceTerminationWaitTimeStarted"], timeout=30)
    assert stage.ask(5) == {"green": 5}
    cloudwatch.put_metric_alarm(**alarm, TreatMissingData="breaching")
    info = stage.ends(deployment, "Stopped")
    assert info["errorInformation"]["code"] == "ALARM_ACTIVE"
    stage.ends(info["rollbackInfo"]["rollbackDeploymentId"], "Succeeded")
    assert stage.ask(5) == {"blue": 5}
    stage.eventually(lambda: len(stage.task_sets()) == 1)
    assert stage.task_sets()[0]["status"] == "PRIMARY"
    assert "externalId" not in stage.task_sets()[0] or stage.task_sets()[0]["externalId"] != deployment


def test_ready_deployment_waits_for_continue_and_termination_can_be_cut_short(stage: Any) -> None:
    options = {
        "deploymentReadyOption": {"actionOnTimeout": "STOP_DEPLOYMENT", "waitTimeInMinutes": 1000},
        "terminateBlueInstancesOnDeploymentSuccess": {
            "action": "TERMINATE",
            "terminationWaitTimeInMinutes": 1000,
        },
    }
    stage.create_group(
        blueGreenDeploymentConfiguration=options, deploymentConfigName="CodeDeployDefault.ECSAllAtOnce"
    )
    deployment = stage.deploy(stage.define("green"))
    stage.eventually(lambda: stage.info(deployment)["status"] == "Ready", timeout=30)
    assert (stage.ask(2), stage.ask(2, stage.test)) == ({"blue": 2}, {"green": 2})
    with pytest.raises(ClientError, match="InvalidDeploymentStatusException"):
        stage.codedeploy.continue_deployment(deploymentId=deployment, deploymentWaitType="TERMINATION_WAIT")
    stage.codedeploy.continue_deployment(deploymentId=deployment, deploymentWaitType="READY_WAIT")
    stage.eventually(lambda: stage.info(deployment)["instanceTerminationWaitTimeStarted"], timeout=30)
    assert stage.ask(2) == {"green": 2}
    stage.codedeploy.continue_deployment(deploymentId=deployment, deploymentWaitType="TERMINATION_WAIT")
    stage.ends(deployment, "Succeeded")


@pytest.mark.parametrize(("listener", "rolls_back"), [("production", False), ("test", True)])
def test_listener_that_leads_elsewhere_fails_with_awss_words(
    idle: Any, listener: str, *, rolls_back: bool
) -> None:
    idle.create_group()
    vpc = idle.elb.describe_target_groups(TargetGroupArns=[idle.groups["blue"]])["TargetGroups"][0]["VpcId"]
    other = idle.elb.create_target_group(
        Name=f"{idle.name}-other", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    idle.elb.modify_listener(
        ListenerArn=getattr(idle, listener), DefaultActions=[{"Type": "forward", "TargetGroupArn": other}]
    )
    info = idle.ends(idle.deploy(idle.define("green")), "Failed")
    assert info["errorInformation"]["code"] == "ELASTIC_LOAD_BALANCING_INVALID"
    assert "Primary taskset target group must be behind listener" in info["errorInformation"]["message"]
    # Without a green task set there is nothing to go back from.
    assert ("rollbackInfo" in info) == rolls_back
    if rolls_back:
        idle.ends(info["rollbackInfo"]["rollbackDeploymentId"], "Succeeded")


@pytest.mark.parametrize(
    ("content", "code"),
    [("just text", "INVALID_REVISION"), (None, "ECS_UPDATE_ERROR")],
)
def test_revision_that_cannot_be_deployed_fails(idle: Any, content: str | None, code: str) -> None:
    idle.create_group()
    text = content or idle.app_spec(f"{idle.name}:99")
    revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": text}}
    deployment = idle.codedeploy.create_deployment(
        applicationName=idle.name, deploymentGroupName=idle.name, revision=revision
    )["deploymentId"]
    info = idle.ends(deployment, "Failed")
    assert info["errorInformation"]["code"] == code
    assert "rollbackInfo" not in info
    assert len(idle.task_sets()) == 1


def test_events_tell_start_and_failure(idle: Any) -> None:
    events, sqs = idle.client("events"), idle.client("sqs")
    queue = sqs.create_queue(QueueName=idle.name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": ["aws.codedeploy"], "detail": {"application": [idle.name]}}
    events.put_rule(Name=idle.name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=idle.name, Targets=[{"Id": "q", "Arn": arn}])
    idle.create_group()
    revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": "nothing"}}
    deployment = idle.codedeploy.create_deployment(
        applicationName=idle.name, deploymentGroupName=idle.name, revision=revision
    )["deploymentId"]
    heard: dict[str, Any] = {}

    def all_heard() -> bool:
        for message in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
            event = json.loads(message["Body"])
            heard[event["detail"]["state"]] = event
        return set(heard) == {"START", "FAILURE"}

    idle.eventually(all_heard)
    event = heard["FAILURE"]
    assert event["detail-type"] == "CodeDeploy Deployment State-change Notification"
    assert event["detail"]["deploymentId"] == deployment
    assert event["detail"]["deploymentGroup"] == idle.name
    prefix = f"arn:aws:codedeploy:{idle.cloud.region}:{idle.cloud.account}"
    assert f"{prefix}:deploymentgroup:{idle.name}/{idle.name}" in event["resources"]


def test_group_of_a_service_with_another_controller_is_refused(idle: Any) -> None:
    idle.ecs.create_service(
        cluster=idle.name,
        serviceName="rolling",
        taskDefinition=idle.define("x"),
        desiredCount=0,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": idle.subnets}},
    )
    service = [{"clusterName": idle.name, "serviceName": "rolling"}]
    with pytest.raises(ClientError, match="must be configured for a CODE_DEPLOY deployment controller"):
        idle.create_group(ecsServices=service)
    idle.ecs.delete_service(cluster=idle.name, service="rolling", force=True)


def test_invented_configuration_is_refused(idle: Any) -> None:
    with pytest.raises(ClientError, match="No deployment configuration found for name: Mine"):
        idle.create_group(deploymentConfigName="Mine")


def test_platform_that_is_not_emulated_refuses_to_deploy_and_says_so(idle: Any) -> None:
    name = f"{idle.name}-server"
    idle.codedeploy.create_application(applicationName=name, computePlatform="Server")
    idle.codedeploy.create_deployment_group(
        applicationName=name, deploymentGroupName=name, serviceRoleArn=idle.roles["deploy"]
    )
    with pytest.raises(ClientError, match="does not emulate deployments on Server"):
        idle.codedeploy.create_deployment(
            applicationName=name,
            deploymentGroupName=name,
            revision={"revisionType": "S3", "s3Location": {"bucket": "b", "key": "k"}},
        )
    what = "CodeDeploy deployment on Server"
    assert any(entry["what"] == what for entry in idle.cloud.control("ledger")["entries"])
