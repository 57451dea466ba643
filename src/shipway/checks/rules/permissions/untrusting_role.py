"""IAM007."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.model.identity import Role
from shipway.permissions.decision import Verdict
from shipway.permissions.needs import needs_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="IAM007",
    name="untrusting-role",
    family=Family.PERMISSIONS,
    title="Role does not trust the service that is to act in it",
    severity=Severity.ERROR,
    subject=Role,
    since="0.1",
    rationale="The service may not assume the role: creation of the part that uses it fails, or its "
    "first run does.",
    remediation="Name the service as Principal of AssumeRolePolicyDocument.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html",
    bad="""
Resources:
  Build:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:  # <-
        Statement:
          - Effect: Allow
            Principal: {Service: codepipeline.amazonaws.com}
            Action: sts:AssumeRole
  Project:
    Type: AWS::CodeBuild::Project
    Properties:
      ServiceRole: !GetAtt Build.Arn
""",
    good="""
Resources:
  Build:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {Service: codebuild.amazonaws.com}
            Action: sts:AssumeRole
  Project:
    Type: AWS::CodeBuild::Project
    Properties:
      ServiceRole: !GetAtt Build.Arn
""",
)
def untrusting_role(role: Role, graph: PipelineGraph) -> Findings:
    """Whatever the graph shows to run as the role."""
    where = role.at("AssumeRolePolicyDocument")
    for need in needs_of(graph).by_role.get(role, ()):
        if not need.service:
            continue
        user = f"{need.cause.label} {need.cause.logical_id}"
        if need.verdict is Verdict.DENY:
            yield Finding(
                where,
                f"{role.said} does not trust {need.service}, which is to act in it for {user}",
                remedy=f'Add {{"Effect": "Allow", "Principal": {{"Service": "{need.service}"}}, '
                '"Action": "sts:AssumeRole"} to AssumeRolePolicyDocument.',
                about=need.service,
            )
        elif need.verdict is Verdict.UNKNOWN:
            reason = f"its trust in {need.service} hangs on what only the deployment knows"
            yield Undetermined(where, reason, need.service)
