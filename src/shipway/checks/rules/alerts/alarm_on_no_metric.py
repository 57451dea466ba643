"""ALERT008."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.alerts._metrics import PUBLISHED, measured
from shipway.model.alerts import Alarm

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_COUNTS = {  # what somebody means who counts failures of a namespace
    "AWS/CodePipeline": "FailedPipelineExecutions",
    "AWS/CodeBuild": "FailedBuilds",
}
_FAILURE = re.compile(r"fail|error", re.IGNORECASE)


@rule(
    id="ALERT008",
    name="alarm-on-no-metric",
    family=Family.ALERTS,
    title="Alarm watches a metric that AWS does not publish",
    severity=Severity.ERROR,
    subject=Alarm,
    since="0.1",
    rationale="An alarm without data stays in INSUFFICIENT_DATA, or in OK where missing data is not "
    "breaching. It deploys without complaint and never fires.",
    remediation="Take the name from the service's list of metrics. Deployments of CodeDeploy have none: "
    "watch their state changes with an EventBridge rule.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html",
    bad="""
Resources:
  Failures:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/CodePipeline
      MetricName: PipelineExecutionFailure  # <-
""",
    good="""
Resources:
  Failures:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/CodePipeline
      MetricName: FailedPipelineExecutions
""",
)
def alarm_on_no_metric(alarm: Alarm, _graph: PipelineGraph) -> Findings:
    """Certain where the metric that was meant can be told; else AWS may have added one since."""
    for each in measured(alarm):
        published = PUBLISHED.get(each.namespace or "")
        if each.metric is None or published is None or each.metric in published:
            continue
        said = f"{alarm.said} watches {each.metric}, which {each.namespace} does not have"
        meant = _meant(each.namespace or "", each.metric)
        if not published:
            said = f"{alarm.said} watches {each.metric} in {each.namespace}, a namespace that does not exist"
        certain = meant is not None or not published
        yield Finding(
            each.at_metric,
            said + (f"; there is {meant}" if meant else ""),
            Confidence.HIGH if certain else Confidence.MEDIUM,
            severity=None if certain else Severity.WARNING,
        )


def _meant(namespace: str, metric: str) -> str | None:
    for name in PUBLISHED[namespace]:
        if name.casefold() == metric.casefold():
            return name
    for other, published in PUBLISHED.items():
        if other != namespace and metric in published:
            return f"one in {other}"
    if namespace in _COUNTS and _FAILURE.search(metric):
        return _COUNTS[namespace]
    close = get_close_matches(metric, sorted(PUBLISHED[namespace]), 1, 0.9)
    return close[0] if close else None
