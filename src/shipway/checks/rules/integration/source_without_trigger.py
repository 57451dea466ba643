"""PIPE001."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.pipeline import Action
from shipway.model.value import Known, known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_POLLED = frozenset({"CodeCommit", "S3", "GitHub"})


@rule(
    id="PIPE001",
    name="source-without-trigger",
    family=Family.INTEGRATION,
    title="Source does not poll, and nothing starts the pipeline",
    severity=Severity.ERROR,
    subject=Action,
    since="0.1",
    rationale="With PollForSourceChanges off, only an EventBridge rule or a webhook starts the pipeline. "
    "Without one, a push changes nothing until somebody presses Release change.",
    remediation="Add an AWS::Events::Rule on the source's change event with the pipeline as target and a "
    "role that may codepipeline:StartPipelineExecution.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-about-starting.html",
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
              Configuration:
                RepositoryName: hello
                BranchName: main
                PollForSourceChanges: false  # <-
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
      EventPattern:
        source: [aws.codecommit]
        detail-type: [CodeCommit Repository State Change]
      Targets:
        - Id: release
          Arn: !Sub "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Release}"
          RoleArn: arn:aws:iam::111111111111:role/start
""",
)
def source_without_trigger(action: Action, graph: PipelineGraph) -> Findings:
    """Only a source that says it does not poll can be known to wait for ever."""
    pipeline = graph.pipeline_of(action)
    polls = action.configuration.get("PollForSourceChanges")
    if pipeline is None or known(action.category) != "Source" or not action.is_a(*_POLLED):
        return
    if not isinstance(polls, Known) or polls.value.lower() != "false":
        return
    if graph.rules_that_start(pipeline) or graph.webhooks_of(pipeline) or pipeline.triggers:
        return
    yield Finding(
        action.at("Configuration", "PollForSourceChanges"),
        f"{action.said} of {pipeline.said} does not poll, and no rule or webhook starts the pipeline",
        # The rule may stand in a stack that was not given.
        Confidence.MEDIUM if graph.stacks[0].transforms else Confidence.HIGH,
    )
