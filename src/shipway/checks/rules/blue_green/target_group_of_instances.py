"""BG017."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import task_of
from shipway.model.balancer import TargetGroup
from shipway.model.service import Service
from shipway.model.value import Known, Unresolved, known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG017",
    name="target-group-of-instances",
    family=Family.BLUE_GREEN,
    title="Tasks with their own network interface cannot register in a target group of instances",
    severity=Severity.ERROR,
    subject=Service,
    since="0.1",
    rationale="A task in awsvpc mode, as every Fargate task is, registers its IP address. ECS "
    "refuses a service whose target group has another TargetType; left out, it is "
    "instance.",
    remediation="Set TargetType: ip on the target group. It cannot be changed on an existing one: it "
    "is replaced.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb.html",
    bad="""
Resources:
  Blue:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {TargetType: instance}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      NetworkMode: awsvpc
      ContainerDefinitions: [{Name: web, Image: web, PortMappings: [{ContainerPort: 8080}]}]
  Web:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !Ref Task
      LoadBalancers:
        - TargetGroupArn: !Ref Blue  # <-
          ContainerName: web
          ContainerPort: 8080
""",
    good="""
Resources:
  Blue:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {TargetType: ip}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      NetworkMode: awsvpc
      ContainerDefinitions: [{Name: web, Image: web, PortMappings: [{ContainerPort: 8080}]}]
  Web:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !Ref Task
      LoadBalancers:
        - TargetGroupArn: !Ref Blue
          ContainerName: web
          ContainerPort: 8080
""",
)
def target_group_of_instances(service: Service, graph: PipelineGraph) -> Findings:
    """A Lambda or ALB target group is no better for tasks."""
    if not _has_interfaces(service, graph):
        return
    for index, balancing in enumerate(service.load_balancers):
        for key, value in (
            ("TargetGroupArn", balancing.target_group),
            ("AlternateTargetGroupArn", balancing.alternate_target_group),
        ):
            group = graph.find(value, TargetGroup)
            if not isinstance(group, TargetGroup):
                continue
            path = (key,) if key == "TargetGroupArn" else ("AdvancedConfiguration", key)
            where = service.at("LoadBalancers", index, *path)
            match group.target_type:
                case Known("ip"):
                    continue
                case Unresolved(reason):
                    yield Undetermined(where, reason)
                case kind:
                    named = kind.value if kind else "instance, the default"
                    yield Finding(
                        where,
                        f"{service.said} runs tasks with their own IP address, and {group.said} has "
                        f"target type {named}",
                    )


def _has_interfaces(service: Service, graph: PipelineGraph) -> bool:
    task = task_of(service, graph)
    if known(service.launch_type) == "FARGATE":
        return True
    if task is None:
        return service.properties.has("NetworkConfiguration", "AwsvpcConfiguration")
    return known(task.network_mode) == "awsvpc"
