"""Where the source is, and what starts the pipeline when it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_codecommit as codecommit
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam

from constructs import Construct
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
        trigger: The rule that starts the pipeline, once ``start_on_push`` was called.

    Raises:
        InputError: The branch is empty or a full reference.
    """

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

    def start_on_push(self, pipeline: codepipeline.IPipeline) -> events.Rule:
        """Start ``pipeline`` whenever the branch is created or moves; nothing polls."""
        role = iam.Role(
            self,
            "TriggerRole",
            role_name=self._naming.name(Kind.ROLE, "trigger-role"),
            assumed_by=iam.ServicePrincipal("events.amazonaws.com"),
        )
        self.trigger = events.Rule(
            self,
            "Trigger",
            rule_name=self._naming.name(Kind.RULE, "trigger"),
            description=f"A push to {self.branch} starts the pipeline",
            event_pattern=events.EventPattern(
                source=["aws.codecommit"],
                detail_type=["CodeCommit Repository State Change"],
                resources=[self.repository.repository_arn],
                detail={
                    "event": ["referenceCreated", "referenceUpdated"],
                    "referenceType": ["branch"],
                    "referenceName": [self.branch],
                },
            ),
            # The target grants the role StartPipelineExecution on this pipeline, and nothing else.
            targets=[targets.CodePipeline(pipeline, event_role=role)],
        )
        return self.trigger
