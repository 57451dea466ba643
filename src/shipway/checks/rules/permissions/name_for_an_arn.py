"""IAM010."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.identity import Statement
from shipway.model.text import Text, Token, TokenKind
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

# Ref of these is an ARN; Ref of everything else is a name or an id.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/resource-return-values.html
_REF_IS_AN_ARN = frozenset(
    {
        "AWS::CertificateManager::Certificate",
        "AWS::CodeConnections::Connection",
        "AWS::CodeStarConnections::Connection",
        "AWS::CodeStarNotifications::NotificationRule",
        "AWS::ECS::Service",
        "AWS::ECS::TaskDefinition",
        "AWS::ElasticLoadBalancingV2::Listener",
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        "AWS::IAM::ManagedPolicy",
        "AWS::Lambda::Alias",
        "AWS::Lambda::LayerVersion",
        "AWS::Lambda::Version",
        "AWS::SNS::Topic",
        "AWS::SecretsManager::Secret",
        "AWS::StepFunctions::StateMachine",
        "AWS::CodeBuild::ReportGroup",
    }
)


@rule(
    id="IAM010",
    name="name-for-an-arn",
    family=Family.PERMISSIONS,
    title="Statement names a resource where its ARN belongs",
    severity=Severity.ERROR,
    subject=Statement,
    since="0.1",
    rationale="IAM refuses the policy as malformed, or it matches nothing: Ref of most resources is a name.",
    remediation="Use Fn::GetAtt with Arn, or write the ARN around the name with Fn::Sub.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
    bad="""
Resources:
  Artifacts:
    Type: AWS::S3::Bucket
  Build:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: s3:GetObject
            Resource: !Sub "${Artifacts}/*"  # <-
""",
    good="""
Resources:
  Artifacts:
    Type: AWS::S3::Bucket
  Build:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: s3:GetObject
            Resource: !Sub "${Artifacts.Arn}/*"
""",
)
def name_for_an_arn(statement: Statement, graph: PipelineGraph) -> Findings:
    """A text that begins with a reference whose value is known not to be an ARN."""
    for index, resource in enumerate(statement.resources):
        token = _first_token(text_of(resource))
        if token is None or token.kind is not TokenKind.RESOURCE or token.attribute:
            continue
        named = next((each for each in graph.resources if each.logical_id == token.name), None)
        if named is None or not named.cfn_type.startswith("AWS::") or named.cfn_type in _REF_IS_AN_ARN:
            continue
        yield Finding(
            statement.at("Resource", index),
            f"{statement.logical_id} grants actions on {text_of(resource)}, "
            f"which begins with a name of {named.said} and not with an ARN",
        )


def _first_token(text: Text) -> Token | None:
    first = text.parts[0] if text.parts else None
    return first if isinstance(first, Token) else None
