"""IAM001."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.identity import Policy, Role, Statement
from shipway.model.storage import Bucket, ImageRepository, Key
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="IAM001",
    name="wildcard-action",
    family=Family.PERMISSIONS,
    title="Role may do everything, or everything in a service",
    severity=Severity.ERROR,
    subject=Statement,
    since="0.1",
    rationale="Whoever gets into the build or the task gets all of it, the deletion of other people's "
    "resources included.",
    remediation="List the actions that are called; `shipway permissions` derives them from the pipeline.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    bad="""
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
                Action:
                  - ecs:*  # <-
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
                Action:
                  - ecs:DescribeServices
                Resource: "*"
""",
)
def wildcard_action(statement: Statement, graph: PipelineGraph) -> Findings:
    """Policies of resources are left out: a key policy must grant ``kms:*`` to the account."""
    owner = graph.parent(statement)
    guarded = isinstance(owner, (Key, Bucket, ImageRepository)) or statement.principals
    if guarded or not statement.allows:
        return
    for index, action in enumerate(statement.actions):
        value = known(action) or ""
        if value == "*" or value.endswith(":*"):
            subject = graph.enclosing(statement, Role) or owner
            said = subject.said if isinstance(subject, Role) else f"{statement.logical_id}"
            policy = f" in policy {known(owner.name)}" if isinstance(owner, Policy) else ""
            yield Finding(statement.at("Action", index), f"{said} may do {value}{policy}")
