"""ALERT014."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.alerts import EventRule, EventTarget, Subscription
from shipway.model.function import Function, FunctionPermission
from shipway.model.node import Relation
from shipway.model.value import Known, known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.graph import PipelineGraph


@rule(
    id="ALERT014",
    name="function-closed-to-publisher",
    family=Family.ALERTS,
    title="Function does not let who calls it call it",
    severity=Severity.ERROR,
    subject=Function,
    since="0.1",
    rationale="EventBridge and SNS call a function as themselves. Without a permission on the function they "
    "are refused, and what the rule matches or the topic receives is lost.",
    remediation="Add an AWS::Lambda::Permission with Action lambda:InvokeFunction and the Principal "
    "events.amazonaws.com or sns.amazonaws.com.",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html",
    bad="""
Resources:
  Tell:  # <-
    Type: AWS::Lambda::Function
  OnFailure:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codepipeline]}
      Targets: [{Id: tell, Arn: !GetAtt Tell.Arn}]
""",
    good="""
Resources:
  Tell:
    Type: AWS::Lambda::Function
  MayTell:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: !Ref Tell, Action: lambda:InvokeFunction, Principal: events.amazonaws.com}
  OnFailure:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codepipeline]}
      Targets: [{Id: tell, Arn: !GetAtt Tell.Arn}]
""",
)
def function_closed_to_publisher(function: Function, graph: PipelineGraph) -> Findings:
    """A permission whose principal or function cannot be seen may be the one."""
    permissions = graph.all(FunctionPermission)
    mine = graph.users(function, Relation.ATTACHED_TO, FunctionPermission)
    unseen = any(
        not isinstance(graph.find(each.function, Function), Function)
        for each in permissions
        if each.function is not None
    )
    for principal, caller in dict(_callers(function, graph)).items():
        if unseen or any(not isinstance(each.principal, Known) for each in mine):
            return
        if not any(known(each.principal) in {principal, "*"} for each in mine):
            yield Finding(
                function.location,
                f"{function.said} has no permission for {principal}, as which {caller} calls it",
                Confidence.MEDIUM,
                about=principal,
            )


def _callers(function: Function, graph: PipelineGraph) -> Iterator[tuple[str, str]]:
    for target in graph.users(function, Relation.NOTIFIES, EventTarget):
        event_rule = graph.enclosing(target, EventRule)
        if event_rule is not None and target.role is None:
            yield "events.amazonaws.com", event_rule.said
    for subscription in graph.all(Subscription):
        if (
            known(subscription.protocol) == "lambda"
            and graph.find(subscription.endpoint, Function) is function
        ):
            yield "sns.amazonaws.com", subscription.said
