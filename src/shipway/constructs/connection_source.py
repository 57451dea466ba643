"""A repository on GitHub, GitLab or Bitbucket."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from aws_cdk import CfnResource, Token
from aws_cdk import aws_codeconnections as codeconnections
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_iam as iam

from constructs import Construct
from shipway.constructs.environment import tag
from shipway.constructs.pipeline_action import PipelineAction
from shipway.constructs.source import COMMIT
from shipway.errors import InputError
from shipway.model.naming import Kind, Naming

if TYPE_CHECKING:
    from collections.abc import Sequence

_PROVIDERS = ("Bitbucket", "GitHub", "GitHubEnterpriseServer", "GitLab", "GitLabSelfManaged")
_REPOSITORY = re.compile(r"[\w.-]+(/[\w.-]+)+", re.ASCII)
_CONNECTION = re.compile(r"arn:[\w-]+:(?P<service>codeconnections|codestar-connections):.+:connection/.+")
_MOST_FILTERS = 8


class ConnectionSource(Construct):
    """A branch, or tags, of a repository that a connection of AWS CodeConnections reaches.

    A connection that the stack creates is *pending*: somebody must complete it once, in the console, by
    agreeing at the provider. Pushes start the pipeline by a trigger of the pipeline itself; no rule, no poll.

    Args:
        scope: The parent.
        construct_id: Its id in the parent.
        naming: Names the connection.
        repository: Its full name, e.g. ``"acme/hello"``; GitLab's may have several slashes.
        branch: The branch that is delivered (default ``main``).
        provider: The provider of the connection that is created (default ``"GitHub"``).
        connection_arn: A connection that exists already; none is created then.
        paths: A push starts the pipeline only if it touches one of these, e.g. ``"service/**"`` (at most 8).
        tags: Not pushes to the branch but pushes of these tags start the pipeline, e.g. ``"v*"`` (at most 8).

    Attributes:
        connection_arn: The connection.
        repository: As given.
        branch: As given.

    Raises:
        InputError: A name or filter that AWS refuses.
    """

    revision = COMMIT

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        naming: Naming,
        repository: str,
        branch: str = "main",
        provider: str = "GitHub",
        connection_arn: str | None = None,
        paths: Sequence[str] = (),
        tags: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, construct_id)
        _require_repository(repository, branch, provider)
        _require_filters(paths, tags)
        tag(self, naming)
        self.repository = repository
        self.branch = branch
        self._paths, self._tags = tuple(paths), tuple(tags)
        self._service = "codeconnections"
        if connection_arn is None:
            connection_arn = codeconnections.CfnConnection(
                self,
                "Connection",
                connection_name=naming.name(Kind.CONNECTION, "source"),
                provider_type=provider,
            ).attr_connection_arn
        elif not Token.is_unresolved(connection_arn):
            # The service had another name, and the prefix of its actions follows the ARN.
            self._service = _service_of(connection_arn)
        self.connection_arn = connection_arn

    @property
    def statements(self) -> list[iam.PolicyStatement]:
        """What the pipeline's role must be allowed to fetch a commit."""
        return [
            iam.PolicyStatement(actions=[f"{self._service}:UseConnection"], resources=[self.connection_arn])
        ]

    @property
    def outputs(self) -> dict[str, str]:
        """The connection, which somebody must complete in the console."""
        return {"ConnectionArn": self.connection_arn}

    def action(self, output: codepipeline.Artifact) -> PipelineAction:
        """The action that fetches a commit."""
        return PipelineAction(
            action_name="Source",
            category=codepipeline.ActionCategory.SOURCE,
            provider="CodeStarSourceConnection",
            configuration={
                "ConnectionArn": self.connection_arn,
                "FullRepositoryId": self.repository,
                "BranchName": self.branch,
                "OutputArtifactFormat": "CODE_ZIP",
            },
            outputs=[output],
        )

    def start_on_change(self, pipeline: codepipeline.Pipeline) -> None:
        """Let pushes start ``pipeline``; the trigger takes the place of AWS's own detection of changes."""
        push: dict[str, Any]
        if self._tags:
            push = {"Tags": {"Includes": list(self._tags)}}
        else:
            push = {"Branches": {"Includes": [self.branch]}}
            if self._paths:
                push["FilePaths"] = {"Includes": list(self._paths)}
        cast("CfnResource", pipeline.node.default_child).add_property_override(
            "Triggers",
            [
                {
                    "ProviderType": "CodeStarSourceConnection",
                    "GitConfiguration": {"SourceActionName": "Source", "Push": [push]},
                }
            ],
        )


def _service_of(arn: str) -> str:
    found = _CONNECTION.fullmatch(arn)
    if found is None:
        raise InputError(
            "the connection must be the ARN of a connection of AWS CodeConnections",
            where="connection_arn",
            value=arn,
            remedy="Copy it from the console, Developer Tools > Settings > Connections",
        )
    return found["service"]


def _require_repository(repository: str, branch: str, provider: str) -> None:
    if not _REPOSITORY.fullmatch(repository):
        raise InputError(
            "the repository must be named with its owner, without a host",
            where="repository",
            value=repr(repository),
            remedy='Use e.g. "acme/hello"',
        )
    if not branch or branch.startswith("refs/"):
        raise InputError(
            "the branch must be a name, without refs/heads/",
            where="branch",
            value=repr(branch),
            remedy='Use e.g. "main"',
        )
    if provider not in _PROVIDERS:
        raise InputError(
            "AWS CodeConnections has no such provider",
            where="provider",
            value=repr(provider),
            remedy=f"Use one of {', '.join(_PROVIDERS)}",
        )


def _require_filters(paths: Sequence[str], tags: Sequence[str]) -> None:
    # https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-filter.html
    for name, values in (("paths", paths), ("tags", tags)):
        if isinstance(values, str) or len(values) > _MOST_FILTERS:
            raise InputError(
                f"{name} must be a list of at most {_MOST_FILTERS} patterns",
                value=repr(values),
                remedy='Use e.g. ["service/**"] or ["v*"]',
            )
    if paths and tags:
        raise InputError(
            "a push of a tag touches no paths",
            where="paths and tags",
            value=f"{list(paths)}, {list(tags)}",
            remedy="Give one of them",
        )
