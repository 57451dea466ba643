"""LOG002."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.logs import LogGroup

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="LOG002",
    name="endless-retention",
    family=Family.LOGS,
    title="Log group keeps its logs for ever",
    severity=Severity.WARNING,
    subject=LogGroup,
    since="0.1",
    rationale="Without RetentionInDays nothing is ever deleted, and every byte is paid for each month.",
    remediation="Set RetentionInDays, e.g. to 30.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    bad="""
Resources:
  Logs:  # <-
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: /aws/codebuild/hello
""",
    good="""
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: /aws/codebuild/hello
      RetentionInDays: 30
""",
)
def endless_retention(group: LogGroup, _graph: PipelineGraph) -> Findings:
    """A retention that cannot be seen is one."""
    if group.retention_days is None:
        yield Finding(group.at("RetentionInDays"), f"{group.said} keeps its logs for ever")
