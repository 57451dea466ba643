"""ENV007."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.environment_suffix._marks import is_told_apart, mark_of
from shipway.model.declarations import Output, Stack
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.text import Text


@rule(
    id="ENV007",
    name="colliding-export",
    family=Family.ENVIRONMENT_SUFFIX,
    title="Export collides with another one",
    severity=Severity.ERROR,
    subject=Stack,
    since="0.1",
    rationale="The name of an export is unique in an account and Region: a second stack that exports the "
    "same one fails.",
    remediation="Begin the name of the export with ${AWS::StackName}, or end it with the suffix.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html",
    bad="""
Parameters:
  Environment: {Type: String, Default: dev}
Resources:
  Alerts: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub "hello-alerts-${Environment}"}}
  Approvals: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub "hello-approvals-${Environment}"}}
Outputs:
  Alerts:
    Value: !Ref Alerts
    Export:
      Name: hello-alerts  # <-
""",
    good="""
Parameters:
  Environment: {Type: String, Default: dev}
Resources:
  Alerts: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub "hello-alerts-${Environment}"}}
  Approvals: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub "hello-approvals-${Environment}"}}
Outputs:
  Alerts:
    Value: !Ref Alerts
    Export:
      Name: !Sub "hello-alerts-${Environment}"
""",
)
def colliding_export(stack: Stack, graph: PipelineGraph) -> Findings:
    """Two of one template collide for certain; one without a suffix, with the next environment's."""
    mark = mark_of(stack, graph)
    seen: dict[Text, Output] = {}
    for output in stack.outputs:
        name = text_of(output.export).filled()
        if not name.parts:
            continue
        first = seen.setdefault(name, output)
        if first is not output:
            yield Finding(
                output.at("Export", "Name"),
                f"outputs {first.name} and {output.name} export the same name {name}",
            )
        elif mark is not None and not is_told_apart(output.export, mark):
            yield Finding(
                output.at("Export", "Name"),
                f"output {output.name} exports {name} in every environment",
                Confidence.MEDIUM,
                severity=None if mark.is_environment and mark.bearers > 1 else Severity.WARNING,
            )
