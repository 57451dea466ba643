"""PIPE001."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.integration._triggers import POLLED, may_be_started_by_others
from shipway.model.pipeline import Action
from shipway.model.value import Known, Unresolved, known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.pipeline import Pipeline

_CONNECTION = "CodeStarSourceConnection"
_SWITCH = {**dict.fromkeys(POLLED, "PollForSourceChanges"), _CONNECTION: "DetectChanges"}


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
    """Only a source that says it does not poll, or cannot, can be known to wait for ever."""
    pipeline = graph.pipeline_of(action)
    if pipeline is None or known(action.category) != "Source" or _starts_by_itself(action) is not False:
        return
    if any(_starts_by_itself(each) is not False for each in pipeline.sources):
        return  # the pipeline follows another of its sources, and only reads this one
    if graph.rules_that_start(pipeline) or graph.webhooks_of(pipeline) or _has_triggers(pipeline):
        return
    where = (
        action.at_configuration(_SWITCH[known(action.provider) or ""]) if _switch(action) else action.location
    )
    if may_be_started_by_others(graph):
        yield Undetermined(where, f"code or a rule that cannot be followed may start {pipeline.said}")
        return
    yield Finding(
        where,
        f"{action.said} of {pipeline.said} does not {'poll' if _polls(action) else 'start it on a change'}, "
        "and no rule or webhook starts the pipeline",
        # The rule may stand in a stack that was not given.
        Confidence.MEDIUM if graph.stacks[0].transforms else Confidence.HIGH,
    )


def _switch(action: Action) -> str:
    return _SWITCH.get(known(action.provider) or "", "")


def _polls(action: Action) -> bool:
    return action.is_a(*POLLED)


def _starts_by_itself(action: Action) -> bool | None:
    """Whether a change in the source starts the pipeline without further ado; None when it cannot be seen."""
    if action.is_a("ECR"):
        return False
    switch = _switch(action)
    if not switch or not action.configuration_seen:
        return None
    value = action.configuration.get(switch)
    if isinstance(value, Unresolved):
        return None
    return not (isinstance(value, Known) and value.value.lower() == "false")


def _has_triggers(pipeline: Pipeline) -> bool:
    return bool(pipeline.triggers) or not pipeline.triggers.complete
