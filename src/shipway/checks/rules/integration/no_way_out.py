"""PIPE040."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.integration._routes import Routes, Way, endpoints
from shipway.model.graph import PipelineGraph
from shipway.model.project import Project
from shipway.model.service import Service
from shipway.model.value import known

if TYPE_CHECKING:
    from collections.abc import Iterator

_NEEDED = frozenset({"ecr.dkr", "ecr.api"})


@rule(
    id="PIPE040",
    name="no-way-out",
    family=Family.INTEGRATION,
    title="Tasks or builds run in subnets from which nothing gets out",
    severity=Severity.ERROR,
    subject=PipelineGraph,
    since="0.1",
    rationale="A task pulls its image and writes its log over the network, a build fetches everything. In a "
    "subnet without a route to a NAT gateway, and without endpoints, both fail: an internet gateway "
    "serves only "
    "what has a public address, which a build never has.",
    remediation="Route the subnets to a NAT gateway, set AssignPublicIp to ENABLED in public subnets, "
    "or add VPC "
    "endpoints for ecr.api, ecr.dkr, s3 and logs.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html",
    bad="""
Resources:
  Network: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Private: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Network, CidrBlock: 10.0.0.0/24}}
  Web:
    Type: AWS::ECS::Service
    Properties:
      LaunchType: FARGATE
      NetworkConfiguration:
        AwsvpcConfiguration:
          Subnets: [!Ref Private]  # <-
""",
    good="""
Resources:
  Network: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Private: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Network, CidrBlock: 10.0.0.0/24}}
  Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Network}}
  Out:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: nat-1}
  Way:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {RouteTableId: !Ref Table, SubnetId: !Ref Private}
  Web:
    Type: AWS::ECS::Service
    Properties:
      LaunchType: FARGATE
      NetworkConfiguration:
        AwsvpcConfiguration:
          Subnets: [!Ref Private]
""",
)
def no_way_out(graph: PipelineGraph, _graph: PipelineGraph) -> Findings:
    """Subnets that the templates do not route are left alone; so is a VPC with endpoints."""
    there = endpoints(graph)
    routes = Routes(graph)
    yield from _services(graph, routes, there)
    for project in graph.all(Project):
        subnets = project.properties.texts("VpcConfig", "Subnets")
        if project.in_vpc and not there and routes.way_out(subnets) in {Way.NONE, Way.INTERNET}:
            yield Finding(
                project.at("VpcConfig", "Subnets"),
                f"{project.said} builds in subnets without a route to a NAT gateway",
            )


def _services(graph: PipelineGraph, routes: Routes, there: frozenset[str]) -> Iterator[Finding]:
    for service in graph.all(Service):
        if there >= _NEEDED or known(service.desired_count) == 0 or not service.subnets.complete:
            continue
        way = routes.way_out(service.subnets)
        public = known(service.public_ip) if service.public_ip is not None else "DISABLED"
        # Without FARGATE the instance pulls the image; it has a way of its own.
        if way is Way.NONE and _is_fargate(service):
            reason = "whose route table leads nowhere outside the VPC"
        elif way is Way.INTERNET and public == "DISABLED" and _is_fargate(service):
            reason = "with an internet gateway, and without a public address"
        else:
            continue
        yield Finding(
            service.at("NetworkConfiguration", "AwsvpcConfiguration", "Subnets"),
            f"{service.said} runs in subnets {reason}: no image can be pulled",
        )


def _is_fargate(service: Service) -> bool:
    return known(service.launch_type) == "FARGATE" or service.properties.has("CapacityProviderStrategy")
