"""BG035."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import balanced_by, is_under_codedeploy
from shipway.model.balancer import TargetGroup
from shipway.model.service import Service

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG035",
    name="shared-target-group",
    family=Family.BLUE_GREEN,
    title="Two services that CodeDeploy replaces register in the same target group",
    severity=Severity.ERROR,
    subject=Service,
    since="0.1",
    rationale="A balancer knows target groups and not services: users of the one reach tasks of the "
    "other. The first shift moves the listener away from both.",
    remediation="Give each service its own pair of target groups and its own listener or listener rule.",
    source="https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-ecs.html",
    bad="""
Resources:
  Blue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  OtherBlue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Staging:
    Type: AWS::ECS::Service
    Properties:
      DeploymentController: {Type: CODE_DEPLOY}
      LoadBalancers: [{ContainerName: web, ContainerPort: 80, TargetGroupArn: !Ref Blue}]
  Production:
    Type: AWS::ECS::Service
    Properties:
      DeploymentController: {Type: CODE_DEPLOY}
      LoadBalancers: [{ContainerName: web, ContainerPort: 80, TargetGroupArn: !Ref Blue}]  # <-
""",
    good="""
Resources:
  Blue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  OtherBlue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Staging:
    Type: AWS::ECS::Service
    Properties:
      DeploymentController: {Type: CODE_DEPLOY}
      LoadBalancers: [{ContainerName: web, ContainerPort: 80, TargetGroupArn: !Ref Blue}]
  Production:
    Type: AWS::ECS::Service
    Properties:
      DeploymentController: {Type: CODE_DEPLOY}
      LoadBalancers: [{ContainerName: web, ContainerPort: 80, TargetGroupArn: !Ref OtherBlue}]
""",
)
def shared_target_group(service: Service, graph: PipelineGraph) -> Findings:
    """Services that ECS itself rolls may share a group on purpose; the first one may have it."""
    if not is_under_codedeploy(service):
        return
    services = graph.all(Service)
    for index, balancing in enumerate(service.load_balancers):
        group = graph.find(balancing.target_group, TargetGroup)
        if not isinstance(group, TargetGroup):
            continue
        for other in services[: services.index(service)]:
            if is_under_codedeploy(other) and group in (balanced_by(other, graph) or ()):
                yield Finding(
                    service.at("LoadBalancers", index, "TargetGroupArn"),
                    f"{service.said} registers its tasks in {group.said}, "
                    f"in which {other.said} registers its own",
                )
                break
