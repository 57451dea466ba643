"""A place where services can run: subnets, roles, a load balancer with two target groups, a log group."""

from __future__ import annotations

import json
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
        self.send_response(int(os.environ.get("STATUS", "200")))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("serving", os.environ["COLOUR"], flush=True)
http.server.ThreadingHTTPServer(("0.0.0.0", 8080), Handler).serve_forever()
"""
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


@dataclass
class Site:
    cloud: Any
    ground: Ground
    name: str
    blue: str
    green: str
    listener: str
    url: str

    def __post_init__(self) -> None:
        self.ecs = self.ground.clients["ecs"]
        self.elb = self.ground.clients["elbv2"]

    @property
    def network(self) -> dict[str, Any]:
        return {"awsvpcConfiguration": {"subnets": self.ground.subnets}}

    def balanced(self, group: str) -> list[dict[str, Any]]:
        return [{"targetGroupArn": group, "containerName": "web", "containerPort": 8080}]

    def define(self, colour: str, *, program: str = SERVER, **container: Any) -> str:
        environment = [{"name": "COLOUR", "value": colour}, *container.pop("environment", [])]
        answer = self.ecs.register_task_definition(
            family=self.name,
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu="256",
            memory="512",
            executionRoleArn=self.ground.execution_role,
            taskRoleArn=self.ground.task_role,
            containerDefinitions=[
                {
                    "name": "web",
                    "image": IMAGE,
                    "command": ["python", "-c", program],
                    "portMappings": [{"containerPort": 8080}],
                    "logConfiguration": {
                        "logDriver": "awslogs",
                        "options": {
                            "awslogs-group": self.name,
                            "awslogs-region": self.cloud.region,
                            "awslogs-stream-prefix": "ecs",
                        },
                    },
                    "environment": environment,
                    **container,
                }
            ],
        )
        return str(answer["taskDefinition"]["taskDefinitionArn"])

    def serve(self, definition: str, controller: str = "CODE_DEPLOY", **more: Any) -> dict[str, Any]:
        answer = self.ecs.create_service(
            cluster=self.name,
            serviceName="web",
            taskDefinition=definition,
            desiredCount=more.pop("desiredCount", 1),
            launchType="FARGATE",
            deploymentController={"type": controller},
            networkConfiguration=self.network,
            loadBalancers=self.balanced(self.blue),
            **more,
        )
        return dict(answer["service"])

    def add_task_set(self, definition: str, **more: Any) -> dict[str, Any]:
        answer = self.ecs.create_task_set(
            cluster=self.name,
            service="web",
            taskDefinition=definition,
            launchType="FARGATE",
            networkConfiguration=self.network,
            loadBalancers=self.balanced(self.green),
            scale={"value": 100, "unit": "PERCENT"},
            **more,
        )
        return dict(answer["taskSet"])

    def service(self) -> dict[str, Any]:
        return dict(self.ecs.describe_services(cluster=self.name, services=["web"])["services"][0])

    def task_sets(self) -> dict[str, dict[str, Any]]:
        return {item["id"]: item for item in self.service()["taskSets"]}

    def steady(self, task_set: str = "") -> bool:
        return all(
            item["stabilityStatus"] == "STEADY_STATE"
            for number, item in self.task_sets().items()
            if task_set in {"", number}
        )

    def tasks(self, desired: str = "RUNNING") -> list[dict[str, Any]]:
        arns = self.ecs.list_tasks(cluster=self.name, desiredStatus=desired)["taskArns"]
        return list(self.ecs.describe_tasks(cluster=self.name, tasks=arns)["tasks"]) if arns else []

    def messages(self) -> list[str]:
        return [event["message"] for event in self.service()["events"]]

    def health(self, group: str) -> list[str]:
        answer = self.elb.describe_target_health(TargetGroupArn=group)
        return [item["TargetHealth"]["State"] for item in answer["TargetHealthDescriptions"]]

    def shift(self, blue: int, green: int) -> None:
        groups = [
            {"TargetGroupArn": self.blue, "Weight": blue},
            {"TargetGroupArn": self.green, "Weight": green},
        ]
        action = {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}
        self.elb.modify_listener(ListenerArn=self.listener, DefaultActions=[action])

    def ask(self, times: int = 1) -> Counter[str]:
        answers: Counter[str] = Counter()
        for _ in range(times):
            with urllib.request.urlopen(self.url, timeout=10) as answer:
                answers[answer.read().decode()] += 1
        return answers


@dataclass(frozen=True)
class Ground:
    """What the sites of one session share: making clients takes longer than using them."""

    vpc: str
    subnets: list[str]
    execution_role: str
    task_role: str
    clients: dict[str, Any]


@pytest.fixture(scope="session")
def ground(cloud: Any) -> Ground:
    apis = ("ec2", "ecs", "elbv2", "iam", "logs", "events", "sqs", "ssm", "secretsmanager")
    clients = {api: cloud.client(api) for api in apis}
    vpc = clients["ec2"].create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        clients["ec2"].create_subnet(VpcId=vpc, CidrBlock=f"10.1.{number}.0/24")["Subnet"]["SubnetId"]
        for number in range(2)
    ]
    roles = [
        clients["iam"].create_role(RoleName=f"ecs-tests-{use}", AssumeRolePolicyDocument=json.dumps(TRUST))
        for use in ("execution", "task")
    ]
    return Ground(vpc, subnets, *(role["Role"]["Arn"] for role in roles), clients)


@pytest.fixture
def site(cloud: Any, ground: Ground, eventually: Callable[..., Any]) -> Iterator[Site]:
    name = f"s{uuid4().hex[:8]}"
    elb, ecs = ground.clients["elbv2"], ground.clients["ecs"]
    groups = [
        elb.create_target_group(
            Name=f"{name}-{colour}", Protocol="HTTP", Port=80, VpcId=ground.vpc, TargetType="ip"
        )["TargetGroups"][0]["TargetGroupArn"]
        for colour in ("blue", "green")
    ]
    balancer = elb.create_load_balancer(Name=name, Subnets=ground.subnets)["LoadBalancers"][0]
    forward = [{"Type": "forward", "TargetGroupArn": groups[0]}]
    listener = elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"], Port=80, Protocol="HTTP", DefaultActions=forward
    )["Listeners"][0]["ListenerArn"]
    ground.clients["logs"].create_log_group(logGroupName=name)
    ecs.create_cluster(clusterName=name)
    urls = {item["listener_arn"]: item["url"] for item in cloud.control("endpoints")["listeners"]}
    yield Site(cloud, ground, name, *groups, listener, urls[listener])
    for arn in ecs.list_services(cluster=name)["serviceArns"]:
        if ecs.describe_services(cluster=name, services=[arn])["services"][0]["status"] == "ACTIVE":
            ecs.delete_service(cluster=name, service=arn, force=True)
    for arn in ecs.list_tasks(cluster=name)["taskArns"]:
        ecs.stop_task(cluster=name, task=arn)
    elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    for group in groups:
        elb.delete_target_group(TargetGroupArn=group)
    eventually(lambda: not ecs.list_services(cluster=name)["serviceArns"], timeout=60)
