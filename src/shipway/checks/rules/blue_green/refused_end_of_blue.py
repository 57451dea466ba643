"""BG034."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import platform_of
from shipway.model.release import DeploymentGroup
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_TWO_DAYS = 2880


@rule(
    id="BG034",
    name="refused-end-of-blue",
    family=Family.BLUE_GREEN,
    title="CodeDeploy refuses what is to become of blue",
    severity=Severity.ERROR,
    subject=DeploymentGroup,
    since="0.1",
    rationale="For ECS the only action is TERMINATE, after at most 2880 minutes (two days). "
    "CodeDeploy refuses a group with KEEP_ALIVE or a longer wait.",
    remediation="Set Action: TERMINATE and TerminationWaitTimeInMinutes to at most 2880.",
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
          Action: KEEP_ALIVE  # <-
          TerminationWaitTimeInMinutes: 5
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
def refused_end_of_blue(group: DeploymentGroup, graph: PipelineGraph) -> Findings:
    """Instances, unlike task sets, may be kept."""
    where = group.at("BlueGreenDeploymentConfiguration", "TerminateBlueInstancesOnDeploymentSuccess")
    wait = known(group.blue.wait_minutes)
    if known(group.blue.action) == "KEEP_ALIVE" and platform_of(group, graph) == "ECS":
        yield Finding(
            where.at("Action"), f"{group.said} keeps blue alive (KEEP_ALIVE), which ECS does not admit"
        )
    if wait is not None and wait > _TWO_DAYS:
        yield Finding(
            where.at("TerminationWaitTimeInMinutes"),
            f"{group.said} keeps blue for {wait} minutes, and {_TWO_DAYS} is the most",
        )
