"""Where the source is, and what starts the pipeline when it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_codecommit as codecommit
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam

from constructs import Construct
from shipway.constructs.event_trigger import event_trigger
from shipway.constructs.pipeline_action import PipelineAction
from shipway.constructs.source import COMMIT
from shipway.errors import InputError
from shipway.model.naming import Kind, Naming

if TYPE_CHECKING:
    from shipway.constructs.removal import Removal


class SourceRepository(Construct):
    """A CodeCommit repository and the branch that is delivered.

    Args:
        scope: The parent.
        construct_id: Its id in the parent.
        naming: Names the repository, ``{service}-source-{suffix}``.
        removal: Whether the source outlives the stack. Unprotected, it is deleted with it.
        branch: The branch that is delivered (default ``main``).

    Attributes:
        repository: The CodeCommit repository.
        branch: As given.
        trigger: The rule that starts the pipeline, once ``start_on_change`` was called.

    Raises:
        InputError: The branch is empty or a full reference.
    """

    revision = COMMIT

    def __init__(
        self, scope: Construct, construct_id: str, *, naming: Naming, removal: Removal, branch: str = "main"
    ) -> None:
        super().__init__(scope, construct_id)
        if not branch or branch.startswith("refs/"):
            raise InputError(
                "the branch must be a name, without refs/heads/",
                where="branch",
                value=repr(branch),
                remedy='Use e.g. "main"',
            )
        self._naming = naming
        self.branch = branch
        self.trigger: events.Rule | None = None
        self.repository = codecommit.Repository(
            self,
            "Repository",
            repository_name=naming.name(Kind.REPOSITORY, "source"),
            description=f"Source of {naming.service}; a push to {branch} is delivered",
        )
        self.repository.apply_removal_policy(removal.policy)

    @property
    def statements(self) -> list[iam.PolicyStatement]:
        """What the pipeline's role must be allowed to fetch a commit."""
        return [
            iam.PolicyStatement(
                actions=[
                    "codecommit:CancelUploadArchive",
                    "codecommit:GetBranch",
                    "codecommit:GetCommit",
                    "codecommit:GetUploadArchiveStatus",
                    "codecommit:UploadArchive",
                ],
                resources=[self.repository.repository_arn],
            )
        ]

    @property
    def outputs(self) -> dict[str, str]:
        """Where to push to."""
        return {"RepositoryCloneUrlHttp": self.repository.repository_clone_url_http}

    def action(self, output: codepipeline.Artifact) -> PipelineAction:
        """The action that fetches the branch."""
        return PipelineAction(
            action_name="Source",
            category=codepipeline.ActionCategory.SOURCE,
            provider="CodeCommit",
            configuration={
                "RepositoryName": self.repository.repository_name,
                "BranchName": self.branch,
                "PollForSourceChanges": False,  # a rule tells
            },
            outputs=[output],
        )

    def start_on_change(self, pipeline: codepipeline.Pipeline) -> None:
        """Start ``pipeline`` whenever the branch is created or moves; nothing polls."""
        self.trigger = event_trigger(
            self,
            naming=self._naming,
            pipeline=pipeline,
            description=f"A push to {self.branch} starts the pipeline",
            pattern=events.EventPattern(
                source=["aws.codecommit"],
                detail_type=["CodeCommit Repository State Change"],
                resources=[self.repository.repository_arn],
                detail={
                    "event": ["referenceCreated", "referenceUpdated"],
                    "referenceType": ["branch"],
                    "referenceName": [self.branch],
                },
            ),
        )
