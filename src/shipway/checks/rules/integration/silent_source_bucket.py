"""PIPE028."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.integration._triggers import pipelines_started_by
from shipway.model.alerts import EventRule
from shipway.model.storage import Bucket
from shipway.model.value import Unresolved, known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.graph import PipelineGraph


@rule(
    id="PIPE028",
    name="silent-source-bucket",
    family=Family.INTEGRATION,
    title="Source bucket does not send the events that the trigger waits for",
    severity=Severity.ERROR,
    subject=EventRule,
    since="0.1",
    rationale="A bucket tells EventBridge about its objects only when it is told to, and CloudTrail records "
    "object calls only in a trail with data events. Without that the rule never matches.",
    remediation="Set NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled to true and match "
    "detail-type `Object Created`.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-event-notifications-eventbridge.html",
    bad="""
Resources:
  Code:  # <-
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration: {Status: Enabled}
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              ActionTypeId: {Category: Source, Owner: AWS, Provider: S3, Version: "1"}
              Configuration: {S3Bucket: !Ref Code, S3ObjectKey: source.zip, PollForSourceChanges: false}
  OnUpload:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.s3]
        detail-type: [Object Created]
      Targets:
        - Id: release
          Arn: !Sub "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Release}"
          RoleArn: arn:aws:iam::111111111111:role/start
""",
    good="""
Resources:
  Code:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration: {Status: Enabled}
      NotificationConfiguration:
        EventBridgeConfiguration: {EventBridgeEnabled: true}
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              ActionTypeId: {Category: Source, Owner: AWS, Provider: S3, Version: "1"}
              Configuration: {S3Bucket: !Ref Code, S3ObjectKey: source.zip, PollForSourceChanges: false}
  OnUpload:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.s3]
        detail-type: [Object Created]
      Targets:
        - Id: release
          Arn: !Sub "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Release}"
          RoleArn: arn:aws:iam::111111111111:role/start
""",
)
def silent_source_bucket(event_rule: EventRule, graph: PipelineGraph) -> Findings:
    """An organization's trail may record the calls: that is a warning only."""
    pattern = event_rule.pattern
    if pattern is None or pattern.admits("aws.s3", "source") is not True or pattern.allowed("source") is None:
        return
    own = pattern.admits("Object Created", "detail-type")
    trail = pattern.admits("AWS API Call via CloudTrail", "detail-type")
    for bucket in _sources(event_rule, graph):
        where = bucket.at("NotificationConfiguration", "EventBridgeConfiguration", "EventBridgeEnabled")
        told = bucket.sends_events
        if isinstance(told, Unresolved):
            yield Undetermined(where, told.reason)
        elif own is True and not trail and not _tells(bucket, graph):
            yield Finding(
                where, f"{bucket.said} sends EventBridge nothing, and {event_rule.said} waits for it"
            )
        elif trail is True and not own and not _has_trail(graph):
            yield Finding(
                event_rule.at("EventPattern", "detail-type"),
                f"{event_rule.said} waits for CloudTrail, and no given template has a trail",
                severity=Severity.WARNING,
            )


def _sources(event_rule: EventRule, graph: PipelineGraph) -> Iterator[Bucket]:
    for pipeline in pipelines_started_by(event_rule, graph):
        for action in pipeline.sources:
            bucket = graph.find(action.configuration.get("S3Bucket"), Bucket) if action.is_a("S3") else None
            if isinstance(bucket, Bucket) and known(action.category) == "Source":
                yield bucket


def _tells(bucket: Bucket, graph: PipelineGraph) -> bool:
    """Whether a bucket is set up to tell, by itself or by the CDK's custom resource."""
    if bucket.sends_events is not None:
        return known(bucket.sends_events) is True
    return bucket.properties.has("NotificationConfiguration", "EventBridgeConfiguration") or any(
        graph.find(resource.properties.text("BucketName"), Bucket) is bucket
        for resource in graph.resources
        if resource.cfn_type == "Custom::S3BucketNotifications"
    )


def _has_trail(graph: PipelineGraph) -> bool:
    return any(resource.cfn_type == "AWS::CloudTrail::Trail" for resource in graph.resources)
