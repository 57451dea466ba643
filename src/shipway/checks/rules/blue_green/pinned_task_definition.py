"""BG043."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import is_under_codedeploy
from shipway.model.service import Service, TaskDefinition
from shipway.model.text import TokenKind
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG043",
    name="pinned-task-definition",
    family=Family.BLUE_GREEN,
    title="Any change of the task definition makes the next stack update fail",
    severity=Severity.WARNING,
    subject=Service,
    since="0.1",
    rationale="!Ref of a task definition is its revision. A changed one is a new revision, and ECS "
    "refuses to change the task definition of a service under CODE_DEPLOY: the stack "
    "rolls back.",
    remediation="Name the family instead of the revision (the text of Family), with DependsOn on the "
    "task definition; new revisions come with deployments.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html",
    bad="""
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: hello
  Web:
    Type: AWS::ECS::Service
    DependsOn: Task
    Properties:
      DeploymentController: {Type: CODE_DEPLOY}
      LoadBalancers: [{ContainerName: web, ContainerPort: 80, TargetGroupArn: !ImportValue blue}]
      TaskDefinition: !Ref Task  # <-
""",
    good="""
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: hello
  Web:
    Type: AWS::ECS::Service
    DependsOn: Task
    Properties:
      DeploymentController: {Type: CODE_DEPLOY}
      LoadBalancers: [{ContainerName: web, ContainerPort: 80, TargetGroupArn: !ImportValue blue}]
      TaskDefinition: hello
""",
)
def pinned_task_definition(service: Service, graph: PipelineGraph) -> Findings:
    """Only what the same templates change."""
    token = text_of(service.task_definition).sole
    task = graph.find(service.task_definition, TaskDefinition)
    if not is_under_codedeploy(service) or not isinstance(task, TaskDefinition):
        return
    if token is not None and token.kind is TokenKind.RESOURCE:
        yield Finding(
            service.at("TaskDefinition"),
            f"{service.said} is under CODE_DEPLOY, and names a revision of {task.said}",
        )
