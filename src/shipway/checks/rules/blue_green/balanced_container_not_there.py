"""BG018."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import task_of
from shipway.model.service import Container, Service, TaskDefinition
from shipway.model.value import known, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG018",
    name="balanced-container-not-there",
    family=Family.BLUE_GREEN,
    title="Service sends traffic to a container or port that its task does not have",
    severity=Severity.ERROR,
    subject=Service,
    since="0.1",
    rationale="ECS refuses a service whose ContainerName is in none of the container definitions, "
    "or whose ContainerPort that container does not map.",
    remediation="Use the Name of a container definition, and a ContainerPort of its PortMappings.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html",
    bad="""
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
          ContainerPort: 9090  # <-
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
def balanced_container_not_there(service: Service, graph: PipelineGraph) -> Findings:
    """A task definition of another stack is not seen."""
    task = task_of(service, graph)
    if task is None:
        return
    for index, balancing in enumerate(service.load_balancers):
        names = [graph.same(balancing.container, each.name) for each in task.containers]
        if True not in names:
            if task.containers.complete and balancing.container is not None and None not in names:
                yield Finding(
                    service.at("LoadBalancers", index, "ContainerName"),
                    f"{service.said} sends traffic to container {text_of(balancing.container)}, which "
                    f"{task.said} does not have",
                )
            continue
        container = task.containers[names.index(True)]
        ports, port = container.ports, known(balancing.port)
        seen = [known(each) for each in ports]
        if port is None or port in seen or _has_ranges(task, container):
            continue
        if ports.complete and None not in seen:
            yield Finding(
                service.at("LoadBalancers", index, "ContainerPort"),
                f"{service.said} sends traffic to port {port} of container {text_of(container.name)}, which "
                f"maps {', '.join(map(str, seen)) or 'no port'}",
            )


def _has_ranges(task: TaskDefinition, container: Container) -> bool:
    path = (*container.location.path[len(task.at().path) :], "PortMappings")
    index = 0
    while task.properties.has(*path, index):
        if task.properties.has(*path, index, "ContainerPortRange"):
            return True
        index += 1
    return False
