"""BG033."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.release import DeploymentGroup
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG033",
    name="refused-wait-for-green",
    family=Family.BLUE_GREEN,
    title="CodeDeploy refuses to wait and to continue by itself at once",
    severity=Severity.ERROR,
    subject=DeploymentGroup,
    since="0.1",
    rationale="A wait time is for STOP_DEPLOYMENT: how long somebody may take to reroute by hand. "
    "Together with CONTINUE_DEPLOYMENT, CodeDeploy refuses the group.",
    remediation="Leave WaitTimeInMinutes out, or set ActionOnTimeout to STOP_DEPLOYMENT; to test "
    "before the shift use hooks and a test listener.",
    source="https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentReadyOption .html",
    bad="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
      BlueGreenDeploymentConfiguration:
        DeploymentReadyOption:
          ActionOnTimeout: CONTINUE_DEPLOYMENT
          WaitTimeInMinutes: 5  # <-
""",
    good="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
      BlueGreenDeploymentConfiguration:
        DeploymentReadyOption:
          ActionOnTimeout: CONTINUE_DEPLOYMENT
""",
)
def refused_wait_for_green(group: DeploymentGroup, _graph: PipelineGraph) -> Findings:
    """A wait of 0 is none: CDK writes it."""
    wait = known(group.blue.ready_wait_minutes)
    if known(group.blue.ready_action) == "CONTINUE_DEPLOYMENT" and wait:
        yield Finding(
            group.at("BlueGreenDeploymentConfiguration", "DeploymentReadyOption", "WaitTimeInMinutes"),
            f"{group.said} continues by itself (CONTINUE_DEPLOYMENT), and is told to wait {wait} minutes",
        )
