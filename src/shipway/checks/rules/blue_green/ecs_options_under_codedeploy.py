"""BG024."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import NATIVE, is_under_codedeploy
from shipway.model.service import Service
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG024",
    name="ecs-options-under-codedeploy",
    family=Family.BLUE_GREEN,
    title="Service under CodeDeploy uses what only ECS's own deployments have",
    severity=Severity.ERROR,
    subject=Service,
    since="0.1",
    rationale="Circuit breaker, deployment alarms, a strategy and daemons belong to the deployment "
    "controller ECS. ECS refuses a service that has them under CODE_DEPLOY.",
    remediation="Leave them out; set alarms and rollback on the CodeDeploy deployment group instead.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguratio n.html",
    bad="""
Resources:
  Web:
    Type: AWS::ECS::Service
    Properties:
      DeploymentController: {Type: CODE_DEPLOY}
      LoadBalancers: [{ContainerName: web, ContainerPort: 80, TargetGroupArn: !ImportValue blue}]
      DeploymentConfiguration: {DeploymentCircuitBreaker: {Enable: true, Rollback: true}}  # <-
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: !GetAtt Web.Name}]
""",
    good="""
Resources:
  Web:
    Type: AWS::ECS::Service
    Properties:
      DeploymentController: {Type: CODE_DEPLOY}
      LoadBalancers: [{ContainerName: web, ContainerPort: 80, TargetGroupArn: !ImportValue blue}]
      DeploymentConfiguration: {MinimumHealthyPercent: 100}
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: !GetAtt Web.Name}]
""",
)
def ecs_options_under_codedeploy(service: Service, _graph: PipelineGraph) -> Findings:
    """What is there and switched off does no harm."""
    if not is_under_codedeploy(service):
        return
    rollout = service.rollout
    strategy = known(rollout.strategy)
    daemon = known(service.properties.text("SchedulingStrategy")) == "DAEMON"
    for wrong, path, what in (
        (
            known(rollout.circuit_breaker),
            ("DeploymentConfiguration", "DeploymentCircuitBreaker"),
            "a circuit breaker",
        ),
        (known(rollout.alarms_enabled), ("DeploymentConfiguration", "Alarms"), "deployment alarms"),
        (strategy in NATIVE, ("DeploymentConfiguration", "Strategy"), f"the strategy {strategy}"),
        (daemon, ("SchedulingStrategy",), "the scheduling strategy DAEMON"),
    ):
        if wrong:
            yield Finding(
                service.at(*path),
                f"{service.said} has {what}, which the controller CODE_DEPLOY does not admit",
            )
