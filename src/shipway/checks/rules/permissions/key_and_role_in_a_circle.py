"""IAM024."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.identity import Role
from shipway.model.storage import Key
from shipway.model.text import TokenKind
from shipway.model.value import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.graph import PipelineGraph
    from shipway.model.location import Location
    from shipway.model.resource import Resource


@rule(
    id="IAM024",
    name="key-and-role-in-a-circle",
    family=Family.PERMISSIONS,
    title="Key's policy names a role whose policy names the key",
    severity=Severity.ERROR,
    subject=Key,
    since="0.1",
    rationale="Neither can be created before the other: CloudFormation refuses the template.",
    remediation="Let the key's policy name the account, which leaves it to the roles' policies; or move "
    "the role's statement into an AWS::IAM::Policy of its own.",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
    bad="""
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - Effect: Allow
            Principal: {AWS: !GetAtt Build.Arn}  # <-
            Action: kms:Decrypt
            Resource: "*"
  Build:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies:
        - PolicyName: build
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: kms:Decrypt, Resource: !GetAtt Key.Arn}
""",
    good="""
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - Effect: Allow
            Principal: {AWS: !Ref AWS::AccountId}
            Action: kms:Decrypt
            Resource: "*"
  Build:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies:
        - PolicyName: build
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: kms:Decrypt, Resource: !GetAtt Key.Arn}
""",
)
def key_and_role_in_a_circle(key: Key, graph: PipelineGraph) -> Findings:
    """The two alone; longer circles are the integration family's."""
    roles = {(role.stack, role.logical_id): role for role in graph.all(Role)}
    for location, stack, name in _names_in(key):
        role = roles.pop((stack, name), None)
        if role is not None and any((s, n) == (key.stack, key.logical_id) for _, s, n in _names_in(role)):
            yield Finding(
                location, f"{key.said} names {role.said} in its policy, which names the key in its own"
            )


def _names_in(resource: Resource) -> Iterator[tuple[Location, str, str]]:
    """The resources that another one refers to, each with the place."""
    for location, value in resource.properties.walk():
        for token in text_of(value).tokens:
            if token.kind is TokenKind.RESOURCE:
                yield location, token.stack, token.name
