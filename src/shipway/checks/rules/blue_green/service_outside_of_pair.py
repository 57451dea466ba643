"""BG016."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import balanced_by, targets_of
from shipway.model.release import DeploymentGroup

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG016",
    name="service-outside-of-pair",
    family=Family.BLUE_GREEN,
    title="Service is balanced by a target group that is not in the pair",
    severity=Severity.ERROR,
    subject=DeploymentGroup,
    since="0.1",
    rationale="CodeDeploy takes the target group of the running task set for blue. When it is "
    "neither of the pair, no deployment can begin.",
    remediation="Name the target group of the service's LoadBalancers as one of the two in "
    "TargetGroupPairInfoList.",
    source="https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-ecs.html",
    bad="""
Resources:
  Blue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Green: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Other: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Blue}]
  Web:
    Type: AWS::ECS::Service
    Properties:
      DeploymentController: {Type: CODE_DEPLOY}
      LoadBalancers:
        - {ContainerName: web, ContainerPort: 80, TargetGroupArn: !Ref Other}
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: !GetAtt Web.Name}]
      LoadBalancerInfo:
        TargetGroupPairInfoList:
          - TargetGroups: [{Name: !GetAtt Blue.TargetGroupName}, {Name: !GetAtt Green.TargetGroupName}]  # <-
            ProdTrafficRoute: {ListenerArns: [!Ref Listener]}
""",
    good="""
Resources:
  Blue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Green: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Other: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Blue}]
  Web:
    Type: AWS::ECS::Service
    Properties:
      DeploymentController: {Type: CODE_DEPLOY}
      LoadBalancers:
        - {ContainerName: web, ContainerPort: 80, TargetGroupArn: !Ref Blue}
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: !GetAtt Web.Name}]
      LoadBalancerInfo:
        TargetGroupPairInfoList:
          - TargetGroups: [{Name: !GetAtt Blue.TargetGroupName}, {Name: !GetAtt Green.TargetGroupName}]
            ProdTrafficRoute: {ListenerArns: [!Ref Listener]}
""",
)
def service_outside_of_pair(group: DeploymentGroup, graph: PipelineGraph) -> Findings:
    """Only where every target group can be seen."""
    for pair in group.pairs:
        both = targets_of(pair, graph)
        for service in graph.services_of(group) if both and len(both) > 1 else ():
            balanced = balanced_by(service, graph)
            if balanced and both and not set(balanced) & set(both):
                yield Finding(
                    pair.at("TargetGroups"),
                    f"{group.said} shifts between {' and '.join(each.logical_id for each in both)}, and "
                    f"{service.said} registers its tasks in {balanced[0].logical_id}",
                )
