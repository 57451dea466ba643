"""ALERT004."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.alerts._events import SOURCES, EventSource
from shipway.model.alerts import EventRule
from shipway.model.node import Relation
from shipway.model.pipeline import Pipeline
from shipway.model.value import Known, known

if TYPE_CHECKING:
    from shipway.model.alerts import EventPattern
    from shipway.model.graph import PipelineGraph


@rule(
    id="ALERT004",
    name="alert-that-matches-nothing",
    family=Family.ALERTS,
    title="Rule waits for an event that AWS does not send",
    severity=Severity.ERROR,
    subject=EventRule,
    since="0.1",
    rationale="EventBridge compares character by character, and every service has words of its own: a build "
    "is FAILED, a deployment has a FAILURE, a stopped one a STOP. A rule with another word deploys "
    "without complaint and never matches.",
    remediation="Take the spelling from the event's reference: CodePipeline `state` FAILED, CodeBuild "
    "`build-status` FAILED, CodeDeploy `state` FAILURE and STOP.",
    source="https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html",
    bad="""
Resources:
  Alerts: {Type: AWS::SNS::Topic}
  OnFailure:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.codedeploy]
        detail-type: [CodeDeploy Deployment State-change Notification]
        detail:
          state: [FAILED]  # <-
      Targets: [{Id: alerts, Arn: !Ref Alerts}]
""",
    good="""
Resources:
  Alerts: {Type: AWS::SNS::Topic}
  OnFailure:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.codedeploy]
        detail-type: [CodeDeploy Deployment State-change Notification]
        detail:
          state: [FAILURE, STOP]
      Targets: [{Id: alerts, Arn: !Ref Alerts}]
""",
)
def alert_that_matches_nothing(event_rule: EventRule, graph: PipelineGraph) -> Findings:
    """Only patterns of one source. What starts a pipeline is PIPE003's."""
    pattern = event_rule.pattern
    if pattern is None or any(
        graph.targets(target, Relation.NOTIFIES, Pipeline) for target in event_rule.targets
    ):
        return
    sources = pattern.allowed("source")
    source = SOURCES.get(known(sources[0]) or "") if sources and len(sources) == 1 else None
    if source is None:
        return
    checked: list[tuple[tuple[str, ...], frozenset[str]]] = [(("detail-type",), source.detail_types)]
    if not any("CloudTrail" in (known(each) or "") for each in pattern.allowed("detail-type") or ()):
        checked.append((source.states, source.values))
    for path, valid in checked:
        yield from _wrong_values(event_rule, pattern, path, valid)
    yield from _wrong_fields(event_rule, pattern, source)


def _wrong_values(
    event_rule: EventRule, pattern: EventPattern, path: tuple[str, ...], valid: frozenset[str]
) -> Findings:
    allowed = pattern.allowed(*path)
    if not allowed:
        return
    wrong = [each.value for each in allowed if isinstance(each, Known) and each.value not in valid]
    if not wrong:
        return
    matches_nothing = len(wrong) == len(allowed) and allowed.complete
    meant = dict.fromkeys(name for value in wrong for name in _close(value, valid))
    yield Finding(
        pattern.location.at(*path),
        f"{event_rule.said} waits for {path[-1]} {', '.join(wrong)}, which no event of the source has"
        + (f"; there is {', '.join(meant)}" if meant else ""),
        severity=None if matches_nothing else Severity.WARNING,
    )


def _close(value: str, valid: frozenset[str]) -> list[str]:
    plain = {name.upper(): name for name in valid}
    return [plain[each] for each in get_close_matches(value.upper(), sorted(plain), 1, 0.6)]


def _wrong_fields(event_rule: EventRule, pattern: EventPattern, source: EventSource) -> Findings:
    detail = pattern.fields.get("detail")
    if not isinstance(detail, dict):
        return
    for key in detail:
        if key in source.misnomers:
            yield Finding(
                pattern.location.at("detail", key),
                f"{event_rule.said} looks at detail.{key}, which these events do not have; "
                f"there is detail.{source.misnomers[key]}",
            )
