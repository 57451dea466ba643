import pytest
from aws_cdk.assertions import Match

from shipway.constructs import TrafficShift


def test_the_service_is_under_codedeploy_and_stands_on_blue(template, rendered, of_type):
    template.has_resource_properties(
        "AWS::ECS::Service",
        {
            "DeploymentController": {"Type": "CODE_DEPLOY"},
            "LaunchType": "FARGATE",
            "LoadBalancers": [
                {"ContainerName": "app", "ContainerPort": 8080, "TargetGroupArn": Match.any_value()}
            ],
            "TaskDefinition": "hello-task-dev",  # the family: CodeDeploy moves the revision
            "NetworkConfiguration": {
                "AwsvpcConfiguration": Match.object_like({"AssignPublicIp": "DISABLED"})
            },
        },
    )
    (service,) = of_type(rendered, "AWS::ECS::Service").values()
    assert "Blue" in service["LoadBalancers"][0]["TargetGroupArn"]
    assert "DeploymentCircuitBreaker" not in service["DeploymentConfiguration"]


def test_production_forwards_to_blue_and_test_to_green(rendered, of_type):
    listeners = of_type(rendered, "AWS::ElasticLoadBalancingV2::Listener").values()
    targets = {listener["Port"]: listener["DefaultActions"][0]["TargetGroupArn"] for listener in listeners}
    assert set(targets) == {80, 8080}
    assert "Blue" in targets[80]
    assert "Green" in targets[8080]


def test_both_target_groups_take_addresses_on_the_containers_port(rendered, of_type):
    groups = list(of_type(rendered, "AWS::ElasticLoadBalancingV2::TargetGroup").values())
    assert [group["Name"] for group in groups] == ["hello-blue-dev", "hello-green-dev"]
    for group in groups:
        assert (group["TargetType"], group["Port"], group["HealthCheckPath"]) == ("ip", 8080, "/health")
        assert {"Key": "deregistration_delay.timeout_seconds", "Value": "30"} in group[
            "TargetGroupAttributes"
        ]


def test_the_deployment_group_owns_both_groups_and_listeners(rendered, of_type):
    (group,) = of_type(rendered, "AWS::CodeDeploy::DeploymentGroup").values()
    (pair,) = group["LoadBalancerInfo"]["TargetGroupPairInfoList"]
    assert ["Blue" in pair["TargetGroups"][0]["Name"], "Green" in pair["TargetGroups"][1]["Name"]] == [
        True,
        True,
    ]
    assert "Production" in pair["ProdTrafficRoute"]["ListenerArns"][0]
    assert "Test" in pair["TestTrafficRoute"]["ListenerArns"][0]
    assert group["DeploymentStyle"] == {
        "DeploymentType": "BLUE_GREEN",
        "DeploymentOption": "WITH_TRAFFIC_CONTROL",
    }


def test_a_failed_stopped_or_alarming_deployment_rolls_back(rendered, of_type):
    (group,) = of_type(rendered, "AWS::CodeDeploy::DeploymentGroup").values()
    assert group["AutoRollbackConfiguration"] == {
        "Enabled": True,
        "Events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST", "DEPLOYMENT_STOP_ON_ALARM"],
    }
    alarms = {f"${{{name}}}" for name in of_type(rendered, "AWS::CloudWatch::Alarm")}
    assert {alarm["Name"] for alarm in group["AlarmConfiguration"]["Alarms"]} == alarms
    assert group["AlarmConfiguration"]["Enabled"] is True


def test_alarms_watch_both_colours(rendered, of_type):
    alarms = of_type(rendered, "AWS::CloudWatch::Alarm").values()
    watched = {
        (alarm["MetricName"], "Blue" in str(alarm["Dimensions"]), alarm["TreatMissingData"])
        for alarm in alarms
    }
    assert watched == {
        (metric, blue, "notBreaching")
        for metric in ("HTTPCode_Target_5XX_Count", "UnHealthyHostCount")
        for blue in (True, False)
    }
    assert {alarm["Namespace"] for alarm in alarms} == {"AWS/ApplicationELB"}


def test_blue_is_kept_for_a_while(rendered, of_type):
    (group,) = of_type(rendered, "AWS::CodeDeploy::DeploymentGroup").values()
    assert group["BlueGreenDeploymentConfiguration"]["TerminateBlueInstancesOnDeploymentSuccess"] == {
        "Action": "TERMINATE",
        "TerminationWaitTimeInMinutes": 5,
    }


@pytest.mark.parametrize(
    ("shift", "name"),
    [
        (None, "CodeDeployDefault.ECSCanary10Percent5Minutes"),
        (TrafficShift.all_at_once(), "CodeDeployDefault.ECSAllAtOnce"),
        (TrafficShift.linear(percent=10, minutes=3), "CodeDeployDefault.ECSLinear10PercentEvery3Minutes"),
    ],
)
def test_a_shift_that_aws_provides_goes_by_its_name(synth, of_type, shift, name):
    document = synth(traffic_shift=shift)
    (group,) = of_type(document, "AWS::CodeDeploy::DeploymentGroup").values()
    assert group["DeploymentConfigName"] == name
    assert f"deploymentconfig:{name}" in str(document)


def test_any_other_shift_is_declared(synth, of_type):
    document = synth(traffic_shift=TrafficShift.canary(percent=25, minutes=2))
    ((config_id, config),) = of_type(document, "AWS::CodeDeploy::DeploymentConfig").items()
    assert config["TrafficRoutingConfig"] == {
        "Type": "TimeBasedCanary",
        "TimeBasedCanary": {"CanaryInterval": 2, "CanaryPercentage": 25},
    }
    (group,) = of_type(document, "AWS::CodeDeploy::DeploymentGroup").values()
    assert group["DeploymentConfigName"] == {"Ref": config_id}


def test_only_the_balancer_reaches_the_tasks(rendered, of_type):
    ((_, ingress),) = of_type(rendered, "AWS::EC2::SecurityGroupIngress").items()
    assert "LoadBalancerSecurityGroup" in ingress["SourceSecurityGroupId"]
    assert (ingress["FromPort"], ingress["ToPort"]) == (8080, 8080)
    (tasks,) = (
        group
        for name, group in of_type(rendered, "AWS::EC2::SecurityGroup").items()
        if f"${{{name}.GroupId}}" == ingress["GroupId"]
    )
    assert "SecurityGroupIngress" not in tasks


def test_the_test_listener_is_not_open_to_the_world(rendered, of_type):
    rules = [
        rule
        for group in of_type(rendered, "AWS::EC2::SecurityGroup").values()
        for rule in group.get("SecurityGroupIngress", [])
    ]
    assert {(rule["FromPort"], "Vpc" in rule["CidrIp"]) for rule in rules} == {(80, False), (8080, True)}


def test_the_network_has_two_zones_and_no_function_of_its_own(template):
    template.resource_count_is("AWS::EC2::Subnet", 4)
    template.resource_count_is("AWS::EC2::NatGateway", 2)
    template.has_resource_properties("AWS::EC2::VPCEndpoint", {"VpcEndpointType": "Gateway"})
    template.resource_count_is("AWS::Lambda::Function", 1)  # the one that empties the bucket
