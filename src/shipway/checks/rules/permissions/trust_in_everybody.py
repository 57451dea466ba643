"""IAM021."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.identity import Role
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="IAM021",
    name="trust-in-everybody",
    family=Family.PERMISSIONS,
    title="Anybody in the world may act in the role",
    severity=Severity.ERROR,
    subject=Role,
    since="0.1",
    rationale="Principal * is every account of AWS.",
    remediation="Name the service, account or role that is to act in it.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    bad="""
Resources:
  Build:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {AWS: "*"}  # <-
            Action: sts:AssumeRole
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
""",
)
def trust_in_everybody(role: Role, _graph: PipelineGraph) -> Findings:
    """A condition, such as aws:PrincipalOrgID, may narrow it: that is not looked at."""
    for statement in role.trust.statements:
        everybody = any(known(each) == "*" for each in statement.principals.get("AWS", ()))
        if statement.allows and everybody and not statement.conditions:
            yield Finding(statement.at("Principal"), f"{role.said} may be assumed by anybody in the world")
