"""LOG015."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.alerts import EventTarget
from shipway.model.logs import LogGroup
from shipway.model.value import Known, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="LOG015",
    name="events-shut-out-of-log-group",
    family=Family.LOGS,
    title="EventBridge may not write to the log group",
    severity=Severity.WARNING,
    subject=EventTarget,
    since="0.1",
    rationale="A log group takes events only from those whom a resource policy of CloudWatch Logs "
    "names. Without one nothing arrives, and nobody is told.",
    remediation="Declare an AWS::Logs::ResourcePolicy that allows events.amazonaws.com and "
    "delivery.logs.amazonaws.com logs:CreateLogStream and logs:PutLogEvents.",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html",
    bad="""
Resources:
  History:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: /hello/delivery, RetentionInDays: 30}
  Events:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codepipeline]}
      Targets:
        - Id: history
          Arn: !GetAtt History.Arn  # <-
""",
    good="""
Resources:
  History:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: /hello/delivery, RetentionInDays: 30}
  Events:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codepipeline]}
      Targets:
        - Id: history
          Arn: !GetAtt History.Arn
  Admission:
    Type: AWS::Logs::ResourcePolicy
    Properties:
      PolicyName: events
      PolicyDocument: >-
        {"Statement": [{"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Principal": {"Service": ["events.amazonaws.com", "delivery.logs.amazonaws.com"]}, "Resource": "*"}]}
""",
)
def events_shut_out_of_log_group(target: EventTarget, graph: PipelineGraph) -> Findings:
    """Such a policy holds for the whole account: another stack, or the console, may have made it."""
    group = graph.find(target.arn, LogGroup)
    if not isinstance(group, LogGroup):
        return
    for each in graph.resources:
        if each.cfn_type == "AWS::Logs::ResourcePolicy":
            document = each.properties.text("PolicyDocument")
            if not isinstance(document, Known) and not text_of(document).literals:
                return
            if "events.amazonaws.com" in text_of(document):
                return
    yield Finding(
        target.at("Arn"),
        f"rule {target.logical_id} sends events to {group.said}, and no resource policy lets EventBridge "
        "write there",
        Confidence.MEDIUM,
    )
