"""BG009."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import platform_of
from shipway.model.release import DeploymentGroup

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG009",
    name="missing-blue-green-settings",
    family=Family.BLUE_GREEN,
    title="ECS deployment group does not say what becomes of blue",
    severity=Severity.WARNING,
    subject=DeploymentGroup,
    since="0.1",
    rationale="CodeDeploy asks for BlueGreenDeploymentConfiguration in a group of an ECS service: "
    "when green takes over, and how long blue is kept. Left out, nobody has decided how "
    "long a rollback stays possible.",
    remediation="Set BlueGreenDeploymentConfiguration with DeploymentReadyOption and "
    "TerminateBlueInstancesOnDeploymentSuccess.",
    source="https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BlueGreenDeploymentCo "
    "nfiguration.html",
    bad="""
Resources:
  Release:  # <-
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
""",
    good="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
      BlueGreenDeploymentConfiguration:
        DeploymentReadyOption: {ActionOnTimeout: CONTINUE_DEPLOYMENT}
        TerminateBlueInstancesOnDeploymentSuccess: {Action: TERMINATE, TerminationWaitTimeInMinutes: 5}
""",
)
def missing_blue_green_settings(group: DeploymentGroup, graph: PipelineGraph) -> Findings:
    """A part that is missing in the settings is another rule's."""
    if platform_of(group, graph) == "ECS" and not group.blue.configured:
        yield Finding(
            group.at("BlueGreenDeploymentConfiguration"),
            f"{group.said} has no BlueGreenDeploymentConfiguration",
        )
