"""What the pipeline needs to know of a source, wherever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_codepipeline as codepipeline
    from aws_cdk import aws_iam as iam

    from shipway.constructs.pipeline_action import PipelineAction

SOURCE_ARTIFACT = "SourceArtifact"
COMMIT = "${CODEBUILD_RESOLVED_SOURCE_VERSION:0:12}"


class Source(Protocol):
    """A place whose changes are delivered.

    ``SourceRepository`` (CodeCommit), ``ConnectionSource`` (GitHub, GitLab, Bitbucket), ``BucketSource`` (S3)
    and ``ImageSource`` (ECR) are such places.
    """

    @property
    def statements(self) -> Sequence[iam.PolicyStatement]:
        """What the pipeline's role must be allowed to fetch a change."""

    @property
    def revision(self) -> str:
        """Tells one revision from another in an image's tag; a word of the build's shell."""

    @property
    def outputs(self) -> Mapping[str, str]:
        """What a person who delivers needs to know, for the stack's outputs."""

    def action(self, output: codepipeline.Artifact) -> PipelineAction:
        """The action that fetches a change into ``output``."""

    def start_on_change(self, pipeline: codepipeline.Pipeline) -> None:
        """Start ``pipeline`` on every change; nothing polls."""
