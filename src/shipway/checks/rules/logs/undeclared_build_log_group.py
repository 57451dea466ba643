"""LOG001."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.model.project import Project
from shipway.model.value import Cause, Known, Unresolved

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="LOG001",
    name="undeclared-build-log-group",
    family=Family.LOGS,
    title="Build project writes to a log group that no template declares",
    severity=Severity.WARNING,
    subject=Project,
    since="0.1",
    rationale="CodeBuild makes the group on the first build: its logs are kept, and paid, for ever, and it "
    "outlives the stack.",
    remediation="Declare an AWS::Logs::LogGroup with RetentionInDays and name it in "
    "LogsConfig.CloudWatchLogs.GroupName.",
    source="https://docs.aws.amazon.com/codebuild/latest/userguide/change-project-console.html",
    bad="""
Resources:
  Build:  # <-
    Type: AWS::CodeBuild::Project
    Properties:
      Name: hello
""",
    good="""
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: /aws/codebuild/hello
      RetentionInDays: 30
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: hello
""",
)
def undeclared_build_log_group(project: Project, graph: PipelineGraph) -> Findings:
    """A project may log nowhere on purpose."""
    where = project.at("LogsConfig", "CloudWatchLogs", "GroupName")
    if project.log_status == Known("DISABLED"):
        return
    match graph.log_group_of(project):
        case None:
            yield Finding(
                where, f"{project.said} names no log group, and no template declares the one it makes"
            )
        case Unresolved(cause=Cause.OUTSIDE, text=text):
            yield Finding(where, f"{project.said} writes to log group {text}, which no template declares")
        case Unresolved(reason):
            yield Undetermined(where, reason)
