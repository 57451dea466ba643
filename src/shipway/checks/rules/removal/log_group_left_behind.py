"""KEEP007."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.removal._leaving import stays
from shipway.model.logs import LogGroup
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="KEEP007",
    name="log-group-left-behind",
    family=Family.REMOVAL,
    title="Log group stays when the stack goes",
    severity=Severity.WARNING,
    subject=LogGroup,
    since="0.1",
    rationale="Under a fixed name it makes the next creation of the stack fail, because the group "
    "already exists. Without one, every deleted stack leaves a group.",
    remediation="Say DeletionPolicy: Delete (removal_policy=RemovalPolicy.DESTROY in CDK, whose "
    "default is to retain); keep by export what must be kept.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute- "
    "deletionpolicy.html",
    bad="""
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    DeletionPolicy: Retain  # <-
    Properties:
      LogGroupName: /aws/codebuild/hello
      RetentionInDays: 30
""",
    good="""
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    DeletionPolicy: Delete
    Properties:
      LogGroupName: /aws/codebuild/hello
      RetentionInDays: 30
""",
)
def log_group_left_behind(group: LogGroup, _graph: PipelineGraph) -> Findings:
    """A policy that cannot be seen is somebody's decision."""
    if not stays(group):
        return
    where = group.attribute("DeletionPolicy")
    if group.name is None:
        yield Finding(
            where, f"{group.said} stays when the stack is deleted (DeletionPolicy)", severity=Severity.INFO
        )
    else:
        yield Finding(
            where,
            f"{group.said} stays when the stack is deleted, and keeps the name {text_of(group.name)} taken",
        )
