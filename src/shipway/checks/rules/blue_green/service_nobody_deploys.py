"""BG002."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import is_under_codedeploy
from shipway.model.release import DeploymentGroup
from shipway.model.service import Service
from shipway.model.value import Cause, Unresolved

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG002",
    name="service-nobody-deploys",
    family=Family.BLUE_GREEN,
    title="Service waits for CodeDeploy, and no deployment group deploys it",
    severity=Severity.WARNING,
    subject=Service,
    since="0.1",
    rationale="A service under CODE_DEPLOY is replaced by CodeDeploy alone: ECS and CloudFormation "
    "refuse to change its task definition. Without a deployment group nothing new ever "
    "runs.",
    remediation="Declare an AWS::CodeDeploy::DeploymentGroup whose ECSServices name the service, or "
    "leave the controller at ECS.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type- bluegreen.html",
    bad="""
Resources:
  Web:
    Type: AWS::ECS::Service
    Properties:
      DeploymentController: {Type: CODE_DEPLOY}  # <-
""",
    good="""
Resources:
  Web:
    Type: AWS::ECS::Service
    Properties:
      DeploymentController: {Type: CODE_DEPLOY}
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: !GetAtt Web.Name}]
""",
)
def service_nobody_deploys(service: Service, graph: PipelineGraph) -> Findings:
    """A group whose service cannot be seen may be the one that deploys it; so may one of another stack."""
    if not is_under_codedeploy(service) or graph.groups_that_deploy(service):
        return
    where = service.at("DeploymentController", "Type")
    for group in graph.all(DeploymentGroup):
        unseen = group.services.rest
        for target in group.services:
            found = graph.find(target.service, Service)
            if isinstance(found, Unresolved) and found.cause is not Cause.OUTSIDE:
                unseen = found
        if unseen is not None:
            yield Undetermined(where, unseen.reason)
            return
    yield Finding(
        where,
        f"{service.said} waits for CodeDeploy, and no deployment group deploys it",
        Confidence.MEDIUM,
    )
