"""IAM027."""

from __future__ import annotations

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.permissions._grants import grants_in, holder
from shipway.model.graph import PipelineGraph
from shipway.permissions.policy import Effect

_ACTION = "iam:passrole"
_NARROWING = frozenset({"iam:passedtoservice", "iam:associatedresourcearn"})


@rule(
    id="IAM027",
    name="pass-role-to-any-service",
    family=Family.PERMISSIONS,
    title="Role may hand a role over to whichever service",
    severity=Severity.INFO,
    subject=PipelineGraph,
    since="0.1",
    rationale="A role that is meant for tasks could be handed to another service that trusts it as well.",
    remediation="Set the condition iam:PassedToService, for ECS to ecs-tasks.amazonaws.com.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    bad="""
Resources:
  Deploy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: iam:PassRole  # <-
            Resource: !Sub arn:aws:iam::${AWS::AccountId}:role/app-task
""",
    good="""
Resources:
  Deploy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: iam:PassRole
            Resource: !Sub arn:aws:iam::${AWS::AccountId}:role/app-task
            Condition:
              StringEquals: {iam:PassedToService: ecs-tasks.amazonaws.com}
""",
)
def pass_role_to_any_service(_graph: PipelineGraph, graph: PipelineGraph) -> Findings:
    """Every role on * is another rule's."""
    for granted in grants_in(graph):
        statement = granted.statement
        if statement.effect is not Effect.ALLOW or statement.action is None or statement.resource is None:
            continue
        passes = not statement.action.negated and any(
            text.lower() == _ACTION for text in statement.action.texts
        )
        everything = any(text.rpartition(":")[2] in {"*", "role/*"} for text in statement.resource.texts)
        narrowed = any(each.key.lower() in _NARROWING for each in statement.conditions)
        if passes and not everything and not narrowed:
            yield Finding(
                granted.location.at("Action"), f"{holder(granted)} may hand roles over to any service"
            )
