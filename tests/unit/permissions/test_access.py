"""The policies of a role: inline, attached, managed, bounded, and those that nobody can see."""

from collections.abc import Callable

import pytest

from shipway.model.graph import PipelineGraph
from shipway.model.identity import Role
from shipway.permissions.access import Access
from shipway.permissions.decision import Verdict
from shipway.permissions.request import Context, Request

GraphOf = Callable[[str], PipelineGraph]
DOCUMENT = "{Statement: [{Effect: Allow, Action: sns:Publish, Resource: '*'}]}"


def verdict(graph: PipelineGraph, action: str = "sns:Publish", resource: str = "") -> Verdict:
    access = Access(graph)
    role = graph.one("Role", Role)
    assert role is not None
    named = next((each for each in graph.resources if each.logical_id == resource), None)
    where = access.names.arn(named) if named else resource or access.names.here("sns", "alerts")
    return access.decide(Request(access.principal(role), action, where, Context()), role).verdict


def role(properties: str = "", others: str = "") -> str:
    return f"""
Parameters: {{Somebody: {{Type: String}}}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: app
      AssumeRolePolicyDocument: {{}}
      {properties}
{others}
"""


@pytest.mark.parametrize("name", ["!Ref Role", "app"])
@pytest.mark.parametrize("kind", ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"])
def test_a_policy_that_names_the_role(graph_of: GraphOf, name: str, kind: str) -> None:
    policy = f"  P: {{Type: '{kind}', Properties: {{Roles: [{name}], PolicyDocument: {DOCUMENT}}}}}"
    assert verdict(graph_of(role(others=policy))) is Verdict.ALLOW


def test_a_policy_of_another_role(graph_of: GraphOf) -> None:
    policy = f"  P: {{Type: AWS::IAM::Policy, Properties: {{Roles: [other], PolicyDocument: {DOCUMENT}}}}}"
    assert verdict(graph_of(role(others=policy))) is Verdict.DENY


def test_a_policy_for_whom_nobody_can_tell(graph_of: GraphOf) -> None:
    policy = (
        f"  P: {{Type: AWS::IAM::Policy, Properties: {{Roles: [!Ref Somebody], PolicyDocument: {DOCUMENT}}}}}"
    )
    assert verdict(graph_of(role(others=policy))) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        ("arn:aws:iam::aws:policy/AmazonSNSFullAccess", Verdict.ALLOW),
        ("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess", Verdict.DENY),
        ("arn:aws:iam::aws:policy/NobodyHasThis", Verdict.DENY),
        ("arn:aws:iam::111111111111:policy/theirs", Verdict.UNKNOWN),
        ("!Ref Somebody", Verdict.UNKNOWN),
    ],
)
def test_managed_policies(graph_of: GraphOf, arn: str, expected: Verdict) -> None:
    assert verdict(graph_of(role(f"ManagedPolicyArns: [{arn}]"))) is expected


def test_a_boundary_bounds(graph_of: GraphOf) -> None:
    properties = (
        "ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonSNSFullAccess']\n"
        "      PermissionsBoundary: arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    )
    assert verdict(graph_of(role(properties))) is Verdict.DENY


KEY = """
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - Effect: Allow
            Principal:
              AWS: {who}
            Action: "kms:*"
            Resource: "*"
"""


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("!GetAtt Role.Arn", Verdict.ALLOW),
        ("!GetAtt Other.Arn", Verdict.DENY),
        ("!Ref AWS::AccountId", Verdict.DENY),  # leaves it to the role's policies, which say nothing
    ],
)
def test_a_key_opens_itself_to_whom_it_names(graph_of: GraphOf, who: str, expected: Verdict) -> None:
    other = "  Other: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}"
    graph = graph_of(role(others=other + KEY.format(who=who)))
    assert verdict(graph, "kms:Decrypt", "Key") is expected


def test_a_key_of_somebody_else_may_be_open(graph_of: GraphOf) -> None:
    graph = graph_of(role("ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess']"))
    assert verdict(graph, "kms:Decrypt", "arn:aws:kms:eu-west-1:111111111111:key/1") is Verdict.UNKNOWN
