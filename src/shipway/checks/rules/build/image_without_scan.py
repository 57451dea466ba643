"""BUILD008."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.build._commands import is_scan
from shipway.model.pipeline import Action
from shipway.model.project import Buildspec
from shipway.model.storage import ImageRepository
from shipway.model.value import Known, Unresolved

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BUILD008",
    name="image-without-scan",
    family=Family.BUILD,
    title="Nobody looks for vulnerabilities in the image",
    severity=Severity.WARNING,
    subject=ImageRepository,
    since="0.1",
    rationale="An image brings the packages of its base. Without a scan a known hole is found by "
    "others first.",
    remediation="Set ImageScanningConfiguration.ScanOnPush to true, or scan in the build.",
    source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html",
    bad="""
Resources:
  Images:  # <-
    Type: AWS::ECR::Repository
    Properties: {RepositoryName: hello}
""",
    good="""
Resources:
  Images:
    Type: AWS::ECR::Repository
    Properties:
      RepositoryName: hello
      ImageScanningConfiguration: {ScanOnPush: true}
""",
)
def image_without_scan(repository: ImageRepository, graph: PipelineGraph) -> Findings:
    """The whole registry may scan, or a build, or an action of the pipeline."""
    where = repository.at("ImageScanningConfiguration", "ScanOnPush")
    if any(resource.cfn_type == "AWS::ECR::RegistryScanningConfiguration" for resource in graph.resources):
        return
    if any(action.is_a("InspectorScan", "Snyk") for action in graph.all(Action)):
        return
    if any(is_scan(step) for buildspec in graph.all(Buildspec) for step in buildspec.steps):
        return
    match repository.scans_on_push:
        case Unresolved(reason):
            yield Undetermined(where, reason)
        case None | Known(False):
            # Registry scanning may be set up by hand, once for the account.
            yield Finding(where, f"{repository.said} does not scan what is pushed", Confidence.MEDIUM)
