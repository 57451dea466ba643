"""LOG004."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.service import Container
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="LOG004",
    name="container-without-logs",
    family=Family.LOGS,
    title="Container has no log configuration",
    severity=Severity.WARNING,
    subject=Container,
    since="0.1",
    rationale="What the container writes goes nowhere on Fargate, and to the instance's disk on "
    "EC2. When a deployment fails there is nothing to read.",
    remediation="Set LogConfiguration with LogDriver awslogs and the options awslogs-group, awslogs- "
    "region and awslogs-stream-prefix.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html",
    bad="""
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      RequiresCompatibilities: [FARGATE]
      ContainerDefinitions:
        - Name: web  # <-
          Image: web
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
def container_without_logs(container: Container, _graph: PipelineGraph) -> Findings:
    """Any driver will do."""
    if container.log_driver is None:
        yield Finding(
            container.at("LogConfiguration", "LogDriver"),
            f"container {text_of(container.name)} of {container.logical_id} has no LogConfiguration",
        )
