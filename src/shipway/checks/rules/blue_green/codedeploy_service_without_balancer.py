"""BG041."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import is_under_codedeploy
from shipway.model.service import Service

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG041",
    name="codedeploy-service-without-balancer",
    family=Family.BLUE_GREEN,
    title="Service under CodeDeploy has no load balancer",
    severity=Severity.ERROR,
    subject=Service,
    since="0.1",
    rationale="CodeDeploy replaces a service by moving traffic at a load balancer. ECS refuses a "
    "service under CODE_DEPLOY without one.",
    remediation="Name a container, its port and the blue target group in LoadBalancers.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html",
    bad="""
Resources:
  Web:  # <-
    Type: AWS::ECS::Service
    Properties:
      DeploymentController: {Type: CODE_DEPLOY}
""",
    good="""
Resources:
  Web:
    Type: AWS::ECS::Service
    Properties:
      DeploymentController: {Type: CODE_DEPLOY}
      LoadBalancers: [{ContainerName: web, ContainerPort: 80, TargetGroupArn: !ImportValue blue}]
""",
)
def codedeploy_service_without_balancer(service: Service, graph: PipelineGraph) -> Findings:
    """A service that a deployment group names is meant to be under CodeDeploy, whatever its controller."""
    if not is_under_codedeploy(service) and not graph.groups_that_deploy(service):
        return
    where = service.at("LoadBalancers")
    if service.load_balancers.rest is not None:
        yield Undetermined(where, service.load_balancers.rest.reason)
    elif not service.load_balancers:
        yield Finding(where, f"{service.said} is replaced by CodeDeploy, and has no load balancer")
