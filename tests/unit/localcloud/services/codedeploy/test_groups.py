from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from shipway.localcloud.services.codedeploy.configs import PREDEFINED
from shipway.localcloud.services.codedeploy.groups import Application, Group, check_ecs
from shipway.localcloud.wire import ServiceError

LISTENER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/lb/1/2"
GOOD: dict[str, Any] = {
    "serviceRoleArn": "arn:aws:iam::123456789012:role/deploy",
    "deploymentConfigName": "CodeDeployDefault.ECSCanary10Percent5Minutes",
    "deploymentStyle": {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
    "ecsServices": [{"clusterName": "c", "serviceName": "s"}],
    "blueGreenDeploymentConfiguration": {
        "deploymentReadyOption": {"actionOnTimeout": "CONTINUE_DEPLOYMENT"},
        "terminateBlueInstancesOnDeploymentSuccess": {
            "action": "TERMINATE",
            "terminationWaitTimeInMinutes": 5,
        },
    },
    "loadBalancerInfo": {
        "targetGroupPairInfoList": [
            {
                "targetGroups": [{"name": "blue"}, {"name": "green"}],
                "prodTrafficRoute": {"listenerArns": [LISTENER]},
                "testTrafficRoute": {"listenerArns": [LISTENER + "test"]},
            }
        ]
    },
    "alarmConfiguration": {"enabled": True, "alarms": [{"name": "errors"}]},
    "autoRollbackConfiguration": {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]},
}
CANARY = PREDEFINED["CodeDeployDefault.ECSCanary10Percent5Minutes"]


def test_good_group_becomes_what_a_deployment_needs():
    check_ecs(GOOD, CANARY)
    application = Application("a", "ECS", datetime(2026, 1, 1, tzinfo=UTC))
    group = Group(application, "g", GOOD).ecs({})
    assert group.target_groups == ("blue", "green")
    assert (group.listener, group.test_listener) == (LISTENER, LISTENER + "test")
    assert (group.ready_wait, group.termination_wait) == (0, 5)
    assert group.alarms == ("errors",)
    assert group.rollback == {"DEPLOYMENT_FAILURE"}
    other = Group(application, "g", GOOD).ecs({"alarmConfiguration": {"enabled": False}})
    assert other.alarms == ()


def pair(raw: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = raw["loadBalancerInfo"]["targetGroupPairInfoList"][0]
    return found


def wait(raw: dict[str, Any], **option: Any) -> None:
    raw["blueGreenDeploymentConfiguration"]["deploymentReadyOption"] = option


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda g: g.pop("deploymentStyle"), "InvalidDeploymentStyleException"),
        (
            lambda g: g["deploymentStyle"].update(deploymentOption="WITHOUT_TRAFFIC_CONTROL"),
            "InvalidDeploymentStyleException",
        ),
        (lambda g: g.update(ecsServices=[]), "InvalidECSServiceException"),
        (
            lambda g: g.pop("blueGreenDeploymentConfiguration"),
            "InvalidBlueGreenDeploymentConfigurationException",
        ),
        (
            lambda g: wait(g, actionOnTimeout="CONTINUE_DEPLOYMENT", waitTimeInMinutes=5),
            "InvalidBlueGreenDeploymentConfigurationException",
        ),
        (
            lambda g: wait(g, actionOnTimeout="STOP_DEPLOYMENT", waitTimeInMinutes=7201),
            "InvalidBlueGreenDeploymentConfigurationException",
        ),
        (
            lambda g: g["blueGreenDeploymentConfiguration"][
                "terminateBlueInstancesOnDeploymentSuccess"
            ].update(terminationWaitTimeInMinutes=2881),
            "InvalidBlueGreenDeploymentConfigurationException",
        ),
        (lambda g: g.pop("loadBalancerInfo"), "InvalidLoadBalancerInfoException"),
        (lambda g: pair(g).update(targetGroups=[{"name": "blue"}] * 2), "InvalidTargetGroupPairException"),
        (lambda g: pair(g).pop("prodTrafficRoute"), "InvalidTargetGroupPairException"),
        (
            lambda g: pair(g).update(prodTrafficRoute={"listenerArns": [LISTENER.replace("/app/", "/net/")]}),
            "InvalidTrafficRoutingConfigurationException",
        ),
        (lambda g: g["alarmConfiguration"].update(alarms=[]), "InvalidAlarmConfigException"),
        (lambda g: g["autoRollbackConfiguration"].update(events=[]), "InvalidAutoRollbackConfigException"),
    ],
)
def test_what_aws_refuses_is_refused(change: Any, code: str):
    raw = deepcopy(GOOD)
    change(raw)
    with pytest.raises(ServiceError) as caught:
        check_ecs(raw, CANARY)
    assert caught.value.code == code


def test_configuration_of_another_platform_is_refused():
    with pytest.raises(ServiceError, match="Lambda, not ECS"):
        check_ecs(GOOD, PREDEFINED["CodeDeployDefault.LambdaAllAtOnce"])
