"""BG049."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import platform_of
from shipway.model.release import DeploymentGroup
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG049",
    name="copied-fleet-in-template",
    family=Family.BLUE_GREEN,
    title="CloudFormation cannot declare a deployment group that copies an Auto Scaling group",
    severity=Severity.ERROR,
    subject=DeploymentGroup,
    since="0.1",
    rationale="COPY_AUTO_SCALING_GROUP needs exactly one Auto Scaling group, and CloudFormation "
    "admits none beside it: the group cannot be created either way.",
    remediation="Set GreenFleetProvisioningOption to DISCOVER_EXISTING, deploy in place, or make the "
    "deployment group with the CLI.",
    source="https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2071",
    bad="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      Ec2TagFilters: [{Key: Name, Value: hello, Type: KEY_AND_VALUE}]
      BlueGreenDeploymentConfiguration:
        GreenFleetProvisioningOption: {Action: COPY_AUTO_SCALING_GROUP}  # <-
""",
    good="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      Ec2TagFilters: [{Key: Name, Value: hello, Type: KEY_AND_VALUE}]
      BlueGreenDeploymentConfiguration:
        GreenFleetProvisioningOption: {Action: DISCOVER_EXISTING}
""",
)
def copied_fleet_in_template(group: DeploymentGroup, graph: PipelineGraph) -> Findings:
    """For ECS the option means nothing."""
    path = ("BlueGreenDeploymentConfiguration", "GreenFleetProvisioningOption", "Action")
    action = known(group.properties.text(*path))
    if action == "COPY_AUTO_SCALING_GROUP" and platform_of(group, graph) == "Server":
        yield Finding(
            group.at(*path), f"{group.said} copies an Auto Scaling group, which no template can declare"
        )
