"""LOG008."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.logs import LogGroup
from shipway.model.value import Known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_ACCEPTED = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
)


@rule(
    id="LOG008",
    name="refused-retention",
    family=Family.LOGS,
    title="Retention is none that CloudWatch Logs accepts",
    severity=Severity.ERROR,
    subject=LogGroup,
    since="0.1",
    rationale="CloudWatch Logs knows certain numbers of days only, and refuses the log group with any other.",
    remediation="Take one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, "
    "1827, 2192, 2557, 2922, 3288 and 3653.",
    source="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentio "
    "nPolicy.html",
    bad="""
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    Properties:
      RetentionInDays: 15  # <-
""",
    good="""
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    Properties:
      RetentionInDays: 14
""",
)
def refused_retention(group: LogGroup, _graph: PipelineGraph) -> Findings:
    """What is no number at all is no retention either."""
    match group.retention_days:
        case Known(days) if days not in _ACCEPTED:
            yield Finding(
                group.at("RetentionInDays"),
                f"{group.said} is to keep its logs for {days} days, which CloudWatch Logs does not accept",
            )
