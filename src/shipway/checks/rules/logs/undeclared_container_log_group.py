"""LOG005."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.model.service import Container
from shipway.model.value import Cause, Unresolved, known, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="LOG005",
    name="undeclared-container-log-group",
    family=Family.LOGS,
    title="Container writes to a log group that no template declares",
    severity=Severity.WARNING,
    subject=Container,
    since="0.1",
    rationale="The awslogs driver does not make the group: the task fails to start until somebody "
    "has. With awslogs-create-group it does, and the logs are kept for ever.",
    remediation="Declare an AWS::Logs::LogGroup with RetentionInDays, and name it in awslogs-group "
    "with !Ref.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html",
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
            Options:
              awslogs-group: /ecs/hello  # <-
              awslogs-region: !Ref AWS::Region
              awslogs-stream-prefix: web
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
def undeclared_container_log_group(container: Container, graph: PipelineGraph) -> Findings:
    """A name with this stack's name in it is this stack's to declare: nobody else will have."""
    if container.log_driver is not None and known(container.log_driver) != "awslogs":
        return
    where = container.at("LogConfiguration", "Options", "awslogs-group")
    said = f"container {text_of(container.name)} of {container.logical_id}"
    match graph.log_group_of(container):
        case Unresolved(cause=Cause.OUTSIDE, text=text) if known(container.creates_log_group) == "true":
            yield Finding(where, f"{said} makes log group {text}, which keeps its logs for ever")
        case Unresolved(cause=Cause.OUTSIDE, text=text):
            own = any(token.name == "AWS::StackName" for token in text.tokens) if text else False
            yield Finding(
                where,
                f"{said} writes to log group {text}, which no template declares: the task does not start",
                Confidence.HIGH if own else Confidence.MEDIUM,
                severity=Severity.ERROR if own else None,
            )
        case Unresolved(reason):
            yield Undetermined(where, reason)
