"""Which project fills an artifact, and whether a file can be in it."""

from __future__ import annotations

from enum import Enum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from shipway.checks.rules.build._commands import is_opaque, writes
from shipway.model.project import Project
from shipway.model.value import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.build import Artifact
    from shipway.model.graph import PipelineGraph
    from shipway.model.pipeline import Action, Pipeline
    from shipway.model.project import Buildspec

_DEEPEST = 5  # builds that hand a file on to each other


class Filled(NamedTuple):
    """An artifact that a build fills."""

    action: Action
    project: Project
    buildspec: Buildspec
    artifact: Artifact | None
    """What the buildspec says about it; None when it says nothing."""


class Held(Enum):
    """Whether a file is in an artifact."""

    YES = "yes"
    NO = "no"
    UNSEEN = "cannot be seen"


def spelt(value: object) -> str:
    """A name as far as it can be seen."""
    return str(text_of(value).filled())  # type: ignore[arg-type]  # any Value, or None


def producer_of(pipeline: Pipeline, name: str) -> Action | None:
    """The action that writes an artifact; None when there is none, or several."""
    found = [action for action in pipeline.actions if name in map(spelt, action.outputs)]
    return found[0] if len(found) == 1 else None


def filled(pipeline: Pipeline, name: str, graph: PipelineGraph) -> Filled | None:
    """The build that fills an artifact; None when no build does, or its buildspec cannot be read."""
    action = producer_of(pipeline, name)
    project = graph.project_of(action) if action is not None and action.is_a("CodeBuild") else None
    if action is None or not isinstance(project, Project) or project.buildspec is None:
        return None
    if "BuildspecOverride" in action.configuration or not action.configuration_seen:
        return None
    spec = project.buildspec.spec
    if any(problem.fatal for problem in spec.problems):
        return None
    named = next((each for each in spec.secondary_artifacts if each.identifier == name), None)
    return Filled(
        action, project, project.buildspec, named or (spec.artifacts if len(action.outputs) == 1 else None)
    )


def lists(artifact: Artifact, file: str) -> Held:
    """Whether the patterns of an artifact take in a file at that path; UNSEEN for ``**/*``."""
    answer = Held.NO
    for pattern in artifact.files:
        if "$" in pattern or pattern in {"**/*", "**", "*", "./**/*", "*/**"}:
            answer = Held.UNSEEN
            continue
        path = pattern.removeprefix("./")
        if artifact.discard_paths:
            path = path.rpartition("/")[2]
        if path == file or fnmatchcase(file, path):
            return Held.YES
        if path.startswith("**/") and fnmatchcase(file.rpartition("/")[2], path.removeprefix("**/")):
            return Held.YES
    return answer


def holds(pipeline: Pipeline, name: str, file: str, graph: PipelineGraph, depth: int = 0) -> Held:
    """Whether an artifact holds a file that only a build can have written, itself or one before it."""
    build = filled(pipeline, name, graph)
    if build is None or depth > _DEEPEST:
        return Held.UNSEEN
    listed = lists(build.artifact, file) if build.artifact is not None else Held.NO
    if listed is Held.NO:
        return Held.NO
    if writes(build.buildspec, file) or any(is_opaque(step) for step in build.buildspec.steps):
        return Held.YES
    before = [holds(pipeline, spelt(value), file, graph, depth + 1) for value in build.action.inputs]
    if Held.YES in before:
        return Held.YES
    sources = [producer_of(pipeline, spelt(value)) for value in build.action.inputs]
    if any(source is not None and source.is_a("ECR") for source in sources):
        return Held.UNSEEN
    # What a source repository holds is not written anew for each build.
    return (
        Held.NO
        if all(each is Held.NO or _is_source(source) for each, source in zip(before, sources, strict=True))
        else Held.UNSEEN
    )


def _is_source(action: Action | None) -> bool:
    return action is not None and spelt(action.category) == "Source"


def image_keys(action: Action) -> Iterator[str]:
    """``Image1ArtifactName`` and its like, as far as the action has them."""
    for number in range(1, 5):
        key = f"Image{number}ArtifactName"
        if key in action.configuration:
            yield key
