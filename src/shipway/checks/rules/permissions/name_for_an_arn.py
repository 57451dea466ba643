"""IAM010."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.identity import Statement
from shipway.model.value import text_of
from shipway.permissions.access import access_of
from shipway.permissions.futile import Flaw, resource_flaw
from shipway.permissions.symbols import UNTOLD

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


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
    """Policies of roles and of resources alike; a value that only the deployment knows may be an ARN."""
    names = access_of(graph).names
    for index, resource in enumerate(statement.resources):
        if resource_flaw(names.of(resource, UNTOLD)) is not Flaw.NOT_AN_ARN:
            continue
        token = next(text_of(resource).tokens, None)
        named = next((each for each in graph.resources if token and each.logical_id == token.name), None)
        what = f" of {named.said}" if named is not None else ""
        yield Finding(
            statement.at("Resource", index),
            f"{statement.logical_id} grants actions on {text_of(resource)}, "
            f"which begins with a name{what} and not with an ARN",
        )
