"""BG050."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.release import DeploymentGroup

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG050",
    name="two-services-in-one-group",
    family=Family.BLUE_GREEN,
    title="Deployment group holds more than one service or pair of target groups",
    severity=Severity.ERROR,
    subject=DeploymentGroup,
    since="0.1",
    rationale="A deployment group of ECS is one service with one pair of target groups: CodeDeploy "
    "refuses a second of either.",
    remediation="Declare one deployment group for each service; they may belong to the same application.",
    source="https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_LoadBalancerInfo.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices:  # <-
        - {ClusterName: hello, ServiceName: web}
        - {ClusterName: hello, ServiceName: api}
""",
    good="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices:
        - {ClusterName: hello, ServiceName: web}
""",
)
def two_services_in_one_group(group: DeploymentGroup, _graph: PipelineGraph) -> Findings:
    """What may be in a list beside what is seen does not matter: two are too many."""
    if len(group.services) > 1:
        yield Finding(group.at("ECSServices"), f"{group.said} names {len(group.services)} services, not one")
    if len(group.pairs) > 1:
        yield Finding(
            group.at("LoadBalancerInfo", "TargetGroupPairInfoList"),
            f"{group.said} names {len(group.pairs)} pairs of target groups, not one",
        )
