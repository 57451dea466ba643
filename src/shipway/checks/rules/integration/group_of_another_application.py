"""PIPE041."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.pipeline import Action
from shipway.model.release import Application, DeploymentGroup

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PIPE041",
    name="group-of-another-application",
    family=Family.INTEGRATION,
    title="Action names an application to which its deployment group does not belong",
    severity=Severity.ERROR,
    subject=Action,
    since="0.1",
    rationale="A deployment group is looked up within its application. In another application there "
    "is no group "
    "of that name, and the action fails when it runs.",
    remediation="Name the application that the deployment group belongs to.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeDeploy.html",
    bad="""
Resources:
  Web: {Type: AWS::CodeDeploy::Application}
  Api: {Type: AWS::CodeDeploy::Application}
  Group:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties: {ApplicationName: !Ref Api}
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Deploy
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeploy, Version: "1"}
              Configuration:
                ApplicationName: !Ref Web  # <-
                DeploymentGroupName: !Ref Group
""",
    good="""
Resources:
  Api: {Type: AWS::CodeDeploy::Application}
  Group:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties: {ApplicationName: !Ref Api}
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Deploy
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeploy, Version: "1"}
              Configuration:
                ApplicationName: !Ref Api
                DeploymentGroupName: !Ref Group
""",
)
def group_of_another_application(action: Action, graph: PipelineGraph) -> Findings:
    """Only when both are declared."""
    named = graph.find(action.configuration.get("ApplicationName"), Application)
    group = graph.deployment_group_of(action)
    if not isinstance(named, Application) or not isinstance(group, DeploymentGroup):
        return
    owner = graph.find(group.application, Application)
    if isinstance(owner, Application) and owner is not named:
        yield Finding(
            action.at_configuration("ApplicationName"),
            f"{action.said} names {named.said}, and {group.said} belongs to {owner.said}",
        )
