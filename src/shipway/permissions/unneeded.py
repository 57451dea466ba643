"""Grants that nothing in a pipeline asks for: take them away, and every call is answered as before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shipway.model.alerts import EventTarget
from shipway.model.identity import Role
from shipway.model.node import Relation
from shipway.model.pipeline import Action, Pipeline
from shipway.model.project import Project
from shipway.model.release import DeploymentGroup
from shipway.model.service import ContainerBalancing, TaskDefinition
from shipway.model.value import known, text_of
from shipway.permissions.decision import Verdict
from shipway.permissions.futile import resource_flaw
from shipway.permissions.needs_table import Impact
from shipway.permissions.pattern import glob
from shipway.permissions.policy import Effect
from shipway.permissions.truth import Truth

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.node import Node
    from shipway.permissions.access import Granted
    from shipway.permissions.needs import Need, Needs

_PROVIDERS = frozenset(
    {"CodeCommit", "CodeStarSourceConnection", "S3", "ECR", "CodeBuild", "Manual", "Lambda", "StepFunctions"}
    | {"CloudFormation", "CodeDeploy", "CodeDeployToECS", "ECS"}
)
_TARGETS = ("codepipeline", "codebuild")
# Programs of a build that call AWS only through what `calls.commands` reads.
_QUIET = frozenset(
    {"", "aws", "cat", "cd", "cp", "date", "docker", "echo", "export", "jq", "ls", "mkdir", "printf"}
) | {
    *(
        "sed",
        "test",
        "[",
        "cut",
        "export",
        "true",
        "rm",
        "mv",
        "touch",
        "envsubst",
        "exit",
        "set",
        "head",
        "tail",
    ),
}


class Unneeded(NamedTuple):
    """Actions of a statement that no call needs."""

    granted: Granted
    actions: tuple[str, ...]
    certain: bool
    """False where a build runs programs that may call more than its commands show."""


def unneeded_grants(graph: PipelineGraph, needs: Needs) -> tuple[Unneeded, ...]:
    """What could be taken away, for roles whose users are all understood."""
    found = []
    for granted in needs.access.grants:
        users = [user for role in granted.roles for user in _users(role, graph)]
        if granted.roles and users and all(_understood(user, granted, graph) for user in users):
            calls = tuple(
                need for role in granted.roles for need in needs.by_role.get(role, ()) if not need.service
            )
            actions = _unneeded(granted, calls)
            if actions:
                found.append(Unneeded(granted, actions, not any(_may_do_more(user) for user in users)))
    return tuple(found)


def _unneeded(granted: Granted, calls: tuple[Need, ...]) -> tuple[str, ...]:
    statement = granted.statement
    if statement.effect is not Effect.ALLOW or statement.problems:
        return ()
    if statement.action is None or statement.action.negated or statement.resource is None:
        return ()
    if statement.resource.negated or any(resource_flaw(text) for text in statement.resource.texts):
        return ()  # they are needed, and were meant to be something else
    near = [need for need in calls if statement.resource.covers(need.request) is not Truth.NO]
    # What is denied elsewhere was meant to be granted here; what is optional is somebody's good practice.
    near += [
        need for need in calls if need.verdict is not Verdict.ALLOW or need.entry.impact is Impact.OPTIONAL
    ]
    needed = {need.request.lowered for need in near}
    return tuple(
        text
        for text in statement.action.texts
        if text != "*" and not any(glob(text, fold=True).matches(each) is not Truth.NO for each in needed)
    )


def _users(role: Role, graph: PipelineGraph) -> tuple[Node, ...]:
    return tuple(edge.source for edge in graph.edges_to(role, Relation.RUNS_AS))


def _understood(user: Node, granted: Granted, graph: PipelineGraph) -> bool:
    """Whether all calls of a user of the role are foreseen."""
    match user:
        case Pipeline():
            foreseen = user.complete and all(known(each.provider) in _PROVIDERS for each in user.actions)
        case Action():
            # For CloudFormation, the role that its configuration names deploys whatever a template says.
            foreseen = known(user.provider) in _PROVIDERS and not user.is_a("CloudFormation")
        case Project():
            foreseen = user.buildspec is not None
        case DeploymentGroup():
            foreseen = bool(user.services)
        case TaskDefinition():
            # The application's own calls, as the task role, nobody foresees.
            foreseen = graph.find(user.task_role, Role) not in granted.roles
        case EventTarget():
            foreseen = any(f":{service}:" in str(text_of(user.arn)) for service in _TARGETS)
        case _:
            foreseen = isinstance(user, ContainerBalancing)
    return foreseen


def _may_do_more(user: Node) -> bool:
    if not isinstance(user, Project) or user.buildspec is None:
        return False
    return any(step.invocation.program not in _QUIET for step in user.buildspec.steps)
