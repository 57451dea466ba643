"""An image repository into which somebody else pushes finished images."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam

from constructs import Construct
from shipway.constructs.environment import tag as tag_resources
from shipway.constructs.event_trigger import event_trigger
from shipway.constructs.pipeline_action import PipelineAction
from shipway.errors import InputError

if TYPE_CHECKING:
    from shipway.model.naming import Naming

_TAG = re.compile(r"[A-Za-z0-9_][\w.-]{0,127}", re.ASCII)


class ImageSource(Construct):
    """A tag of a repository in ECR; a push of it is delivered, by its digest, without a build.

    Args:
        scope: The parent.
        construct_id: Its id in the parent.
        naming: Names rule and role.
        repository: The repository. Its tags must be mutable, or the tag could be pushed only once.
        tag: The tag that is delivered, e.g. ``"release"``.

    Attributes:
        repository: As given.
        tag: As given.
        trigger: The rule that starts the pipeline, once ``start_on_change`` was called.

    Raises:
        InputError: That cannot be a tag.
    """

    revision = ""  # nothing is built

    def __init__(
        self, scope: Construct, construct_id: str, *, naming: Naming, repository: ecr.IRepository, tag: str
    ) -> None:
        super().__init__(scope, construct_id)
        if not _TAG.fullmatch(tag):
            raise InputError(
                "a tag has up to 128 letters, digits, '_', '.' and '-', and starts with none of the last two",
                where="tag",
                value=repr(tag),
                remedy='Use e.g. "release"',
            )
        tag_resources(self, naming)
        self._naming = naming
        self.repository = repository
        self.tag = tag
        self.trigger: events.Rule | None = None

    @property
    def statements(self) -> list[iam.PolicyStatement]:
        """What the pipeline's role must be allowed to find an image."""
        return [
            iam.PolicyStatement(actions=["ecr:DescribeImages"], resources=[self.repository.repository_arn])
        ]

    @property
    def outputs(self) -> dict[str, str]:
        """Where to push to."""
        return {"ImageRepositoryUri": self.repository.repository_uri}

    def action(self, output: codepipeline.Artifact) -> PipelineAction:
        """The action that looks the tag up; its artifact holds ``imageDetail.json``."""
        return PipelineAction(
            action_name="Source",
            category=codepipeline.ActionCategory.SOURCE,
            provider="ECR",
            configuration={"RepositoryName": self.repository.repository_name, "ImageTag": self.tag},
            outputs=[output],
        )

    def start_on_change(self, pipeline: codepipeline.Pipeline) -> None:
        """Start ``pipeline`` whenever the tag is pushed."""
        self.trigger = event_trigger(
            self,
            naming=self._naming,
            pipeline=pipeline,
            description=f"A push of the image {self.tag} starts the pipeline",
            # ECR tells EventBridge itself; the CDK's rule waits for CloudTrail, which may have no trail.
            pattern=events.EventPattern(
                source=["aws.ecr"],
                detail_type=["ECR Image Action"],
                detail={
                    "action-type": ["PUSH"],
                    "result": ["SUCCESS"],
                    "repository-name": [self.repository.repository_name],
                    "image-tag": [self.tag],
                },
            ),
        )
