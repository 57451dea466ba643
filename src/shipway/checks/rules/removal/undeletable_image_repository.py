"""KEEP002."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.removal._leaving import is_emptied, is_kept
from shipway.model.storage import ImageRepository
from shipway.model.value import Known, Unresolved

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="KEEP002",
    name="undeletable-image-repository",
    family=Family.REMOVAL,
    title="Image repository blocks the deletion of the stack once it holds an image",
    severity=Severity.WARNING,
    subject=ImageRepository,
    since="0.1",
    rationale="ECR refuses to delete a repository that holds images, so the stack ends in DELETE_FAILED.",
    remediation="Set EmptyOnDelete: true, or DeletionPolicy: Retain when the images are meant to stay.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource- "
    "ecr-repository.html",
    bad="""
Resources:
  Images:  # <-
    Type: AWS::ECR::Repository
""",
    good="""
Resources:
  Images:
    Type: AWS::ECR::Repository
    Properties:
      EmptyOnDelete: true
""",
)
def undeletable_image_repository(repository: ImageRepository, graph: PipelineGraph) -> Findings:
    """Absent is false. A lifecycle policy keeps at least the last image."""
    where = repository.at("EmptyOnDelete")
    if is_kept(repository):
        return
    match repository.empty_on_delete:
        case None | Known(False) if not is_emptied(repository, graph):
            yield Finding(
                where, f"{repository.said} is not emptied, and blocks the stack's deletion with its images"
            )
        case Unresolved(reason):
            yield Undetermined(where, reason)
