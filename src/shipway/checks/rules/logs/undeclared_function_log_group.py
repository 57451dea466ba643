"""LOG003."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.model.function import Function
from shipway.model.value import Cause, Unresolved

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

# Functions that CDK itself adds, whose log groups nobody can name: custom resource providers and singletons.
_MADE_BY_CDK = re.compile(r"CustomResourceProvider|[0-9A-Fa-f]{32}|frameworkon(Event|Timeout|IsComplete)")


@rule(
    id="LOG003",
    name="undeclared-function-log-group",
    family=Family.LOGS,
    title="Function writes to a log group that no template declares",
    severity=Severity.WARNING,
    subject=Function,
    since="0.1",
    rationale="Lambda makes the group at the first call: its logs are kept, and paid, for ever, and "
    "it outlives the stack.",
    remediation="Declare an AWS::Logs::LogGroup with RetentionInDays, and name it in LoggingConfig.LogGroup.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs- loggroups.html",
    bad="""
Resources:
  Notify:  # <-
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: hello-notify
""",
    good="""
Resources:
  Notify:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: hello-notify
      LoggingConfig: {LogGroup: !Ref Logs}
  Logs:
    Type: AWS::Logs::LogGroup
    Properties: {RetentionInDays: 30}
""",
)
def undeclared_function_log_group(function: Function, graph: PipelineGraph) -> Findings:
    """What CDK adds on its own is not the author's to mend."""
    if _MADE_BY_CDK.search(function.logical_id):
        return
    where = function.at("LoggingConfig", "LogGroup")
    match graph.log_group_of(function):
        case None:
            yield Finding(
                where, f"{function.said} names no log group, and no template declares the one it makes"
            )
        case Unresolved(cause=Cause.OUTSIDE, text=text):
            yield Finding(where, f"{function.said} writes to log group {text}, which no template declares")
        case Unresolved(reason):
            yield Undetermined(where, reason)
