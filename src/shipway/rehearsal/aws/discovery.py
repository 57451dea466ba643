"""Finds a deployed delivery by asking AWS: works on anybody's stack, whatever its construct ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.rehearsal import shift
from shipway.rehearsal.delivery import CODECOMMIT, CODEDEPLOY_TO_ECS, Delivery, read_pipeline
from shipway.rehearsal.ports import StepFailedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from types_boto3_codedeploy.type_defs import DeploymentGroupInfoTypeDef
    from types_boto3_codepipeline.type_defs import PipelineDeclarationOutputTypeDef

    from shipway.rehearsal.aws.clients import Clients
    from shipway.rehearsal.aws.stacks import Stacks


def find_delivery(clients: Clients, stacks: Stacks) -> Delivery:
    """The delivery of these stacks.

    Raises:
        StepFailedError: Something that a delivery needs is not there.
    """
    declaration = _pipeline(clients, stacks)
    source = _configuration(declaration, CODECOMMIT)
    release = _configuration(declaration, CODEDEPLOY_TO_ECS)
    group = clients.codedeploy.get_deployment_group(
        applicationName=release["ApplicationName"], deploymentGroupName=release["DeploymentGroupName"]
    )["deploymentGroupInfo"]
    services = group.get("ecsServices", [])
    if not services:
        raise StepFailedError(f"deployment group {release['DeploymentGroupName']} has no ECS service")
    listener, names = _route(group)
    found = clients.elbv2.describe_target_groups(Names=names)["TargetGroups"]
    repository = clients.codecommit.get_repository(repositoryName=source["RepositoryName"])
    return Delivery(
        pipeline=read_pipeline(declaration["name"], declaration["stages"]),
        repository=source["RepositoryName"],
        branch=source["BranchName"],
        clone_url=repository["repositoryMetadata"].get("cloneUrlHttp", ""),
        application=release["ApplicationName"],
        deployment_group=release["DeploymentGroupName"],
        shift=_shift(clients, group),
        cluster=services[0].get("clusterName", "default"),
        service=services[0].get("serviceName", ""),
        listener_arn=listener,
        target_groups={one["TargetGroupArn"]: one["TargetGroupName"] for one in found},
        health_check_path=next((one["HealthCheckPath"] for one in found if "HealthCheckPath" in one), "/"),
        recipients=_recipients(clients, stacks),
    )


def _pipeline(clients: Clients, stacks: Stacks) -> PipelineDeclarationOutputTypeDef:
    for name in stacks.resources("AWS::CodePipeline::Pipeline"):
        declaration = clients.codepipeline.get_pipeline(name=name)["pipeline"]
        if read_pipeline(name, declaration["stages"]).stage_of(CODEDEPLOY_TO_ECS):
            return declaration
    raise StepFailedError("no deployed pipeline has a CodeDeployToECS action")


def _configuration(declaration: PipelineDeclarationOutputTypeDef, provider: str) -> Mapping[str, str]:
    for stage in declaration["stages"]:
        for action in stage["actions"]:
            if action["actionTypeId"]["provider"] == provider:
                return action.get("configuration", {})
    raise StepFailedError(f"pipeline {declaration['name']} has no {provider} action")


def _route(group: DeploymentGroupInfoTypeDef) -> tuple[str, list[str]]:
    """The production listener and the names of the two target groups."""
    for pair in group.get("loadBalancerInfo", {}).get("targetGroupPairInfoList", []):
        names = [one.get("name", "") for one in pair.get("targetGroups", [])]
        for listener in pair.get("prodTrafficRoute", {}).get("listenerArns", []):
            return listener, names
    raise StepFailedError(f"deployment group {group.get('deploymentGroupName')} shifts no listener")


def _shift(clients: Clients, group: DeploymentGroupInfoTypeDef) -> shift.Shift:
    name = group.get("deploymentConfigName", "CodeDeployDefault.ECSAllAtOnce")
    predefined = shift.from_name(name)
    if predefined is not None:
        return predefined
    config = clients.codedeploy.get_deployment_config(deploymentConfigName=name)["deploymentConfigInfo"]
    return shift.from_routing(config.get("trafficRoutingConfig", {}))


def _recipients(clients: Clients, stacks: Stacks) -> tuple[str, ...]:
    topics = set(stacks.resources("AWS::SNS::Topic"))
    return tuple(
        subscription.get("Endpoint", "")
        for page in clients.sns.get_paginator("list_subscriptions").paginate()
        for subscription in page["Subscriptions"]
        if subscription.get("Protocol") == "email" and subscription.get("TopicArn") in topics
    )
