"""BG025."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.model.pipeline import Action
from shipway.model.service import Service
from shipway.model.value import Known, Unresolved

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG025",
    name="rolling-action-on-codedeploy-service",
    family=Family.BLUE_GREEN,
    title="ECS deploy action on a service that CodeDeploy replaces",
    severity=Severity.ERROR,
    subject=Action,
    since="0.1",
    rationale="The ECS action calls UpdateService with a new task definition, which ECS refuses for "
    "a service under CODE_DEPLOY: the action fails in every execution.",
    remediation="Deploy with a CodeDeployToECS action and the deployment group, or set the service's "
    "DeploymentController to ECS.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECS.html",
    bad="""
Resources:
  Web:
    Type: AWS::ECS::Service
    Properties:
      DeploymentController: {Type: CODE_DEPLOY}
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
                ServiceName: !GetAtt Web.Name  # <-
""",
    good="""
Resources:
  Web:
    Type: AWS::ECS::Service
    Properties:
      DeploymentController: {Type: ECS}
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
def rolling_action_on_codedeploy_service(action: Action, graph: PipelineGraph) -> Findings:
    """EXTERNAL is refused alike."""
    if not action.is_a("ECS"):
        return
    service = graph.find(action.configuration.get("ServiceName"), Service)
    if not isinstance(service, Service):
        return
    match service.controller:
        case None | Known("ECS"):
            return
        case Unresolved(reason):
            yield Undetermined(action.at_configuration("ServiceName"), reason)
        case Known(controller):
            yield Finding(
                action.at_configuration("ServiceName"),
                f"{action.said} updates {service.said}, whose deployment controller is {controller}",
            )
