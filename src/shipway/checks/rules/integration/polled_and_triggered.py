"""PIPE009."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.integration._triggers import POLLED, is_disabled
from shipway.model.pipeline import Action
from shipway.model.value import Unresolved, known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_EVENTS = {"CodeCommit": "aws.codecommit", "S3": "aws.s3"}


@rule(
    id="PIPE009",
    name="polled-and-triggered",
    family=Family.INTEGRATION,
    title="Source polls although an event already starts the pipeline",
    severity=Severity.WARNING,
    subject=Action,
    since="0.1",
    rationale="PollForSourceChanges is true where it is absent. Together with a rule or a webhook "
    "each change "
    "starts the pipeline twice, and the second execution overtakes or blocks the first.",
    remediation="Set PollForSourceChanges to false.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/update-change-detection.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
              Configuration:  # <-
                RepositoryName: hello
                BranchName: main
  OnPush:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codecommit]}
      Targets:
        - Id: release
          Arn: !Sub "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Release}"
          RoleArn: arn:aws:iam::111111111111:role/start
""",
    good="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
              Configuration:
                RepositoryName: hello
                BranchName: main
                PollForSourceChanges: false
  OnPush:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codecommit]}
      Targets:
        - Id: release
          Arn: !Sub "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Release}"
          RoleArn: arn:aws:iam::111111111111:role/start
""",
)
def polled_and_triggered(action: Action, graph: PipelineGraph) -> Findings:
    """Only an event of the same kind of source counts: a schedule does not follow a push."""
    pipeline = graph.pipeline_of(action)
    polls = action.configuration.get("PollForSourceChanges")
    if pipeline is None or not action.is_a(*POLLED) or known(action.category) != "Source":
        return
    if not action.configuration_seen or isinstance(polls, Unresolved) or known(polls) in {"false", "False"}:
        return
    starts = [
        each
        for each in graph.rules_that_start(pipeline)
        if each in graph.rules_on(_EVENTS.get(known(action.provider) or "", "")) and not is_disabled(each)
    ]
    hooks = graph.webhooks_of(pipeline) if action.is_a("GitHub") else ()
    for start in (*starts, *hooks)[:1]:
        yield Finding(
            action.at_configuration("PollForSourceChanges"),
            f"{action.said} of {pipeline.said} polls, and {start.said} starts the pipeline too",
        )
