"""BG014."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.release import Application, DeploymentGroup
from shipway.model.value import Unresolved, known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_ON_SERVERS = ("AutoScalingGroups", "Ec2TagFilters", "Ec2TagSet", "OnPremisesInstanceTagFilters")


@rule(
    id="BG014",
    name="wrong-compute-platform",
    family=Family.BLUE_GREEN,
    title="Deployment group does not fit the platform of its application",
    severity=Severity.ERROR,
    subject=DeploymentGroup,
    since="0.1",
    rationale="An application is for EC2 servers unless ComputePlatform says ECS or Lambda, and "
    "CodeDeploy refuses a group that deploys to something else.",
    remediation="Set ComputePlatform: ECS on the application, and name the service in the group's "
    "ECSServices; leave EC2 filters and Auto Scaling groups out.",
    source="https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateApplication.htm l",
    bad="""
Resources:
  Hello:
    Type: AWS::CodeDeploy::Application
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: !Ref Hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]  # <-
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
""",
)
def wrong_compute_platform(group: DeploymentGroup, graph: PipelineGraph) -> Findings:
    """An application of another stack may be for anything."""
    application = graph.find(group.application, Application)
    if not isinstance(application, Application) or isinstance(application.platform, Unresolved):
        return
    platform = known(application.platform) or "Server"
    if group.services and platform != "ECS":
        yield Finding(
            group.at("ECSServices"),
            f"{group.said} deploys an ECS service, and {application.said} is for {platform}",
        )
    elif platform == "ECS" and not group.services and group.services.complete:
        yield Finding(group.at("ECSServices"), f"{group.said} of {application.said} names no ECS service")
    if platform == "ECS":
        for key in _ON_SERVERS:
            if group.properties.has(key):
                yield Finding(
                    group.at(key), f"{group.said} sets {key}, which {application.said} for ECS refuses"
                )
