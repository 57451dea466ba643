"""ALERT011."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.alerts._metrics import measured
from shipway.model.alerts import Alarm
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

# What an alarm says it is about -> metrics that are about something else.
_ABOUT: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = (
    (
        "errors",
        re.compile(r"error|5xx|4xx|(?:\A|[^a-z])5\d\d(?:[^0-9]|\Z)|exception"),
        re.compile(r"ResponseTime|Latency|Duration|\ACPU|\AMemory|\ARequestCount|\AHealthyHostCount"),
    ),
    (
        "latency",
        re.compile(r"latency|response[ _-]?time|slow"),
        re.compile(r"HTTPCode|Errors?\Z|\ACPU|\AMemory|HostCount"),
    ),
    ("CPU", re.compile(r"(?:\A|[^a-z])cpu"), re.compile(r"\AMemory|HTTPCode|ResponseTime|HostCount")),
    (
        "memory",
        re.compile(r"(?:\A|[^a-z])memory"),
        re.compile(r"\ACPU|HTTPCode|ResponseTime|HostCount"),
    ),
)
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@rule(
    id="ALERT011",
    name="misnamed-alarm",
    family=Family.ALERTS,
    title="Alarm measures something else than it says",
    severity=Severity.WARNING,
    subject=Alarm,
    since="0.1",
    rationale="An alarm on errors that measures the response time stays silent while every answer is an "
    "error, and a deployment that relies on it is not rolled back.",
    remediation="Watch what the name says, for errors HTTPCode_Target_5XX_Count or HTTPCode_ELB_5XX_Count; "
    "or rename the alarm.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html",
    bad="""
Resources:
  HighErrorRate:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/ApplicationELB
      MetricName: TargetResponseTime  # <-
""",
    good="""
Resources:
  HighErrorRate:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/ApplicationELB
      MetricName: HTTPCode_Target_5XX_Count
""",
)
def misnamed_alarm(alarm: Alarm, _graph: PipelineGraph) -> Findings:
    """The name and the logical id must agree with each other about one subject, whatever else they say."""
    metrics = list(measured(alarm))
    if len(metrics) != 1 or metrics[0].metric is None:
        return
    name = " ".join(text_of(alarm.name).literals)
    said = [_WORDS.sub(" ", each).lower() for each in (alarm.logical_id, name) if each]
    subjects = [entry for entry in _ABOUT if any(entry[1].search(each) for each in said)]
    if len(subjects) != 1:
        return
    subject, _, elsewhere = subjects[0]
    if elsewhere.search(metrics[0].metric):
        yield Finding(
            metrics[0].at_metric,
            f"{alarm.said} says that it is about {subject} and watches {metrics[0].metric}",
            Confidence.LOW,
        )
