"""ALERT015."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.alerts import NotificationRule
from shipway.model.text import TokenKind
from shipway.model.value import Known, known, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_ENDS = ("started", "succeeded", "failed", "canceled")
# https://docs.aws.amazon.com/dtconsole/latest/userguide/concepts.html#concepts-api
_EVENTS = {
    *(
        f"codepipeline-pipeline-pipeline-execution-{end}"
        for end in (*_ENDS, "resumed", "superseded", "stopped")
    ),
    *(f"codepipeline-pipeline-stage-execution-{end}" for end in (*_ENDS, "resumed", "stopped")),
    *(f"codepipeline-pipeline-action-execution-{end}" for end in _ENDS),
    *(f"codepipeline-pipeline-manual-approval-{end}" for end in ("needed", "succeeded", "failed")),
    *(f"codebuild-project-build-state-{end}" for end in ("in-progress", "succeeded", "failed", "stopped")),
    *(f"codebuild-project-build-phase-{end}" for end in ("success", "failure")),
    *(f"codedeploy-application-deployment-{end}" for end in ("started", "succeeded", "failed")),
}
_OURS = re.compile(r"codepipeline-|codebuild-|codedeploy-")


@rule(
    id="ALERT015",
    name="notification-rule-that-tells-nothing",
    family=Family.ALERTS,
    title="Notification rule has no target, no such event, or no ARN",
    severity=Severity.ERROR,
    subject=NotificationRule,
    since="0.1",
    rationale="A notification rule is refused when its resource is a name and not an ARN, or when an event "
    "type does not exist; without a target, or switched off, it tells nobody.",
    remediation="Give Resource as `!Sub arn:${AWS::Partition}:codepipeline:${AWS::Region}:${AWS::AccountId}:"
    "${Pipeline}`, event types as codepipeline-pipeline-pipeline-execution-failed, and a topic as target.",
    source="https://docs.aws.amazon.com/dtconsole/latest/userguide/concepts.html",
    bad="""
Resources:
  Release: {Type: AWS::CodePipeline::Pipeline}
  Tell:
    Type: AWS::CodeStarNotifications::NotificationRule
    Properties:
      Name: tell
      Resource: !Ref Release  # <-
      EventTypeIds:
        - codepipeline-pipeline-execution-failed  # <-
      Targets: []  # <-
""",
    good="""
Resources:
  Release: {Type: AWS::CodePipeline::Pipeline}
  Tell:
    Type: AWS::CodeStarNotifications::NotificationRule
    Properties:
      Name: tell
      Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Release}
      EventTypeIds:
        - codepipeline-pipeline-pipeline-execution-failed
      Targets: [{TargetType: SNS, TargetAddress: arn:aws:sns:eu-west-1:111122223333:alerts}]
""",
)
def notification_rule_that_tells_nothing(notification: NotificationRule, graph: PipelineGraph) -> Findings:
    """Event types of other services than those of a delivery are not looked at."""
    resource = text_of(notification.resource)
    token = resource.sole
    types = {(each.stack, each.logical_id): each.cfn_type for each in graph.resources}
    if token is not None and token.kind is TokenKind.RESOURCE and not token.attribute:
        kind = types.get((token.stack, token.name), "")
        if kind in {"AWS::CodePipeline::Pipeline", "AWS::CodeBuild::Project", "AWS::CodeDeploy::Application"}:
            yield Finding(
                notification.at("Resource"),
                f"{notification.said} watches !Ref {token.name}, which is a name and not an ARN",
            )
    for index, event in enumerate(notification.event_types):
        if isinstance(event, Known) and _OURS.match(event.value) and event.value not in _EVENTS:
            yield Finding(
                notification.at("EventTypeIds", index),
                f"{notification.said} waits for {event.value}, which is no event type",
            )
    if not notification.targets and notification.targets.complete:
        yield Finding(
            notification.at("Targets"), f"{notification.said} has no target", severity=Severity.WARNING
        )
    if known(notification.status) == "DISABLED":
        yield Finding(
            notification.at("Status"), f"{notification.said} is switched off", severity=Severity.WARNING
        )
