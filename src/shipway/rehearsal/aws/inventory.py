"""Asks each service for what it holds, so that what a deleted stack has left can be named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jmespath  # type: ignore[import-untyped] # it ships no types
from botocore.exceptions import BotoCoreError, ClientError

from shipway.rehearsal.facts import Leftover

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.rehearsal.aws.clients import Clients


@dataclass(frozen=True)
class Question:
    """A listing call: ``path`` (JMESPath) picks the names out of a page of its answer."""

    service: str
    operation: str
    path: str
    arguments: tuple[tuple[str, Any], ...] = ()


QUESTIONS = (
    Question("cloudformation", "describe_stacks", "Stacks[].StackName"),
    Question("cloudwatch", "describe_alarms", "MetricAlarms[].AlarmName"),
    Question("codebuild", "list_projects", "projects"),
    Question("codebuild", "list_report_groups", "reportGroups"),
    Question("codecommit", "list_repositories", "repositories[].repositoryName"),
    Question("codedeploy", "list_applications", "applications"),
    Question("codepipeline", "list_pipelines", "pipelines[].name"),
    Question("ec2", "describe_addresses", "Addresses[].AllocationId"),
    Question("ec2", "describe_internet_gateways", "InternetGateways[].InternetGatewayId"),
    Question("ec2", "describe_nat_gateways", "NatGateways[?State!='deleted'].NatGatewayId"),
    Question("ec2", "describe_route_tables", "RouteTables[].RouteTableId"),
    Question("ec2", "describe_security_groups", "SecurityGroups[].GroupId"),
    Question("ec2", "describe_subnets", "Subnets[].SubnetId"),
    Question("ec2", "describe_vpc_endpoints", "VpcEndpoints[?State!='deleted'].VpcEndpointId"),
    Question("ec2", "describe_vpcs", "Vpcs[].VpcId"),
    Question("ecr", "describe_repositories", "repositories[].repositoryName"),
    Question("ecs", "list_clusters", "clusterArns"),
    Question("ecs", "list_task_definitions", "taskDefinitionArns", (("status", "ACTIVE"),)),
    Question("elbv2", "describe_load_balancers", "LoadBalancers[].LoadBalancerName"),
    Question("elbv2", "describe_target_groups", "TargetGroups[].TargetGroupName"),
    Question("events", "list_rules", "Rules[].Name"),
    Question("iam", "list_policies", "Policies[].PolicyName", (("Scope", "Local"),)),
    Question("iam", "list_roles", "Roles[].RoleName"),
    Question("lambda", "list_functions", "Functions[].FunctionName"),
    Question("logs", "describe_log_groups", "logGroups[].logGroupName"),
    Question("s3", "list_buckets", "Buckets[].Name"),
    Question("secretsmanager", "list_secrets", "SecretList[].Name"),
    Question("sns", "list_subscriptions", "Subscriptions[].Endpoint"),
    Question("sns", "list_topics", "Topics[].TopicArn"),
    Question("ssm", "describe_parameters", "Parameters[].Name"),
)


@dataclass(frozen=True)
class Inventory:
    """What all services list, and which questions were not answered."""

    held: frozenset[Leftover]
    unanswered: frozenset[str]


def take(clients: Clients) -> Inventory:
    """Ask all questions."""
    held: set[Leftover] = set()
    unanswered: set[str] = set()
    for question in QUESTIONS:
        label = f"{question.service} {question.operation.partition('_')[2].replace('_', ' ')}"
        try:
            held |= {Leftover(label, name) for name in _answers(clients, question)}
        except (ClientError, BotoCoreError):
            unanswered.add(label)
    return Inventory(frozenset(held), frozenset(unanswered))


def added(before: Inventory, after: Inventory) -> tuple[Leftover, ...]:
    """What is there now and was not before, in order of service and name.

    A question that was answered before and is not now counts as a leftover: nobody knows better.
    """
    fresh = {Leftover(label, "could not be asked") for label in after.unanswered - before.unanswered}
    return tuple(sorted(fresh | (after.held - before.held), key=lambda one: (one.service, one.resource)))


def _answers(clients: Clients, question: Question) -> Iterator[str]:
    client = clients.any(question.service)
    arguments = dict(question.arguments)
    if client.can_paginate(question.operation):
        pages = client.get_paginator(question.operation).paginate(**arguments)
    else:
        pages = [getattr(client, question.operation)(**arguments)]
    for page in pages:
        yield from jmespath.search(question.path, page) or ()
