"""Where the rules on blue and green end: what they must not call wrong, and what they cannot tell."""

from __future__ import annotations

import pytest

from shipway.checks.examples import check_example
from shipway.checks.registry import rule_named

GROUP = """
Resources:
  Web:
    Type: AWS::ECS::Service
    Properties: {DeploymentController: {Type: CODE_DEPLOY}}
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: !GetAtt Web.Name}]
"""
PARAMETER = "Parameters: {Given: {Type: String}}\n"
NETWORK = """
Resources:
  Guard: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: balancer}}
  Task:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: task
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, %s}]
  Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {SecurityGroups: [!Ref Guard]}}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Blue}]
  Blue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Web:
    Type: AWS::ECS::Service
    DependsOn: Listener
    Properties:
      LoadBalancers: [{ContainerName: web, ContainerPort: 80, TargetGroupArn: !Ref Blue}]
      NetworkConfiguration: {AwsvpcConfiguration: {SecurityGroups: [%s]}}
"""
RULED = """
Resources:
  Blue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Green: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties: {DefaultActions: [{Type: fixed-response}]}
  Rule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Actions: [{Type: forward, TargetGroupArn: !Ref %s}]
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
      LoadBalancerInfo:
        TargetGroupPairInfoList:
          - TargetGroups: [{Name: !GetAtt Blue.TargetGroupName}, {Name: !GetAtt Green.TargetGroupName}]
            ProdTrafficRoute: {ListenerArns: [!Ref Listener]}
"""
PORTS = """
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions: [{Name: web, Image: web, PortMappings: [%s]}]
  Web:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !Ref Task
      LoadBalancers: [{ContainerName: web, ContainerPort: 80, TargetGroupArn: !ImportValue blue}]
"""
ORDERED = """
Resources:
  Blue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties: {DefaultActions: [{Type: forward, TargetGroupArn: !Ref Blue}]}
  Between:
    Type: AWS::SNS::Topic
    Properties: {DisplayName: !Ref Listener}
  Web:
    Type: AWS::ECS::Service
    %s
    Properties:
      LoadBalancers: [{ContainerName: web, ContainerPort: 80, TargetGroupArn: !Ref Blue}]
"""
BALANCED = "\n      LoadBalancerInfo: !ImportValue balancing\n"
CHECK = """
Resources:
  Blue:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {Protocol: %s, HealthCheckIntervalSeconds: 10, HealthCheckTimeoutSeconds: 10}
"""


def verdict(name: str, template: str) -> str:
    """What a rule says: ``wrong``, ``unknown`` or ``fine``."""
    rule = rule_named(name)
    assert rule is not None
    outcome = check_example(rule, template)
    assert not outcome.crashes, outcome.crashes[0].error
    if outcome.findings:
        return "wrong"
    return "unknown" if outcome.undetermined else "fine"


@pytest.mark.parametrize(
    ("name", "template", "expected"),
    [
        ("missing-target-group-pair", GROUP, "wrong"),
        ("missing-target-group-pair", GROUP + BALANCED, "unknown"),
        ("wrong-deployment-style", PARAMETER + GROUP + "      DeploymentStyle: !Ref Given\n", "unknown"),
        ("missing-auto-rollback", GROUP + "      AutoRollbackConfiguration: !ImportValue back\n", "unknown"),
        (
            "missing-auto-rollback",
            GROUP + "      AutoRollbackConfiguration: {Enabled: true, Events: [DEPLOYMENT_STOP_ON_ALARM]}\n",
            "wrong",
        ),
        (
            "rollback-on-no-alarm",
            GROUP
            + "      AutoRollbackConfiguration: {Enabled: true, Events: [DEPLOYMENT_STOP_ON_ALARM]}\n"
            + "      AlarmConfiguration: {Enabled: false, Alarms: [{Name: errors}]}\n",
            "wrong",
        ),
        ("service-nobody-deploys", GROUP, "fine"),
        (
            "service-nobody-deploys",
            PARAMETER + GROUP.replace("!GetAtt Web.Name", "!Ref Given"),
            "unknown",
        ),
        ("balancer-shut-out", NETWORK % ("SourceSecurityGroupId: !Ref Guard", "!Ref Task"), "fine"),
        ("balancer-shut-out", NETWORK % ("SourceSecurityGroupId: !Ref Task", "!Ref Task"), "wrong"),
        ("balancer-shut-out", NETWORK % ("CidrIp: 10.0.0.0/16", "!Ref Task"), "fine"),
        ("balancer-shut-out", NETWORK % ("SourcePrefixListId: pl-1", "!Ref Task"), "fine"),
        ("balancer-shut-out", NETWORK % ("SourceSecurityGroupId: sg-1", "!Ref Task"), "fine"),
        ("balancer-shut-out", NETWORK % ("SourceSecurityGroupId: !Ref Task", "sg-2"), "fine"),
        ("listener-not-on-blue", RULED % "Green", "fine"),
        ("listener-not-on-blue", (RULED % "Other") + "  Other: {Type: AWS::SNS::Topic}\n", "fine"),
        (
            "listener-not-on-blue",
            (RULED % "Other") + "  Other: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}\n",
            "wrong",
        ),
        ("balanced-container-not-there", PORTS % "{ContainerPort: 8080}", "wrong"),
        ("balanced-container-not-there", PORTS % "{ContainerPort: !ImportValue port}", "fine"),
        ("balanced-container-not-there", PORTS % "{ContainerPortRange: 80-90}", "fine"),
        ("service-before-its-listener", ORDERED % "DependsOn: Between", "fine"),
        ("service-before-its-listener", ORDERED % "DependsOn: Blue", "wrong"),
        ("impossible-health-check", CHECK % "HTTP", "wrong"),
        ("impossible-health-check", CHECK % "TCP", "fine"),
        ("invented-deployment-config", GROUP + "      DeploymentConfigName: ECSAllAtOnce\n", "wrong"),
        ("invented-deployment-config", GROUP + "      DeploymentConfigName: half-of-it\n", "fine"),
    ],
)
def test_the_rule_knows_its_limits(name: str, template: str, expected: str) -> None:
    assert verdict(name, template) == expected
