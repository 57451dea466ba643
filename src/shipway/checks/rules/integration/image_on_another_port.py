"""PIPE039."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.balancer import TargetGroup
from shipway.model.service import Service, TaskDefinition
from shipway.model.value import Known, known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.service import Container

# The port that an image listens on when nobody tells it otherwise.
_PORTS = {
    "nginx": 80,
    "httpd": 80,
    "amazon-ecs-sample": 80,
    "caddy": 80,
    "nginx-unprivileged": 8080,
    "tomcat": 8080,
}
_ROOT = frozenset({None, "/", "/index.html"})


@rule(
    id="PIPE039",
    name="image-on-another-port",
    family=Family.INTEGRATION,
    title="Public image does not answer where the load balancer asks",
    severity=Severity.ERROR,
    subject=Service,
    since="0.1",
    rationale="The placeholder image listens on its own port and knows its own pages only. A health check on "
    "another port or page fails, the tasks are replaced for ever, and the stack never completes.",
    remediation="Map the port that the image listens on and check `/`, or use an image that answers there.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
    bad="""
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Name: web
          Image: nginx:latest
          PortMappings: [{ContainerPort: 8080}]
  Web:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !Ref Task
      LoadBalancers:
        - ContainerName: web
          ContainerPort: 8080  # <-
          TargetGroupArn: !Ref Blue
  Blue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {HealthCheckPath: /}}
""",
    good="""
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Name: web
          Image: nginx:latest
          PortMappings: [{ContainerPort: 80}]
  Web:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !Ref Task
      LoadBalancers:
        - ContainerName: web
          ContainerPort: 80
          TargetGroupArn: !Ref Blue
  Blue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {HealthCheckPath: /}}
""",
)
def image_on_another_port(service: Service, graph: PipelineGraph) -> Findings:
    """An image that a parameter gives is only there until somebody gives another: a warning."""
    task = graph.find(service.task_definition, TaskDefinition)
    if not isinstance(task, TaskDefinition) or known(service.desired_count) == 0:
        return
    for index, balancing in enumerate(service.load_balancers):
        container = task.container(known(balancing.container) or "")
        image = container.image if container is not None else None
        if container is None or not isinstance(image, Known) or _is_told_otherwise(task, container):
            continue
        name = image.value.partition("@")[0].rpartition("/")[2].partition(":")[0]
        port, own = known(balancing.port), _PORTS.get(name)
        group = graph.find(balancing.target_group, TargetGroup)
        path = known(group.health_path) if isinstance(group, TargetGroup) else None
        if own is None or port is None:
            continue
        severity = Severity.WARNING if image.assumes else None
        sure = Confidence.MEDIUM if image.assumes else Confidence.HIGH
        where = service.at("LoadBalancers", index, "ContainerPort")
        if port != own:
            yield Finding(
                where,
                f"{service.said} takes traffic on {port}, and image {image.value} listens on {own}",
                sure,
                severity=severity,
            )
        elif path not in _ROOT and isinstance(group, TargetGroup) and _expects_success(group):
            yield Finding(
                where,
                f"{service.said} runs image {image.value}, which answers 404 to {group.said}'s health "
                f"check {path}",
                sure,
                severity=severity,
            )


def _is_told_otherwise(task: TaskDefinition, container: Container) -> bool:
    """Whether the task says what the image runs."""
    index = list(task.containers).index(container)
    return any(task.properties.has("ContainerDefinitions", index, key) for key in ("Command", "EntryPoint"))


def _expects_success(group: TargetGroup) -> bool:
    codes = known(group.properties.text("Matcher", "HttpCode")) or "200"
    return "4" not in codes
