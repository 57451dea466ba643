"""LOG007."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.logs import LogGroup
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_SHORTEST, _LONGEST = 7, 731


@rule(
    id="LOG007",
    name="odd-retention",
    family=Family.LOGS,
    title="Logs are gone before anybody looks, or kept for years",
    severity=Severity.INFO,
    subject=LogGroup,
    since="0.1",
    rationale="A failed deployment is often looked into days later, and after a long weekend. After "
    "two years nobody reads what a build printed, and it is still paid for.",
    remediation="Set RetentionInDays to something between 7 and 731, e.g. to 30.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups- "
    "and-streams.html",
    bad="""
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    Properties:
      RetentionInDays: 1  # <-
""",
    good="""
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    Properties:
      RetentionInDays: 30
""",
)
def odd_retention(group: LogGroup, _graph: PipelineGraph) -> Findings:
    """Who must keep logs for ten years knows it, and allows this."""
    days = known(group.retention_days)
    if days is None or _SHORTEST <= days <= _LONGEST:
        return
    yield Finding(
        group.at("RetentionInDays"), f"{group.said} keeps its logs for {days} day{'' if days == 1 else 's'}"
    )
