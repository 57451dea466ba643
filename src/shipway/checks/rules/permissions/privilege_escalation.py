"""IAM009."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.permissions._grants import listed
from shipway.model.identity import Role
from shipway.permissions.access import access_of
from shipway.permissions.escalation import escalations

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.permissions.escalation import Escalation


@rule(
    id="IAM009",
    name="privilege-escalation",
    family=Family.PERMISSIONS,
    title="Role can give itself more than it is granted",
    severity=Severity.ERROR,
    subject=Role,
    since="0.1",
    rationale="The rest of its policies does not matter then: whoever gets into the role has the account.",
    remediation="Limit the actions to the roles, functions or stacks that they are meant for.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
    bad="""
Resources:
  Build:  # <-
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies:
        - PolicyName: build
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: iam:PutRolePolicy
                Resource: "*"
""",
    good="""
Resources:
  Build:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies:
        - PolicyName: build
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: iam:PutRolePolicy
                Resource: !Sub arn:aws:iam::${AWS::AccountId}:role/app-task
""",
)
def privilege_escalation(role: Role, graph: PipelineGraph) -> Findings:
    """Ways that are certainly open; an administrator needs none, and has a finding already."""
    access = access_of(graph)
    found = escalations(access.principal(role), access.policies_of(role))
    if not found:
        return
    ways = listed(each.path.title for each in found)
    by = listed(action for each in found for action in each.actions)
    yield Finding(
        role.location,
        f"{role.said} can {ways}: it may call {by}",
        remedy=_remedy(found),
        severity=Severity.WARNING if all(map(_is_narrowed, found)) else None,
    )


def _is_narrowed(way: Escalation) -> bool:
    """Whether it only reaches roles that one service may act in, as in CDK's own deploy actions."""
    return bool(way.path.passes_role_to) and any(
        condition.key.lower() == "iam:passedtoservice"
        for statement in way.statements
        for condition in statement.conditions
    )


def _remedy(found: tuple[Escalation, ...]) -> str:
    where = listed(statement.shown for each in found for statement in each.statements)
    return f"Limit these actions to the roles, functions or stacks that they are meant for, in {where}."
