"""KEEP009."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.removal._leaving import is_kept
from shipway.model.resource import Resource
from shipway.model.value import Known, Unresolved

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="KEEP009",
    name="undeletable-report-group",
    family=Family.REMOVAL,
    title="Report group blocks the deletion of the stack once it holds a report",
    severity=Severity.WARNING,
    subject=Resource,
    since="0.1",
    rationale="Without DeleteReports, CodeBuild refuses to delete a report group with reports: "
    "after the first build the stack ends in DELETE_FAILED.",
    remediation="Set DeleteReports: true (delete_reports=True in CDK), or DeletionPolicy: Retain when "
    "the reports are meant to stay.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource- "
    "codebuild-reportgroup.html",
    bad="""
Resources:
  Tests:  # <-
    Type: AWS::CodeBuild::ReportGroup
    Properties:
      Type: TEST
      ExportConfig: {ExportConfigType: NO_EXPORT}
""",
    good="""
Resources:
  Tests:
    Type: AWS::CodeBuild::ReportGroup
    Properties:
      Type: TEST
      ExportConfig: {ExportConfigType: NO_EXPORT}
      DeleteReports: true
""",
)
def undeletable_report_group(resource: Resource, _graph: PipelineGraph) -> Findings:
    """Absent is false."""
    if resource.cfn_type != "AWS::CodeBuild::ReportGroup" or is_kept(resource):
        return
    where = resource.at("DeleteReports")
    match resource.properties.boolean("DeleteReports"):
        case None | Known(False):
            yield Finding(where, f"report group {resource.logical_id} does not let its reports go with it")
        case Unresolved(reason):
            yield Undetermined(where, reason)
