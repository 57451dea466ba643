"""What a pipeline's role, and the roles of its actions, call whatever the action does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.value import known
from shipway.permissions.calls.call import Call
from shipway.permissions.symbols import SOME_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.pipeline import Action, Pipeline
    from shipway.permissions.calls.call import Scene

_ENCRYPTED = {"s3:x-amz-server-side-encryption": "aws:kms"}


def calls(scene: Scene) -> Iterator[Call]:
    """The calls of every pipeline of the graph."""
    for pipeline in scene.graph.pipelines:
        yield from scene.trust("trust.codepipeline", pipeline.role, "codepipeline.amazonaws.com", pipeline)
        yield from _of_pipeline(pipeline, scene)
        for action in pipeline.actions:
            yield from _of_action(action, pipeline, scene)


def _of_pipeline(pipeline: Pipeline, scene: Scene) -> Iterator[Call]:
    role = scene.role(pipeline.role)
    if role is None:
        return
    buckets = scene.artifact_buckets(pipeline)
    objects = tuple(f"{bucket}/{SOME_TEXT}" for bucket in buckets)
    yield Call("pipeline.artifacts.bucket", role, buckets, pipeline)
    if any(action.role is None for action in pipeline.actions):
        yield Call("pipeline.artifacts.rw", role, objects, pipeline, context=_ENCRYPTED)
        yield Call("pipeline.artifacts.rw.version", role, objects, pipeline)
        if keys := scene.artifact_keys(pipeline):
            yield Call("artifact.kms.pipeline", role, keys, pipeline)
    for action in pipeline.actions:
        assumed = scene.role(action.role)
        if assumed is not None and assumed is not role:
            yield Call("pipeline.assume-action-role", role, (scene.names.arn(assumed),), action)


def _of_action(action: Action, pipeline: Pipeline, scene: Scene) -> Iterator[Call]:
    """The artifacts that an action reads and writes itself; a build does it as its project's role."""
    role = scene.role_of_action(action, pipeline)
    if role is None or action.role is None:
        return
    objects = tuple(f"{bucket}/{SOME_TEXT}" for bucket in scene.artifact_buckets(pipeline))
    keys = scene.artifact_keys(pipeline)
    if known(action.category) == "Source" and action.outputs:
        yield Call("source.artifact.put", role, objects, action, context=_ENCRYPTED)
        if keys:
            yield Call("artifact.kms.write", role, keys, action)
    if known(action.category) == "Deploy" and action.inputs:
        yield Call("deploy.artifact.get", role, objects, action)
        yield Call("deploy.artifact.get.version", role, objects, action)
        if keys:
            yield Call("artifact.kms.read", role, keys, action)
