"""BUILD025."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.network import SecurityGroup
from shipway.model.resource import Resource
from shipway.model.value import known, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_HTTPS = 443


@rule(
    id="BUILD025",
    name="closed-endpoint",
    family=Family.BUILD,
    title="VPC endpoint lets nobody in",
    severity=Severity.ERROR,
    subject=Resource,
    since="0.1",
    rationale="Builds and tasks in the VPC reach ECR, S3 or Logs through the endpoint on port 443. "
    "When no rule of "
    "its security groups admits that port, with private DNS every call to the service hangs until it "
    "times out.",
    remediation="Give the endpoint a security group of its own that admits port 443 from the VPC.",
    source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html",
    bad="""
Resources:
  Build:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: builds}
  Images:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcEndpointType: Interface
      ServiceName: com.amazonaws.us-east-1.ecr.dkr
      PrivateDnsEnabled: true
      SecurityGroupIds: [!Ref Build]  # <-
""",
    good="""
Resources:
  Endpoint:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: endpoints
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/16}]
  Images:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcEndpointType: Interface
      ServiceName: com.amazonaws.us-east-1.ecr.dkr
      PrivateDnsEnabled: true
      SecurityGroupIds: [!Ref Endpoint]
""",
)
def closed_endpoint(resource: Resource, graph: PipelineGraph) -> Findings:
    """Only when all groups, and all their rules, can be seen."""
    if resource.cfn_type != "AWS::EC2::VPCEndpoint":
        return
    groups = resource.properties.texts("SecurityGroupIds")
    if known(resource.properties.text("VpcEndpointType")) != "Interface" or not groups or not groups.complete:
        return
    found = [graph.find(each, SecurityGroup) for each in groups]
    for group in found:
        if not isinstance(group, SecurityGroup) or not group.ingress.complete:
            return
        if any(rule_.covers(_HTTPS) is not False for rule_ in graph.inbound_rules_of(group)):
            return
    private = known(resource.properties.boolean("PrivateDnsEnabled")) is True
    names = ", ".join(group.logical_id for group in found if isinstance(group, SecurityGroup))
    yield Finding(
        resource.at("SecurityGroupIds"),
        f"endpoint {resource.logical_id} for {text_of(resource.properties.text('ServiceName'))} has security "
        f"group {names}, which admits nobody on port {_HTTPS}",
        severity=None if private else Severity.WARNING,
    )
