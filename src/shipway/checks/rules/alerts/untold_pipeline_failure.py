"""ALERT002."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.alerts._events import PIPELINE_EVENTS, alerts_on, notifications_on
from shipway.checks.rules.alerts._metrics import measured
from shipway.model.alerts import Alarm
from shipway.model.pipeline import Pipeline
from shipway.model.value import Known, known

if TYPE_CHECKING:
    from shipway.model.alerts import EventPattern
    from shipway.model.graph import PipelineGraph


@rule(
    id="ALERT002",
    name="untold-pipeline-failure",
    family=Family.ALERTS,
    title="Nobody is told when the pipeline fails",
    severity=Severity.WARNING,
    subject=Pipeline,
    since="0.1",
    rationale="A failed pipeline is red in its console and silent elsewhere. Until somebody looks, "
    "everything that is pushed afterwards is not delivered either.",
    remediation="Add an EventBridge rule on `CodePipeline Pipeline Execution State Change` with state FAILED "
    "that targets a topic, or a NotificationRule on codepipeline-pipeline-pipeline-execution-failed.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html",
    bad="""
Resources:
  Release:  # <-
    Type: AWS::CodePipeline::Pipeline
    Properties: {Name: hello}
""",
    good="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties: {Name: hello}
  Alerts: {Type: AWS::SNS::Topic}
  OnFailure:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.codepipeline]
        detail-type: [CodePipeline Pipeline Execution State Change]
        detail: {pipeline: [!Ref Release], state: [FAILED]}
      Targets: [{Id: alerts, Arn: !Ref Alerts}]
""",
)
def untold_pipeline_failure(pipeline: Pipeline, graph: PipelineGraph) -> Findings:
    """A rule of which a part cannot be seen may be the one; so may one in another stack."""
    if any(_admits_failure(each.pattern) for each in alerts_on(pipeline, graph) if each.pattern):
        return
    for notification in notifications_on(pipeline, graph):
        events = notification.event_types
        if not events.complete or any(
            not isinstance(each, Known) or each.value.endswith("execution-failed") for each in events
        ):
            return
    if any(_watches_failures(alarm, pipeline, graph) for alarm in graph.all(Alarm)):
        return
    yield Finding(
        pipeline.location,
        f"no event rule, notification rule or alarm tells anybody when {pipeline.said} fails",
        Confidence.MEDIUM,
    )


def _admits_failure(pattern: EventPattern) -> bool:
    return pattern.admits("FAILED", "detail", "state") is not False and any(
        pattern.admits(detail_type, "detail-type") is not False for detail_type in PIPELINE_EVENTS
    )


def _watches_failures(alarm: Alarm, pipeline: Pipeline, graph: PipelineGraph) -> bool:
    if not alarm.actions and alarm.actions.complete:
        return False
    for each in measured(alarm):
        if each.metric != "FailedPipelineExecutions":
            continue
        named = graph.find(each.dimensions.get("PipelineName"), Pipeline)
        if named is pipeline or not isinstance(named, Pipeline):
            return known(alarm.actions_enabled) is not False
    return False
