"""IAM023."""

from __future__ import annotations

import re

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.permissions._grants import grants_in, holder, show
from shipway.model.graph import PipelineGraph
from shipway.permissions.symbols import is_opaque

_OPEN = re.compile(r"\\(U000f|U0010|u[ef])")  # an opaque value, as repr writes it
_OTHER_RULES = ("Resource is missing", "Resource is empty")


@rule(
    id="IAM023",
    name="malformed-policy",
    family=Family.PERMISSIONS,
    title="Policy is not written in IAM's grammar",
    severity=Severity.ERROR,
    subject=PipelineGraph,
    since="0.1",
    rationale="IAM refuses the policy as malformed, and the deployment fails.",
    remediation="Write the statement with Effect, Action and Resource; a policy of a role takes no "
    "Principal.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
    bad="""
Resources:
  Build:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: allow  # <-
            Action: ecr:GetAuthorizationToken
            Resource: "*"
""",
    good="""
Resources:
  Build:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: ecr:GetAuthorizationToken
            Resource: "*"
""",
)
def malformed_policy(_graph: PipelineGraph, graph: PipelineGraph) -> Findings:
    """What cannot be seen in a template is no fault of its grammar."""
    for granted in grants_in(graph):
        for problem in granted.statement.problems:
            if problem in _OTHER_RULES or is_opaque(problem) or _OPEN.search(problem):
                continue
            yield Finding(
                granted.location,
                f"{holder(granted)} has a policy that IAM refuses: {show(problem, graph)}",
                about=problem,
            )
