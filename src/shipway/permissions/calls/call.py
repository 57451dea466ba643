"""One foreseen call, and the scene in which calls are foreseen."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shipway.model.identity import Role
from shipway.model.storage import Bucket, Key, KeyAlias
from shipway.model.value import Unresolved
from shipway.permissions.symbols import SOME_NAME, SOME_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shipway.model.graph import PipelineGraph
    from shipway.model.node import Node
    from shipway.model.pipeline import Action, Pipeline
    from shipway.model.value import Value
    from shipway.permissions.names import Names

ECS_TASKS = "ecs-tasks.amazonaws.com"


class Call(NamedTuple):
    """A line of the needs table that applies: the role needs these actions on these resources."""

    entry: str
    """Id of the line."""
    role: Role
    """Who needs it; for a service that assumes a role, that role."""
    resources: tuple[str, ...]
    """Symbolic ARNs; of each all actions are needed."""
    cause: Node
    """The part that makes the call."""
    service: str = ""
    """The service that assumes `role`, such as ``codebuild.amazonaws.com``."""
    actions: tuple[str, ...] = ()
    """Where the table leaves them open."""
    context: Mapping[str, str] = {}
    """Condition keys beside those of the table."""
    either: bool = False
    """Whether one of the actions is enough: which one it will be, the template does not tell."""


class Scene:
    """What all modules ask of a graph."""

    def __init__(self, graph: PipelineGraph, names: Names) -> None:
        self.graph = graph
        self.names = names

    def role(self, value: Value[str] | None) -> Role | None:
        """The role that a value names; None for one that cannot be seen."""
        found = self.graph.find(value, Role)
        return found if isinstance(found, Role) else None

    def trust(self, entry: str, value: Value[str] | None, service: str, cause: Node) -> Iterator[Call]:
        """That a service assumes the role which a value names."""
        role = self.role(value)
        if role is not None:
            yield Call(entry, role, (self.names.arn(role),), cause, service)

    def bucket(self, value: Value[str] | None) -> str:
        """ARN of the bucket that a value names."""
        name = self.names.of(value, SOME_NAME)
        return name if name.startswith("arn:") else f"arn:aws:s3:::{name}"

    def key(self, value: Value[str] | None) -> str | None:
        """ARN of the customer key that a value names; None when it names AWS's own key, or none."""
        if value is None:
            return None
        found = self.graph.find(value, Key, KeyAlias)
        if isinstance(found, KeyAlias):
            found = self.graph.find(found.target, Key)
        if isinstance(found, Key):
            return self.names.arn(found)
        written = self.names.of(value)
        if "alias/aws/" in written:
            return None
        return written if written.startswith("arn:") and ":key/" in written else SOME_TEXT

    def artifact_buckets(self, pipeline: Pipeline) -> tuple[str, ...]:
        """ARNs of the buckets in which a pipeline keeps its artifacts."""
        return tuple(dict.fromkeys(self.bucket(store.bucket) for store in pipeline.stores))

    def artifact_keys(self, pipeline: Pipeline) -> tuple[str, ...]:
        """ARNs of the customer keys under which a pipeline keeps its artifacts."""
        keys: dict[str, None] = {}
        for store in pipeline.stores:
            bucket = self.graph.find(store.bucket, Bucket)
            by_bucket = bucket.key if isinstance(bucket, Bucket) else None
            key = self.key(store.key if store.key is not None else by_bucket)
            if key is not None:
                keys[key] = None
        return tuple(keys)

    def role_of_action(self, action: Action, pipeline: Pipeline) -> Role | None:
        """The role in which an action is run: its own, or its pipeline's."""
        return self.role(action.role if action.role is not None else pipeline.role)

    def passed(self, value: Value[str] | None) -> tuple[str, ...]:
        """ARN of a role that is handed over; none where the property is absent."""
        if value is None or (isinstance(value, Unresolved) and value.text is None):
            return ()
        return (self.names.of(value),)
