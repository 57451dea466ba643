"""BG007."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import platform_of
from shipway.model.release import DeploymentGroup
from shipway.model.value import Known, Unresolved

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_ASKED = {"DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL"}


@rule(
    id="BG007",
    name="wrong-deployment-style",
    family=Family.BLUE_GREEN,
    title="Deployment group is not BLUE_GREEN with traffic control",
    severity=Severity.ERROR,
    subject=DeploymentGroup,
    since="0.1",
    rationale="Without DeploymentStyle a group is IN_PLACE without traffic control, which "
    "CodeDeploy refuses for ECS and Lambda: the deployment group cannot be created.",
    remediation="Set DeploymentStyle to DeploymentType: BLUE_GREEN and DeploymentOption: "
    "WITH_TRAFFIC_CONTROL.",
    source="https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentStyle.html",
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
      DeploymentStyle:
        DeploymentType: BLUE_GREEN
        DeploymentOption: WITH_TRAFFIC_CONTROL
""",
)
def wrong_deployment_style(group: DeploymentGroup, graph: PipelineGraph) -> Findings:
    """One finding: who left out one half mostly left out the other."""
    platform = platform_of(group, graph)
    if platform not in {"ECS", "Lambda"}:
        return
    said = {"DeploymentType": group.deployment_type, "DeploymentOption": group.deployment_option}
    for key, asked in _ASKED.items():
        where = group.at("DeploymentStyle", key)
        match said[key]:
            case Known(value) if value == asked:
                continue
            case Unresolved(reason):
                yield Undetermined(where, reason)
            case value:
                named = f"{key} {value.value}" if value else f"no {key}"
                yield Finding(where, f"{group.said} deploys to {platform} with {named} instead of {asked}")
                return
