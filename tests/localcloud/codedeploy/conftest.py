"""A service on blue, ready for CodeDeploy: cluster, load balancer, listeners, roles, deployment group."""

from __future__ import annotations

import hashlib
import json
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import uuid4

import pytest

IMAGE = "public.ecr.aws/docker/library/python:3.12-slim"
SERVER = """
import http.server, os, signal, sys
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = os.environ["COLOUR"].encode()
        self.send_response(int(os.environ["STATUS"]))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
http.server.ThreadingHTTPServer(("0.0.0.0", 8080), Handler).serve_forever()
"""


@cache
def client(cloud: Any, api: str) -> Any:
    """Making a boto3 client costs more than most of these tests."""
    return cloud.client(api)


@dataclass
class Stage:
    cloud: Any
    eventually: Any
    name: str
    subnets: list[str]
    groups: dict[str, str]
    production: str
    test: str
    roles: dict[str, str]
    urls: dict[str, str]

    def __post_init__(self) -> None:
        self.ecs = self.client("ecs")
        self.elb = self.client("elbv2")
        self.codedeploy = self.client("codedeploy")

    def client(self, api: str) -> Any:
        return client(self.cloud, api)

    def define(self, colour: str, status: int = 200) -> str:
        variables = {"COLOUR": colour, "STATUS": str(status)}
        answer = self.ecs.register_task_definition(
            family=self.name,
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu="256",
            memory="512",
            executionRoleArn=self.roles["tasks"],
            containerDefinitions=[
                {
                    "name": "web",
                    "image": IMAGE,
                    "command": ["python", "-c", SERVER],
                    "portMappings": [{"containerPort": 8080}],
                    "environment": [{"name": k, "value": v} for k, v in variables.items()],
                }
            ],
        )
        return str(answer["taskDefinition"]["taskDefinitionArn"])

    def settings(self, **changes: Any) -> dict[str, Any]:
        pair = {
            "targetGroups": [{"name": f"{self.name}-blue"}, {"name": f"{self.name}-green"}],
            "prodTrafficRoute": {"listenerArns": [self.production]},
            "testTrafficRoute": {"listenerArns": [self.test]},
        }
        return {
            "serviceRoleArn": self.roles["deploy"],
            "deploymentConfigName": "CodeDeployDefault.ECSCanary10Percent5Minutes",
            "deploymentStyle": {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
            "ecsServices": [{"clusterName": self.name, "serviceName": "web"}],
            "blueGreenDeploymentConfiguration": {
                "deploymentReadyOption": {"actionOnTimeout": "CONTINUE_DEPLOYMENT"},
                "terminateBlueInstancesOnDeploymentSuccess": {
                    "action": "TERMINATE",
                    "terminationWaitTimeInMinutes": 0,
                },
            },
            "loadBalancerInfo": {"targetGroupPairInfoList": [pair]},
            "autoRollbackConfiguration": {
                "enabled": True,
                "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
            },
            "alarmConfiguration": {"enabled": True, "alarms": [{"name": f"{self.name}-errors"}]},
            **changes,
        }

    def create_group(self, **changes: Any) -> None:
        self.codedeploy.create_deployment_group(
            applicationName=self.name, deploymentGroupName=self.name, **self.settings(**changes)
        )

    def app_spec(self, definition: str, hooks: tuple[tuple[str, str], ...] = ()) -> str:
        properties = {
            "TaskDefinition": definition,
            "LoadBalancerInfo": {"ContainerName": "web", "ContainerPort": 8080},
        }
        service = {"TargetService": {"Type": "AWS::ECS::Service", "Properties": properties}}
        return json.dumps(
            {"version": 0.0, "Resources": [service], "Hooks": [{event: name} for event, name in hooks]}
        )

    def deploy(self, definition: str, hooks: tuple[tuple[str, str], ...] = (), **more: Any) -> str:
        content = self.app_spec(definition, hooks)
        revision = {
            "revisionType": "AppSpecContent",
            "appSpecContent": {"content": content, "sha256": hashlib.sha256(content.encode()).hexdigest()},
        }
        answer = self.codedeploy.create_deployment(
            applicationName=self.name, deploymentGroupName=self.name, revision=revision, **more
        )
        return str(answer["deploymentId"])

    def info(self, deployment: str) -> dict[str, Any]:
        return dict(self.codedeploy.get_deployment(deploymentId=deployment)["deploymentInfo"])

    def ends(self, deployment: str, status: str) -> dict[str, Any]:
        self.eventually(
            lambda: self.info(deployment)["status"] in ("Succeeded", "Failed", "Stopped"), timeout=60
        )
        info = self.info(deployment)
        assert info["status"] == status, info.get("errorInformation")
        return info

    def target(self, deployment: str) -> dict[str, Any]:
        (target,) = self.codedeploy.list_deployment_targets(deploymentId=deployment)["targetIds"]
        answer = self.codedeploy.batch_get_deployment_targets(deploymentId=deployment, targetIds=[target])
        return dict(answer["deploymentTargets"][0]["ecsTarget"])

    def events(self, deployment: str) -> dict[str, str]:
        return {e["lifecycleEventName"]: e["status"] for e in self.target(deployment)["lifecycleEvents"]}

    def weights(self, listener: str) -> dict[str, int]:
        """Target group -> weight on the listener's default action."""
        (action,) = self.elb.describe_listeners(ListenerArns=[listener])["Listeners"][0]["DefaultActions"]
        names = {arn: colour for colour, arn in self.groups.items()}
        groups = action.get("ForwardConfig", {}).get("TargetGroups") or [
            {"TargetGroupArn": action["TargetGroupArn"], "Weight": 1}
        ]
        return {names[group["TargetGroupArn"]]: group["Weight"] for group in groups}

    def task_sets(self) -> list[dict[str, Any]]:
        return list(
            self.ecs.describe_services(cluster=self.name, services=["web"])["services"][0]["taskSets"]
        )

    def ask(self, times: int = 1, listener: str = "") -> Counter[str]:
        answers: Counter[str] = Counter()
        for _ in range(times):
            with urllib.request.urlopen(self.urls[listener or self.production], timeout=10) as answer:
                answers[answer.read().decode()] += 1
        return answers


@pytest.fixture
def stage(cloud: Any, eventually: Callable[..., Any]) -> Iterator[Stage]:
    """With one task that serves."""
    with built(cloud, eventually, tasks=1) as stage:
        yield stage


@pytest.fixture
def idle(cloud: Any, eventually: Callable[..., Any]) -> Iterator[Stage]:
    """Without tasks, for what never comes to traffic."""
    with built(cloud, eventually, tasks=0) as stage:
        yield stage


@contextmanager
def built(cloud: Any, eventually: Callable[..., Any], tasks: int) -> Iterator[Stage]:
    name = f"d{uuid4().hex[:8]}"
    ec2, elb, iam, ecs = (client(cloud, api) for api in ("ec2", "elbv2", "iam", "ecs"))
    vpc = ec2.create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.2.{number}.0/24")["Subnet"]["SubnetId"]
        for number in range(2)
    ]
    groups = {
        colour: elb.create_target_group(
            Name=f"{name}-{colour}", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip"
        )["TargetGroups"][0]["TargetGroupArn"]
        for colour in ("blue", "green")
    }
    balancer = elb.create_load_balancer(Name=name, Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    listeners = [
        elb.create_listener(
            LoadBalancerArn=balancer,
            Port=port,
            Protocol="HTTP",
            DefaultActions=[{"Type": "forward", "TargetGroupArn": groups["blue"]}],
        )["Listeners"][0]["ListenerArn"]
        for port in (80, 9000)
    ]

    def role(use: str, service: str) -> str:
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        made = iam.create_role(RoleName=f"{name}-{use}", AssumeRolePolicyDocument=document)["Role"]
        return str(made["Arn"])

    roles = {
        "tasks": role("tasks", "ecs-tasks.amazonaws.com"),
        "deploy": role("deploy", "codedeploy.amazonaws.com"),
        "pipeline": role("pipeline", "codepipeline.amazonaws.com"),
    }
    ecs.create_cluster(clusterName=name)
    urls = {item["listener_arn"]: item["url"] for item in cloud.control("endpoints")["listeners"]}
    stage = Stage(cloud, eventually, name, subnets, groups, *listeners, roles, urls)
    ecs.create_service(
        cluster=name,
        serviceName="web",
        taskDefinition=stage.define("blue"),
        desiredCount=tasks,
        launchType="FARGATE",
        deploymentController={"type": "CODE_DEPLOY"},
        networkConfiguration={"awsvpcConfiguration": {"subnets": subnets}},
        loadBalancers=[{"targetGroupArn": groups["blue"], "containerName": "web", "containerPort": 8080}],
    )
    stage.codedeploy.create_application(applicationName=name, computePlatform="ECS")
    eventually(
        lambda: all(each["stabilityStatus"] == "STEADY_STATE" for each in stage.task_sets()), timeout=60
    )
    yield stage
    for deployment in stage.codedeploy.list_deployments(applicationName=name)["deployments"]:
        if stage.info(deployment)["status"] in ("Created", "InProgress", "Ready"):
            stage.codedeploy.stop_deployment(deploymentId=deployment)
    ecs.delete_service(cluster=name, service="web", force=True)
    eventually(lambda: not ecs.list_services(cluster=name)["serviceArns"], timeout=60)
    elb.delete_load_balancer(LoadBalancerArn=balancer)
    for group in groups.values():
        elb.delete_target_group(TargetGroupArn=group)
