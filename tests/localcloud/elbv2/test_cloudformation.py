"""The types of ELBv2 and ECS in one stack, as a service behind a load balancer needs them."""

import copy
import json
from typing import Any
from uuid import uuid4

import pytest

IMAGE = "public.ecr.aws/docker/library/python:3.12-slim"
TEMPLATE: dict[str, Any] = {
    "Resources": {
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.9.0.0/16"}},
        "Subnet": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.9.0.0/24"},
        },
        "Balancer": {
            "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "Properties": {
                "Scheme": "internal",
                "Type": "application",
                "Subnets": [{"Ref": "Subnet"}],
                "LoadBalancerAttributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "30"}],
                "Tags": [{"Key": "Environment", "Value": "dev"}],
            },
        },
        **{
            colour: {
                "Type": "AWS::ElasticLoadBalancingV2::TargetGroup",
                "Properties": {
                    "Port": 8080,
                    "Protocol": "HTTP",
                    "TargetType": "ip",
                    "VpcId": {"Ref": "Vpc"},
                    "HealthCheckPath": "/",
                    "HealthCheckIntervalSeconds": 10,
                    "Matcher": {"HttpCode": "200"},
                    "TargetGroupAttributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}],
                },
            }
            for colour in ("Blue", "Green")
        },
        "Listener": {
            "Type": "AWS::ElasticLoadBalancingV2::Listener",
            "Properties": {
                "LoadBalancerArn": {"Ref": "Balancer"},
                "Port": 80,
                "Protocol": "HTTP",
                "DefaultActions": [
                    {
                        "Type": "forward",
                        "ForwardConfig": {
                            "TargetGroups": [
                                {"TargetGroupArn": {"Ref": "Blue"}, "Weight": 100},
                                {"TargetGroupArn": {"Ref": "Green"}, "Weight": "0"},
                            ]
                        },
                    }
                ],
            },
        },
        "Rule": {
            "Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
            "Properties": {
                "ListenerArn": {"Ref": "Listener"},
                "Priority": 1,
                "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/teapot"]}}],
                "Actions": [
                    {
                        "Type": "fixed-response",
                        "FixedResponseConfig": {"StatusCode": "418", "ContentType": "text/plain"},
                    }
                ],
            },
        },
        "Cluster": {
            "Type": "AWS::ECS::Cluster",
            "Properties": {"ClusterSettings": [{"Name": "containerInsights", "Value": "enabled"}]},
        },
        "Definition": {
            "Type": "AWS::ECS::TaskDefinition",
            "Properties": {
                "Family": "cfn-web",
                "RequiresCompatibilities": ["FARGATE"],
                "NetworkMode": "awsvpc",
                "Cpu": "256",
                "Memory": "512",
                "ContainerDefinitions": [
                    {
                        "Name": "web",
                        "Image": IMAGE,
                        "Essential": True,
                        "Command": ["python", "-m", "http.server", "8080"],
                        "PortMappings": [{"ContainerPort": 8080, "Protocol": "tcp"}],
                    }
                ],
            },
        },
        "Service": {
            "Type": "AWS::ECS::Service",
            "DependsOn": ["Listener"],
            "Properties": {
                "Cluster": {"Ref": "Cluster"},
                "TaskDefinition": {"Ref": "Definition"},
                "LaunchType": "FARGATE",
                "DesiredCount": 1,
                "DeploymentController": {"Type": "CODE_DEPLOY"},
                "DeploymentConfiguration": {"MinimumHealthyPercent": 100, "MaximumPercent": 200},
                "HealthCheckGracePeriodSeconds": 60,
                "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": [{"Ref": "Subnet"}]}},
                "LoadBalancers": [
                    {"ContainerName": "web", "ContainerPort": 8080, "TargetGroupArn": {"Ref": "Blue"}}
                ],
            },
        },
    },
    "Outputs": {
        "Dns": {"Value": {"Fn::GetAtt": ["Balancer", "DNSName"]}},
        "FullName": {"Value": {"Fn::GetAtt": ["Blue", "TargetGroupFullName"]}},
        "ServiceName": {"Value": {"Fn::GetAtt": ["Service", "Name"]}},
        "ServiceArn": {"Value": {"Ref": "Service"}},
        "Listener": {"Value": {"Ref": "Listener"}},
        "Cluster": {"Value": {"Ref": "Cluster"}},
    },
}


def template(change: Any = None) -> str:
    changed = copy.deepcopy(TEMPLATE)
    if change is not None:
        change(changed["Resources"])
    return json.dumps(changed)


@pytest.fixture
def stack(cloud: Any) -> Any:
    cfn, name = cloud.client("cloudformation"), f"stack{uuid4().hex[:6]}"
    cfn.create_stack(StackName=name, TemplateBody=template())
    cfn.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 40})
    return cfn, name


def outputs(cfn: Any, name: str) -> dict[str, str]:
    (told,) = cfn.describe_stacks(StackName=name)["Stacks"]
    return {item["OutputKey"]: item["OutputValue"] for item in told["Outputs"]}


def test_a_stack_creates_updates_and_leaves_nothing(cloud: Any, stack: Any) -> None:
    cfn, name = stack
    out = outputs(cfn, name)
    ecs, elb = cloud.client("ecs"), cloud.client("elbv2")
    assert out["FullName"].startswith("targetgroup/")
    assert out["Dns"].startswith("internal-")
    assert out["ServiceArn"].endswith(f"service/{out['Cluster']}/{out['ServiceName']}")

    (service,) = ecs.describe_services(cluster=out["Cluster"], services=[out["ServiceArn"]])["services"]
    assert (service["runningCount"], service["deploymentController"]) == (1, {"type": "CODE_DEPLOY"})
    assert service["healthCheckGracePeriodSeconds"] == 60
    (listener,) = elb.describe_listeners(ListenerArns=[out["Listener"]])["Listeners"]
    weights = listener["DefaultActions"][0]["ForwardConfig"]["TargetGroups"]
    assert [item["Weight"] for item in weights] == [100, 0]
    attributes = elb.describe_load_balancer_attributes(LoadBalancerArn=listener["LoadBalancerArn"])
    assert {"Key": "idle_timeout.timeout_seconds", "Value": "30"} in attributes["Attributes"]
    mine = {
        entry["what"]
        for entry in cloud.control("ledger")["entries"]
        if entry["where"] in TEMPLATE["Resources"]
    }
    assert not [what for what in mine if what.startswith(("AWS::ECS", "AWS::ElasticLoadBalancingV2"))]

    def change(resources: dict[str, Any]) -> None:
        resources["Service"]["Properties"]["DesiredCount"] = 2
        resources["Rule"]["Properties"]["Priority"] = 7
        resources["Blue"]["Properties"]["HealthCheckIntervalSeconds"] = 15

    cfn.update_stack(StackName=name, TemplateBody=template(change))
    cfn.get_waiter("stack_update_complete").wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 40})
    assert outputs(cfn, name) == out
    (service,) = ecs.describe_services(cluster=out["Cluster"], services=[out["ServiceArn"]])["services"]
    assert service["runningCount"] == 2
    rules = elb.describe_rules(ListenerArn=out["Listener"])["Rules"]
    assert [rule["Priority"] for rule in rules] == ["7", "default"]

    cfn.delete_stack(StackName=name)
    cfn.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 40})
    assert out["Cluster"] not in str(ecs.list_clusters()["clusterArns"])
    assert out["Dns"] not in str(elb.describe_load_balancers()["LoadBalancers"])
    assert out["FullName"] not in str(elb.describe_target_groups()["TargetGroups"])
    assert ecs.list_task_definitions(familyPrefix="cfn-web")["taskDefinitionArns"] == []


def test_code_deploys_service_refuses_a_new_task_definition_from_the_template(stack: Any) -> None:
    cfn, name = stack

    def change(resources: dict[str, Any]) -> None:
        resources["Definition"]["Properties"]["Cpu"] = "512"
        resources["Definition"]["Properties"]["Memory"] = "1024"

    cfn.update_stack(StackName=name, TemplateBody=template(change))
    cfn.get_waiter("stack_rollback_complete").wait(
        StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 40}
    )
    reasons = [
        event.get("ResourceStatusReason", "")
        for event in cfn.describe_stack_events(StackName=name)["StackEvents"]
    ]
    assert any(
        "Unable to update task definition on services with a CODE_DEPLOY" in reason for reason in reasons
    )
    cfn.delete_stack(StackName=name)
    cfn.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 40})
