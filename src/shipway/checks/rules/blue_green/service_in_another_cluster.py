"""BG048."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.release import EcsTarget
from shipway.model.service import Cluster, Service

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG048",
    name="service-in-another-cluster",
    family=Family.BLUE_GREEN,
    title="Deployment group looks for the service in another cluster",
    severity=Severity.ERROR,
    subject=EcsTarget,
    since="0.1",
    rationale="A service has its name within its cluster. CodeDeploy refuses a group whose service "
    "is not in the cluster that it names.",
    remediation="Name in ClusterName the cluster of the service.",
    source="https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ECSService.html",
    bad="""
Resources:
  Main: {Type: AWS::ECS::Cluster}
  Other: {Type: AWS::ECS::Cluster}
  Web:
    Type: AWS::ECS::Service
    Properties:
      Cluster: !Ref Main
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices:
        - ClusterName: !Ref Other  # <-
          ServiceName: !GetAtt Web.Name
""",
    good="""
Resources:
  Main: {Type: AWS::ECS::Cluster}
  Other: {Type: AWS::ECS::Cluster}
  Web:
    Type: AWS::ECS::Service
    Properties:
      Cluster: !Ref Main
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices:
        - ClusterName: !Ref Main
          ServiceName: !GetAtt Web.Name
""",
)
def service_in_another_cluster(target: EcsTarget, graph: PipelineGraph) -> Findings:
    """Both clusters must be seen."""
    service, cluster = graph.find(target.service, Service), graph.find(target.cluster, Cluster)
    if not isinstance(service, Service) or not isinstance(cluster, Cluster):
        return
    home = graph.find(service.cluster, Cluster)
    if isinstance(home, Cluster) and home is not cluster:
        yield Finding(
            target.at("ClusterName"),
            f"deployment group {target.logical_id} looks for {service.said} in {cluster.said}, and it is in "
            f"{home.said}",
        )
