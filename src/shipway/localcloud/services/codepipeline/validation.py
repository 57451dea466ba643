"""What CreatePipeline and UpdatePipeline refuse, in AWS's error codes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from shipway.localcloud.services.codepipeline.declaration import ExecutionMode
from shipway.localcloud.wire import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from shipway.localcloud.services.codepipeline.declaration import Action, ActionSpec, Pipeline, Stage

_MINIMUM_STAGES = 2


def check(pipeline: Pipeline, specs: Mapping[tuple[str, str], ActionSpec]) -> None:
    """Raise the first `ServiceError` that AWS would answer.

    Args:
        pipeline: As it was asked for.
        specs: By category and provider; an unknown provider is accepted here and fails when it runs.
    """
    for problem in _problems(pipeline, specs):
        raise problem


def _structure(message: str) -> ServiceError:
    return ServiceError("InvalidStructureException", message)


def _problems(pipeline: Pipeline, specs: Mapping[tuple[str, str], ActionSpec]) -> Iterator[ServiceError]:
    if len(pipeline.stages) < _MINIMUM_STAGES:
        yield _structure("Pipeline must contain at least two stages")
    for name in _twice(stage.name for stage in pipeline.stages):
        yield _structure(f"Stage name '{name}' must be unique within the pipeline")
    if pipeline.raw["pipelineType"] == "V1":
        for member in ("variables", "triggers"):
            if pipeline.raw.get(member):
                yield _structure(f"Pipeline type V1 does not support {member}; use pipeline type V2")
        if pipeline.mode is not ExecutionMode.SUPERSEDED:
            yield _structure(f"Execution mode {pipeline.mode} is not supported by pipeline type V1")
    for index, stage in enumerate(pipeline.stages):
        yield from _stage_problems(stage, first=index == 0)
        for action in stage.actions:
            if spec := specs.get(action.type.key):
                yield from _action_problems(action, spec)
    yield from _artifact_problems(pipeline)
    yield from _namespace_problems(pipeline)


def _stage_problems(stage: Stage, *, first: bool) -> Iterator[ServiceError]:
    if not stage.actions:
        yield ServiceError(
            "InvalidStageDeclarationException", f"Stage '{stage.name}' must have at least one action"
        )
    for name in _twice(action.name for action in stage.actions):
        yield ServiceError(
            "InvalidStageDeclarationException",
            f"Action name '{name}' must be unique within stage '{stage.name}'",
        )
    for action in stage.actions:
        if first and action.type.category != "Source":
            yield _structure(f"Pipeline stage '{stage.name}' must contain only source actions")
        if not first and action.type.category == "Source":
            yield _structure(
                f"Source action '{action.name}' is not allowed in stage '{stage.name}': source actions can "
                "only occur in the first stage"
            )


def _action_problems(action: Action, spec: ActionSpec) -> Iterator[ServiceError]:
    def invalid(message: str) -> ServiceError:
        return ServiceError("InvalidActionDeclarationException", message)

    keys = set(action.configuration)
    for missing in sorted(spec.required - keys):
        yield invalid(
            f"Action configuration for action '{action.name}' is missing required configuration '{missing}'"
        )
    if spec.optional is not None:
        for unknown in sorted(keys - spec.required - spec.optional):
            yield invalid(
                f"Action configuration for action '{action.name}' contains unknown configuration '{unknown}'"
            )
    for artifacts, (least, most), kind in (
        (action.inputs, spec.inputs, "input"),
        (action.outputs, spec.outputs, "output"),
    ):
        if not least <= len(artifacts) <= most:
            yield invalid(
                f"Action '{action.name}' has {len(artifacts)} {kind} artifacts, but provider "
                f"'{action.type.provider}' takes {least} to {most}"
            )


def _artifact_problems(pipeline: Pipeline) -> Iterator[ServiceError]:
    outputs = [name for stage in pipeline.stages for action in stage.actions for name in action.outputs]
    for name in _twice(outputs):
        yield _structure(
            "Output Artifact Bundle name must be unique within the pipeline. "
            f"{name} has been used more than once."
        )
    made: set[str] = set()
    for stage in pipeline.stages:
        for group in stage.run_orders():
            for action in group:
                for name in action.inputs:
                    if name not in made:
                        yield _structure(
                            f"Input Artifact Bundle {name} in action {action.name} is not declared as Output "
                            "Artifact Bundle in any of the preceding actions"
                        )
            made.update(name for action in group for name in action.outputs)


def _namespace_problems(pipeline: Pipeline) -> Iterator[ServiceError]:
    namespaces = [a.namespace for stage in pipeline.stages for a in stage.actions if a.namespace]
    for name in _twice(namespaces):
        yield _structure(f"Namespace '{name}' must be unique within the pipeline")
    for name in {"codepipeline", "variables"} & set(namespaces):
        yield _structure(f"Namespace '{name}' is reserved")


def _twice(names: Iterable[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)
