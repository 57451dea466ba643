"""What starts a pipeline, beside its own polling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.alerts import EventRule, EventTarget
from shipway.model.function import Function, StateMachine
from shipway.model.identity import Role
from shipway.model.node import Relation
from shipway.model.pipeline import Pipeline
from shipway.model.project import Buildspec, Project
from shipway.model.value import known, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

START = "codepipeline:startpipelineexecution"
POLLED = frozenset({"CodeCommit", "S3", "GitHub"})
_IN_CODE = ("start_pipeline_execution", "startPipelineExecution", "StartPipelineExecution")


def targets_a_pipeline(target: EventTarget, graph: PipelineGraph) -> bool:
    """Whether a target is a pipeline, be it one that cannot be seen."""
    found = [edge.target for edge in graph.edges_from(target, Relation.NOTIFIES)]
    return any(isinstance(each, Pipeline) for each in found) or ":codepipeline:" in text_of(target.arn)


def pipelines_started_by(rule: EventRule, graph: PipelineGraph) -> tuple[Pipeline, ...]:
    """The pipelines of the given templates that are targets of a rule."""
    return tuple(
        pipeline for target in rule.targets for pipeline in graph.targets(target, Relation.NOTIFIES, Pipeline)
    )


def is_disabled(rule: EventRule) -> bool:
    """Whether a rule is known to be off."""
    return known(rule.state) == "DISABLED"


def may_be_started_by_others(graph: PipelineGraph) -> bool:
    """Whether code, a schedule, or a rule whose target cannot be seen may start a pipeline."""
    if any(resource.cfn_type == "AWS::Scheduler::Schedule" for resource in graph.resources):
        return True
    if any(spec.runs("aws", "codepipeline", "start-pipeline-execution") for spec in graph.all(Buildspec)):
        return True
    if any(word in text_of(each.code) for each in graph.all(Function) for word in _IN_CODE):
        return True
    runners = (*graph.all(Function), *graph.all(StateMachine), *graph.all(Project))
    if any(_may_start(graph.role_of(each), graph) for each in runners):
        return True
    return any(
        targets_a_pipeline(target, graph) and not graph.targets(target, Relation.NOTIFIES, Pipeline)
        for target in graph.all(EventTarget)
    )


def _may_start(role: object, graph: PipelineGraph) -> bool:
    return isinstance(role, Role) and any(
        (known(action) or "").lower() == START
        for statement in graph.statements_of(role)
        for action in statement.actions
    )
