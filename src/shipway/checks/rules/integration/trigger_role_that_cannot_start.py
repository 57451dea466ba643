"""PIPE008."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.integration._triggers import START, targets_a_pipeline
from shipway.model.alerts import EventTarget
from shipway.model.identity import ManagedPolicy, Role
from shipway.model.node import Relation
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.identity import Statement


@rule(
    id="PIPE008",
    name="trigger-role-that-cannot-start",
    family=Family.INTEGRATION,
    title="Role of the trigger may not start a pipeline",
    severity=Severity.ERROR,
    subject=EventTarget,
    since="0.1",
    rationale="EventBridge starts the pipeline as the target's role. Without StartPipelineExecution the call "
    "is denied, nobody is told, and the push starts nothing.",
    remediation="Allow the role codepipeline:StartPipelineExecution on the pipeline's ARN.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/triggering.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties: {Name: release}
  Start:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies:
        - PolicyName: start
          PolicyDocument:
            Statement: {Effect: Allow, Action: "codepipeline:GetPipeline", Resource: "*"}
  OnPush:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codecommit]}
      Targets:
        - Id: release
          Arn: !Sub "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Release}"
          RoleArn: !GetAtt Start.Arn  # <-
""",
    good="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties: {Name: release}
  Start:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies:
        - PolicyName: start
          PolicyDocument:
            Statement: {Effect: Allow, Action: "codepipeline:StartPipelineExecution", Resource: "*"}
  OnPush:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codecommit]}
      Targets:
        - Id: release
          Arn: !Sub "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Release}"
          RoleArn: !GetAtt Start.Arn
""",
)
def trigger_role_that_cannot_start(target: EventTarget, graph: PipelineGraph) -> Findings:
    """Whether the action is granted at all; on which pipeline is the permissions family's question."""
    role = graph.role_of(target)
    if not isinstance(role, Role) or not targets_a_pipeline(target, graph):
        return
    verdicts = [_grants(statement) for statement in graph.statements_of(role) if statement.allows]
    if True in verdicts:
        return
    managed = graph.targets(role, Relation.GUARDED_BY, ManagedPolicy)
    if None in verdicts or len(managed) < len(role.managed_policies) or not role.managed_policies.complete:
        yield Undetermined(target.at("RoleArn"), f"not every policy of {role.said} can be seen")
    else:
        yield Finding(
            target.at("RoleArn"),
            f"{role.said} may not codepipeline:StartPipelineExecution, so nothing starts",
        )


def _grants(statement: Statement) -> bool | None:
    patterns = [known(action) for action in statement.actions]
    if any(pattern is not None and fnmatchcase(START, pattern.lower()) for pattern in patterns):
        return True
    seen = statement.actions.complete and None not in patterns and not statement.not_actions
    return False if seen else None
