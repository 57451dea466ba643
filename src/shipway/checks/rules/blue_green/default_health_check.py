"""BG023."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.balancer import TargetGroup
from shipway.model.node import Relation
from shipway.model.service import ContainerBalancing
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_WITH_A_PATH = frozenset({"HTTP", "HTTPS"})


@rule(
    id="BG023",
    name="default-health-check",
    family=Family.BLUE_GREEN,
    title="Health check asks for the root page",
    severity=Severity.INFO,
    subject=TargetGroup,
    since="0.1",
    rationale="Without HealthCheckPath the balancer asks for /. An application that redirects "
    "there, or asks for a login, is never healthy; one that answers 200 to anything "
    "always is.",
    remediation="Set HealthCheckPath to a page that answers 200 only when the application works, e.g. "
    "/health.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group- "
    "health-checks.html",
    bad="""
Resources:
  Blue:  # <-
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties:
      TargetType: ip
      Protocol: HTTP
  Web:
    Type: AWS::ECS::Service
    Properties:
      LoadBalancers: [{ContainerName: web, ContainerPort: 80, TargetGroupArn: !Ref Blue}]
""",
    good="""
Resources:
  Blue:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties:
      TargetType: ip
      Protocol: HTTP
      HealthCheckPath: /health
  Web:
    Type: AWS::ECS::Service
    Properties:
      LoadBalancers: [{ContainerName: web, ContainerPort: 80, TargetGroupArn: !Ref Blue}]
""",
)
def default_health_check(group: TargetGroup, graph: PipelineGraph) -> Findings:
    """Only where tasks are behind it; a target group of a Network Load Balancer has no path."""
    if group.health_path is not None or known(group.protocol) not in _WITH_A_PATH:
        return
    if graph.users(group, Relation.SENDS_TO, ContainerBalancing):
        yield Finding(group.at("HealthCheckPath"), f"{group.said} checks the health of its tasks at /")
