"""LOG006."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.service import Container, TaskDefinition
from shipway.model.value import known, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_REQUIRED = ("awslogs-group", "awslogs-region")


@rule(
    id="LOG006",
    name="incomplete-log-options",
    family=Family.LOGS,
    title="Log driver lacks an option that it requires",
    severity=Severity.ERROR,
    subject=Container,
    since="0.1",
    rationale="ECS refuses a task definition whose awslogs driver has no group or no Region, and on "
    "Fargate one without a stream prefix.",
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
    """Options that stand there as an expression are all there."""
    task = graph.enclosing(container, TaskDefinition)
    if task is None or known(container.log_driver) != "awslogs":
        return
    fargate = any(known(each) == "FARGATE" for each in task.compatibilities)
    path = container.location.path[len(task.at().path) :]
    required = (*_REQUIRED, *(("awslogs-stream-prefix",) if fargate else ()))
    missing = [key for key in required if not task.properties.has(*path, "LogConfiguration", "Options", key)]
    if missing:
        yield Finding(
            container.at("LogConfiguration", "Options", missing[0]),
            f"container {text_of(container.name)} of {task.said} logs without {', '.join(missing)}",
        )
