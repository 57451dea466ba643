"""LOG014."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.model.project import Project
from shipway.model.value import Unresolved, known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="LOG014",
    name="build-without-logs",
    family=Family.LOGS,
    title="Build project logs nowhere",
    severity=Severity.WARNING,
    subject=Project,
    since="0.1",
    rationale="When a build fails there is nothing but the name of the phase.",
    remediation="Set LogsConfig.CloudWatchLogs.Status to ENABLED, and name a log group.",
    source="https://docs.aws.amazon.com/codebuild/latest/userguide/change-project-console.html",
    bad="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      LogsConfig:
        CloudWatchLogs: {Status: DISABLED}  # <-
""",
    good="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      LogsConfig:
        CloudWatchLogs: {Status: DISABLED}
        S3Logs: {Status: ENABLED, Location: logs/build}
""",
)
def build_without_logs(project: Project, _graph: PipelineGraph) -> Findings:
    """Logs in S3 are logs."""
    elsewhere = project.properties.text("LogsConfig", "S3Logs", "Status")
    if known(project.log_status) != "DISABLED" or known(elsewhere) == "ENABLED":
        return
    where = project.at("LogsConfig", "CloudWatchLogs", "Status")
    if isinstance(elsewhere, Unresolved):
        yield Undetermined(where, elsewhere.reason)
    else:
        yield Finding(where, f"{project.said} writes its logs neither to CloudWatch nor to S3")
