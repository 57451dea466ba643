"""Who hands which artifact to whom, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shipway.model.value import Known, known, text_of

if TYPE_CHECKING:
    from shipway.model.pipeline import Action, Pipeline
    from shipway.model.value import Value


class Moment(NamedTuple):
    """When an action runs: what is smaller is over before."""

    stage: int
    order: int


class Output(NamedTuple):
    """An artifact that an action writes."""

    name: str
    action: Action
    position: int
    """Where it stands in OutputArtifacts, from 0."""


def spelt(value: Value[str] | None) -> str:
    """A name as far as it can be seen, so that two equal ones are equal."""
    return str(text_of(value).filled())


def moment_of(pipeline: Pipeline, action: Action) -> Moment | None:
    """When an action runs; None when its run order cannot be seen."""
    for index, stage in enumerate(pipeline.stages):
        if action in stage.actions:
            order = 1 if action.run_order is None else known(action.run_order)
            return None if order is None else Moment(index, order)
    return None


def outputs_of(pipeline: Pipeline) -> tuple[Output, ...]:
    """Every artifact that is written, in the order of the actions."""
    return tuple(
        Output(spelt(name), action, index)
        for action in pipeline.actions
        for index, name in enumerate(action.outputs)
    )


def all_seen(pipeline: Pipeline) -> bool:
    """Whether every action, and the name of every artifact, can be seen."""
    return pipeline.complete and all(
        names.complete and all(isinstance(name, Known) for name in names)
        for action in pipeline.actions
        for names in (action.inputs, action.outputs)
    )
