"""What source actions call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.value import known
from shipway.permissions.calls.call import Call
from shipway.permissions.symbols import SOME_NAME, SOME_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.identity import Role
    from shipway.model.node import Node
    from shipway.model.pipeline import Action
    from shipway.permissions.calls.call import Scene

CLONE = "CODEBUILD_CLONE_REF"
"""OutputArtifactFormat with which the build clones the repository itself."""

_PREFIXES = ["codestar-connections", "codeconnections"]


def calls(scene: Scene) -> Iterator[Call]:
    """The calls of every source action."""
    for pipeline in scene.graph.pipelines:
        for action in pipeline.sources:
            role = scene.role_of_action(action, pipeline)
            if role is not None:
                yield from _of(action, role, scene)


def _of(action: Action, role: Role, scene: Scene) -> Iterator[Call]:
    match known(action.provider):
        case "CodeCommit":
            where = (repository_of(action, scene),)
            yield Call("source.codecommit", role, where, action)
            yield Call("source.codecommit.cancel", role, where, action)
            if clones(action):
                yield Call("source.codecommit.clone", role, where, action)
        case "CodeStarSourceConnection":
            yield use_connection("source.connection", role, action, action, scene)
        case "S3":
            bucket = scene.bucket(action.configuration.get("S3Bucket"))
            key = scene.names.of(action.configuration.get("S3ObjectKey"), SOME_TEXT)
            yield Call("source.s3.object", role, (f"{bucket}/{key}",), action)
            yield Call("source.s3.bucket", role, (bucket,), action)
        case "ECR":
            name = scene.names.of(action.configuration.get("RepositoryName"), SOME_TEXT)
            yield Call("source.ecr", role, (scene.names.here("ecr", f"repository/{name}"),), action)


def clones(action: Action) -> bool:
    """Whether the build is handed a reference to clone, and not the files."""
    return known(action.configuration.get("OutputArtifactFormat")) == CLONE


def repository_of(action: Action, scene: Scene) -> str:
    """ARN of the CodeCommit repository that an action reads."""
    name = scene.names.of(action.configuration.get("RepositoryName"), SOME_NAME)
    return scene.names.here("codecommit", name)


def use_connection(entry: str, role: Role, action: Action, cause: Node, scene: Scene) -> Call:
    """The call by which a role reads over an action's connection.

    The action's prefix follows the ARN's, which a template need not tell.
    https://docs.aws.amazon.com/dtconsole/latest/userguide/security-iam.html
    """
    arn = scene.names.of(action.configuration.get("ConnectionArn"))
    prefixes = [each for each in _PREFIXES if arn.startswith(f"arn:aws:{each}:")] or _PREFIXES
    actions = tuple(f"{each}:UseConnection" for each in prefixes)
    return Call(entry, role, (arn,), cause, actions=actions, either=True)
