"""ALERT012."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.alerts._events import alerts_on, notifications_on
from shipway.model.pipeline import Action
from shipway.model.value import Known

if TYPE_CHECKING:
    from shipway.model.alerts import EventPattern
    from shipway.model.graph import PipelineGraph

_ACTION = "CodePipeline Action Execution State Change"


@rule(
    id="ALERT012",
    name="untold-approval",
    family=Family.ALERTS,
    title="Approval tells nobody that it waits",
    severity=Severity.WARNING,
    subject=Action,
    since="0.1",
    rationale="The pipeline stands still until somebody happens to look, and after seven days the approval "
    "fails.",
    remediation="Name a topic in the action's NotificationArn, or add a NotificationRule on "
    "codepipeline-pipeline-manual-approval-needed.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-action-add.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Approval
          Actions:
            - Name: Approve  # <-
              ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: "1"}
""",
    good="""
Resources:
  Approvals: {Type: AWS::SNS::Topic}
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Approval
          Actions:
            - Name: Approve
              ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: "1"}
              Configuration: {NotificationArn: !Ref Approvals}
""",
)
def untold_approval(action: Action, graph: PipelineGraph) -> Findings:
    """A rule on the start of actions tells of approvals, too."""
    pipeline = graph.pipeline_of(action)
    if pipeline is None or not action.is_a("Manual") or not action.configuration_seen:
        return
    if "NotificationArn" in action.configuration:
        return
    if any(_admits_start(each.pattern) for each in alerts_on(pipeline, graph) if each.pattern):
        return
    for notification in notifications_on(pipeline, graph):
        events = notification.event_types
        if not events.complete or any(
            not isinstance(each, Known) or each.value.endswith("manual-approval-needed") for each in events
        ):
            return
    yield Finding(
        action.at_configuration("NotificationArn"),
        f"{action.said} of {pipeline.said} waits for an approval and tells nobody",
        Confidence.MEDIUM,
    )


def _admits_start(pattern: EventPattern) -> bool:
    return (
        pattern.admits(_ACTION, "detail-type") is not False
        and pattern.admits("STARTED", "detail", "state") is not False
        and pattern.admits("Approval", "detail", "type", "category") is not False
    )
