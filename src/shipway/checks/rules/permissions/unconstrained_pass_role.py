"""IAM008."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.permissions._grants import grants_in, holder, place, show
from shipway.model.graph import PipelineGraph
from shipway.permissions.policy import Effect

if TYPE_CHECKING:
    from shipway.permissions.policy import Statement

_ACTION = "iam:passrole"
_SERVICE = "iam:passedtoservice"


@rule(
    id="IAM008",
    name="unconstrained-pass-role",
    family=Family.PERMISSIONS,
    title="Role may hand any role over to a service",
    severity=Severity.WARNING,
    subject=PipelineGraph,
    since="0.1",
    rationale="Whoever may pass every role and start something that runs as one may do all that any role "
    "of the account may do.",
    remediation="Name the roles that are handed over, such as the task role and the execution role, and "
    "set iam:PassedToService.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    bad="""
Resources:
  Deploy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: iam:PassRole
            Resource: "*"  # <-
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
            Resource: !Sub arn:aws:iam::${AWS::AccountId}:role/app-task-*
            Condition:
              StringEquals: {iam:PassedToService: ecs-tasks.amazonaws.com}
""",
)
def unconstrained_pass_role(_graph: PipelineGraph, graph: PipelineGraph) -> Findings:
    """A condition on the service narrows it, and does not limit the roles."""
    for granted in grants_in(graph):
        statement = granted.statement
        if not _passes(statement) or statement.resource is None or statement.resource.negated:
            continue
        for text in statement.resource.texts:
            if _is_any(text):
                service = _service(statement)
                to = f" to {service}" if service else " to any service"
                yield Finding(
                    place(granted, "Resource", text),
                    f"{holder(granted)} may hand over every role{to}: iam:PassRole on {show(text, graph)}",
                    severity=Severity.WARNING if service else Severity.ERROR,
                )


def _passes(statement: Statement) -> bool:
    if statement.effect is not Effect.ALLOW or statement.action is None or statement.action.negated:
        return False
    return any(text.lower() == _ACTION for text in statement.action.texts)


def _is_any(text: str) -> bool:
    return not text.strip("*") or text.rpartition(":")[2] in {"role/*", "*"}


def _service(statement: Statement) -> str:
    named = (each for each in statement.conditions if each.key.lower() == _SERVICE)
    return next((", ".join(each.values) for each in named), "")
