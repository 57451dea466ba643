"""BG001."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.model.service import Service
from shipway.model.value import Known, Unresolved

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG001",
    name="service-not-under-codedeploy",
    family=Family.BLUE_GREEN,
    title="Service is deployed by CodeDeploy, and has another deployment controller",
    severity=Severity.ERROR,
    subject=Service,
    since="0.1",
    rationale="CodeDeploy replaces a service by task sets, which ECS allows only when the service's "
    "deployment controller is CODE_DEPLOY. The deployment group cannot be created for another one.",
    remediation="Set DeploymentController to Type: CODE_DEPLOY. It cannot be changed on an existing service: "
    "the service is replaced.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-bluegreen.html",
    bad="""
Resources:
  Hello:
    Type: AWS::ECS::Service
    Properties:
      DeploymentController:
        Type: ECS  # <-
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices:
        - ClusterName: hello
          ServiceName: !GetAtt Hello.Name
""",
    good="""
Resources:
  Hello:
    Type: AWS::ECS::Service
    Properties:
      DeploymentController:
        Type: CODE_DEPLOY
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices:
        - ClusterName: hello
          ServiceName: !GetAtt Hello.Name
""",
)
def service_not_under_codedeploy(service: Service, graph: PipelineGraph) -> Findings:
    """Absent is ECS."""
    where = service.at("DeploymentController", "Type")
    for group in graph.groups_that_deploy(service)[:1]:
        match service.controller:
            case Known("CODE_DEPLOY"):
                return
            case Unresolved(reason):
                yield Undetermined(where, reason)
            case controller:
                named = controller.value if controller else "ECS, the default"
                yield Finding(
                    where, f"{group.said} deploys {service.said}, whose deployment controller is {named}"
                )
