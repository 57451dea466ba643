"""ALERT018."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.alerts._events import SOURCES
from shipway.model.alerts import EventRule
from shipway.model.value import known, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_PLACEHOLDER = re.compile(r"<([A-Za-z0-9_-]+)>")
_DETAIL = re.compile(r"\$\.detail\.([\w-]+)\Z")


@rule(
    id="ALERT018",
    name="unknown-input-path",
    family=Family.ALERTS,
    title="Message of a rule is made from a field that is not there",
    severity=Severity.WARNING,
    subject=EventRule,
    since="0.1",
    rationale="The message arrives with a gap where the name of the pipeline or the reason should stand. A "
    "placeholder that no path defines is refused when the rule is created.",
    remediation="Take the paths from the event: $.detail.pipeline and $.detail.state of CodePipeline, "
    "$.detail.project-name and $.detail.build-status of CodeBuild, $.detail.deploymentId of CodeDeploy.",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html",
    bad="""
Resources:
  Alerts: {Type: AWS::SNS::Topic}
  OnFailure:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codepipeline], detail: {state: [FAILED]}}
      Targets:
        - Id: alerts
          Arn: !Ref Alerts
          InputTransformer:
            InputPathsMap:
              pipeline: $.detail.pipelineName  # <-
            InputTemplate: '"<pipeline> failed"'
""",
    good="""
Resources:
  Alerts: {Type: AWS::SNS::Topic}
  OnFailure:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codepipeline], detail: {state: [FAILED]}}
      Targets:
        - Id: alerts
          Arn: !Ref Alerts
          InputTransformer:
            InputPathsMap:
              pipeline: $.detail.pipeline
            InputTemplate: '"<pipeline> failed"'
""",
)
def unknown_input_path(event_rule: EventRule, _graph: PipelineGraph) -> Findings:
    """Only fields that are commonly mistaken for others; an event has more than any guide says."""
    pattern = event_rule.pattern
    sources = pattern.allowed("source") if pattern is not None else None
    source = SOURCES.get(known(sources[0]) or "") if sources and len(sources) == 1 else None
    properties = event_rule.properties
    for index in range(len(event_rule.targets)):
        path = ("Targets", index, "InputTransformer")
        names = properties.keys(*path, "InputPathsMap")
        for name in names:
            said = known(properties.text(*path, "InputPathsMap", name)) or ""
            field = _DETAIL.match(said)
            if field and source is not None and field[1] in source.misnomers:
                yield Finding(
                    event_rule.at(*path, "InputPathsMap", name),
                    f"{event_rule.said} takes {name} from {said}, which these events do not have; there is "
                    f"$.detail.{source.misnomers[field[1]]}",
                )
        template = "".join(text_of(properties.text(*path, "InputTemplate")).literals)
        undefined = [each for each in dict.fromkeys(_PLACEHOLDER.findall(template)) if each not in names]
        if undefined and names:
            yield Finding(
                event_rule.at(*path, "InputTemplate"),
                f"{event_rule.said} uses <{'>, <'.join(undefined)}>, which InputPathsMap does not define",
            )
