"""ALERT016."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.alerts import EventRule
from shipway.model.pipeline import Pipeline
from shipway.model.project import Project
from shipway.model.value import Cause, Known, Unresolved, known, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.resource import Resource
    from shipway.model.value import Value


@rule(
    id="ALERT016",
    name="alert-on-another-pipeline",
    family=Family.ALERTS,
    title="Rule waits for events of something that is not there",
    severity=Severity.WARNING,
    subject=EventRule,
    since="0.1",
    rationale="The rule matches the name that it says and no other. When the pipeline or the project is "
    "called otherwise, or an ARN stands where events carry a name, nobody hears of its failures.",
    remediation="Write `!Ref Pipeline` under detail.pipeline, `!Ref Project` under detail.project-name.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html",
    bad="""
Resources:
  Alerts: {Type: AWS::SNS::Topic}
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties: {Name: hello-dev}
  OnFailure:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.codepipeline]
        detail:
          pipeline: [hello]  # <-
      Targets: [{Id: alerts, Arn: !Ref Alerts}]
""",
    good="""
Resources:
  Alerts: {Type: AWS::SNS::Topic}
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties: {Name: hello-dev}
  OnFailure:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.codepipeline]
        detail:
          pipeline: [!Ref Release]
      Targets: [{Id: alerts, Arn: !Ref Alerts}]
""",
)
def alert_on_another_pipeline(event_rule: EventRule, graph: PipelineGraph) -> Findings:
    """Silent where no pipeline or project of the kind is given: then it is in another stack."""
    pattern = event_rule.pattern
    if pattern is None:
        return
    asked: tuple[tuple[str, type[Resource]], ...] = (("pipeline", Pipeline), ("project-name", Project))
    for key, kind in asked:
        allowed = pattern.allowed("detail", key)
        if not allowed or not allowed.complete:
            continue
        where = pattern.location.at("detail", key)
        arns = [each for each in allowed if str((text_of(each).parts or ("",))[0]).startswith("arn:")]
        if arns:
            yield Finding(
                where,
                f"{event_rule.said} compares detail.{key} with {text_of(arns[0])}; events carry the name "
                "there, and no ARN",
                severity=Severity.ERROR if len(arns) == len(allowed) else None,
            )
        elif graph.all(kind) and all(_is_nobody(each, kind, graph) for each in allowed):
            there = ", ".join(_name(each) for each in graph.all(kind))
            yield Finding(
                where,
                f"{event_rule.said} waits for {key} {', '.join(str(text_of(each)) for each in allowed)}, "
                f"which no given template declares; there is {there}",
                Confidence.MEDIUM,
            )


def _is_nobody(value: Value[str], kind: type[Resource], graph: PipelineGraph) -> bool:
    found = graph.find(value, kind)
    # Without a name of its own, a resource gets one that nobody can write.
    return isinstance(value, Known) and isinstance(found, Unresolved) and found.cause is Cause.OUTSIDE


def _name(resource: Resource) -> str:
    return known(resource.name) or str(text_of(resource.name)) or resource.logical_id
