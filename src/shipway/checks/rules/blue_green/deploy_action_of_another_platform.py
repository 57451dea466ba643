"""BG026."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import platform_of
from shipway.model.pipeline import Action
from shipway.model.release import DeploymentGroup
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_PLATFORM = {"CodeDeploy": "Server", "CodeDeployToECS": "ECS"}


@rule(
    id="BG026",
    name="deploy-action-of-another-platform",
    family=Family.BLUE_GREEN,
    title="Deploy action and deployment group are for different platforms",
    severity=Severity.ERROR,
    subject=Action,
    since="0.1",
    rationale="The action CodeDeploy hands over a bundle for servers, CodeDeployToECS a task "
    "definition and an AppSpec. CodeDeploy refuses the one for a group of the other kind.",
    remediation="Use the provider CodeDeployToECS for a deployment group of an ECS service, and "
    "CodeDeploy for one of EC2 instances.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference- ECSbluegreen.html",
    bad="""
Resources:
  Hello:
    Type: AWS::CodeDeploy::Application
    Properties: {ComputePlatform: ECS}
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: !Ref Hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
  Delivery:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Deploy
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeploy, Version: "1"}
              Configuration:
                ApplicationName: !Ref Hello
                DeploymentGroupName: !Ref Release  # <-
""",
    good="""
Resources:
  Hello:
    Type: AWS::CodeDeploy::Application
    Properties: {ComputePlatform: ECS}
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: !Ref Hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
  Delivery:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Deploy
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeployToECS, Version: "1"}
              Configuration:
                ApplicationName: !Ref Hello
                DeploymentGroupName: !Ref Release
""",
)
def deploy_action_of_another_platform(action: Action, graph: PipelineGraph) -> Findings:
    """A group of another stack is not seen, and one of functions is no business of these two."""
    wanted = _PLATFORM.get(known(action.provider) or "")
    group = graph.deployment_group_of(action)
    if wanted is None or not isinstance(group, DeploymentGroup):
        return
    platform = platform_of(group, graph)
    if platform in _PLATFORM.values() and platform != wanted:
        yield Finding(
            action.at_configuration("DeploymentGroupName"),
            f"{action.said} deploys to {wanted} (provider {known(action.provider)}), and {group.said} "
            f"deploys to {platform}",
        )
