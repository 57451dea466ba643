"""BG032."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import platform_of
from shipway.model.release import DeploymentGroup
from shipway.model.value import Known, Unresolved

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG032",
    name="blue-gone-at-once",
    family=Family.BLUE_GREEN,
    title="Blue is terminated as soon as green has all traffic",
    severity=Severity.WARNING,
    subject=DeploymentGroup,
    since="0.1",
    rationale="What only real traffic shows comes in the first minutes. With blue gone, going back "
    "means a new deployment instead of a moment.",
    remediation="Set TerminationWaitTimeInMinutes to at least 5.",
    source="https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BlueInstanceTerminati "
    "onOption.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
      BlueGreenDeploymentConfiguration:
        TerminateBlueInstancesOnDeploymentSuccess:
          Action: TERMINATE
          TerminationWaitTimeInMinutes: 0  # <-
""",
    good="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
      BlueGreenDeploymentConfiguration:
        TerminateBlueInstancesOnDeploymentSuccess:
          Action: TERMINATE
          TerminationWaitTimeInMinutes: 5
""",
)
def blue_gone_at_once(group: DeploymentGroup, graph: PipelineGraph) -> Findings:
    """Absent is 0."""
    if platform_of(group, graph) != "ECS" or not group.blue.configured:
        return
    where = group.at(
        "BlueGreenDeploymentConfiguration",
        "TerminateBlueInstancesOnDeploymentSuccess",
        "TerminationWaitTimeInMinutes",
    )
    match group.blue.wait_minutes:
        case None | Known(0):
            yield Finding(where, f"{group.said} terminates blue at once when green has taken over")
        case Unresolved(reason):
            yield Undetermined(where, reason)
