"""LOG006."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.service import Container, TaskDefinition
from shipway.model.value import known, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_ON_FARGATE = ("awslogs-group", "awslogs-region", "awslogs-stream-prefix")


@rule(
    id="LOG006",
    name="incomplete-log-options",
    family=Family.LOGS,
    title="Log driver lacks an option that it requires",
    severity=Severity.ERROR,
    subject=Container,
    since="0.1",
    rationale="Without a group the awslogs driver does not start the container. On Fargate, ECS "
    "refuses a task definition without Region or stream prefix as well.",
    remediation="Set awslogs-group, awslogs-region and awslogs-stream-prefix.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html",
    bad="""
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      RequiresCompatibilities: [FARGATE]
      ContainerDefinitions:
        - Name: web
          Image: web
          LogConfiguration:
            LogDriver: awslogs
            Options:  # <-
              awslogs-group: !Ref Logs
              awslogs-region: !Ref AWS::Region
  Logs:
    Type: AWS::Logs::LogGroup
    Properties: {RetentionInDays: 30}
""",
    good="""
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      RequiresCompatibilities: [FARGATE]
      ContainerDefinitions:
        - Name: web
          Image: web
          LogConfiguration:
            LogDriver: awslogs
            Options:
              awslogs-group: !Ref Logs
              awslogs-region: !Ref AWS::Region
              awslogs-stream-prefix: web
  Logs:
    Type: AWS::Logs::LogGroup
    Properties: {RetentionInDays: 30}
""",
)
def incomplete_log_options(container: Container, graph: PipelineGraph) -> Findings:
    """On EC2 the driver finds its Region by itself; options that are an expression are all there."""
    task = graph.enclosing(container, TaskDefinition)
    if task is None or known(container.log_driver) != "awslogs":
        return
    fargate = any(known(each) == "FARGATE" for each in task.compatibilities)
    path = container.location.path[len(task.at().path) :]
    required = _ON_FARGATE if fargate else _ON_FARGATE[:1]
    missing = [key for key in required if not task.properties.has(*path, "LogConfiguration", "Options", key)]
    if missing:
        yield Finding(
            container.at("LogConfiguration", "Options", missing[0]),
            f"container {text_of(container.name)} of {task.said} logs without {', '.join(missing)}",
        )
