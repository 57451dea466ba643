"""BG044."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.model.service import Service
from shipway.model.value import Unresolved, known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG044",
    name="rolling-without-rollback",
    family=Family.BLUE_GREEN,
    title="Rolling deployment of a pipeline does not roll back by itself",
    severity=Severity.WARNING,
    subject=Service,
    since="0.1",
    rationale="ECS starts a broken version again and again, and the pipeline's deploy action waits "
    "until it times out, with old and new tasks mixed.",
    remediation="Set DeploymentConfiguration.DeploymentCircuitBreaker to Enable: true and Rollback: true.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit- breaker.html",
    bad="""
Resources:
  Web:  # <-
    Type: AWS::ECS::Service
    Properties:
      ServiceName: web
      DesiredCount: 2
  Delivery:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Deploy
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
              Configuration:
                ClusterName: hello
                ServiceName: !GetAtt Web.Name
""",
    good="""
Resources:
  Web:
    Type: AWS::ECS::Service
    Properties:
      ServiceName: web
      DeploymentConfiguration: {DeploymentCircuitBreaker: {Enable: true, Rollback: true}}
  Delivery:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Deploy
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
              Configuration:
                ClusterName: hello
                ServiceName: !GetAtt Web.Name
""",
)
def rolling_without_rollback(service: Service, graph: PipelineGraph) -> Findings:
    """Deployment alarms that roll back do as well."""
    rollout = service.rollout
    if known(service.controller) not in {None, "ECS"} or known(rollout.strategy) not in {None, "ROLLING"}:
        return
    if not any(action.is_a("ECS") for action in graph.actions_that_use(service)):
        return
    alarms = service.properties.boolean("DeploymentConfiguration", "Alarms", "Rollback")
    where = service.at("DeploymentConfiguration", "DeploymentCircuitBreaker")
    for value in (service.controller, rollout.strategy, rollout.circuit_breaker, alarms):
        if isinstance(value, Unresolved):
            yield Undetermined(where, value.reason)
            return
    breaks = known(rollout.circuit_breaker) and known(rollout.circuit_breaker_rolls_back)
    if not breaks and not known(alarms):
        yield Finding(where, f"{service.said} is deployed by a pipeline, and no failed deployment rolls back")
