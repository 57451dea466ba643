"""What a rehearsal will do, from the synthesized templates alone: nothing is started to know it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shipway.errors import InputError, UnsupportedError
from shipway.rehearsal.build_commands import commands, dockerfiles, pytest_folders
from shipway.rehearsal.delivery import CODECOMMIT, CODEDEPLOY_TO_ECS, Pipeline, read_pipeline
from shipway.rehearsal.drills import DRILLS, Change, Drill, Sources
from shipway.rehearsal.shift import Shift, from_name
from shipway.template.buildspec import read_buildspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shipway.model.build import BuildSpec

Template = Mapping[str, Any]

PIPELINE = "AWS::CodePipeline::Pipeline"
PROJECT = "AWS::CodeBuild::Project"
DEPLOYMENT_GROUP = "AWS::CodeDeploy::DeploymentGroup"
SUBSCRIPTION = "AWS::SNS::Subscription"

SYNTHESIZE, START, DEPLOY, RELEASE, DELETE = "synthesize", "start the cloud", "deploy", "release", "delete"
STEPS = (SYNTHESIZE, START, DEPLOY, RELEASE, *(drill.name for drill in DRILLS), DELETE)


@dataclass(frozen=True)
class PlannedDrill:
    """A drill with its commit and its prediction, or why it is left out."""

    drill: Drill
    change: Change | None = None
    predicted: str = ""
    skipped: str = ""


@dataclass(frozen=True)
class Plan:
    """What will happen.

    Args:
        stacks: Names of the stacks in order, with the number of their resources.
        pipeline: The pipeline that a push will start.
        shift: How its deployment group moves traffic; ``None`` when only the deployed one will tell.
        sources: What the project's sources give a hold for.
        recipients: How many mail subscriptions the stacks hold.
        drills: What is tried after the release.
    """

    stacks: tuple[tuple[str, int], ...]
    pipeline: Pipeline
    shift: Shift | None
    sources: Sources
    recipients: int
    drills: tuple[PlannedDrill, ...]


def make_plan(templates: Mapping[str, Template], files: tuple[str, ...], read: Callable[[str], str]) -> Plan:
    """The plan for these stacks and sources.

    Args:
        templates: Each stack's template by its name, in deployment order.
        files: Paths of the files that will be pushed.
        read: Gives the text of one of them.

    Raises:
        InputError: There is no pipeline, or what its build needs is not in the sources.
        UnsupportedError: The pipeline's source or deployment is of a kind that cannot be rehearsed.
    """
    stack, logical_id, properties, template = _pipeline(templates)
    pipeline = read_pipeline(logical_id, properties.get("Stages"))
    _refuse_unsupported(pipeline, stack)
    sources = _sources(template, files, read)
    recipients = sum(
        1
        for other in templates.values()
        for _, subscription in _resources(other, SUBSCRIPTION)
        if subscription.get("Protocol") == "email"
    )
    return Plan(
        stacks=tuple((name, len(_mapping(other.get("Resources")))) for name, other in templates.items()),
        pipeline=pipeline,
        shift=_shift(templates),
        sources=sources,
        recipients=recipients,
        drills=tuple(_planned(drill, pipeline, sources, recipients) for drill in DRILLS),
    )


def _pipeline(templates: Mapping[str, Template]) -> tuple[str, str, Mapping[str, Any], Template]:
    found = [
        (name, logical_id, properties, template)
        for name, template in templates.items()
        for logical_id, properties in _resources(template, PIPELINE)
    ]
    if not found:
        raise InputError(
            "no pipeline in the synthesized stacks",
            where=", ".join(templates),
            value=f"no resource of type {PIPELINE}",
            remedy="Rehearse an app whose stack holds a CodePipeline, e.g. by BlueGreenPipeline",
        )
    return next((one for one in found if CODEDEPLOY_TO_ECS in json.dumps(one[2].get("Stages"))), found[0])


def _refuse_unsupported(pipeline: Pipeline, stack: str) -> None:
    providers = ", ".join(action.provider for stage in pipeline.stages for action in stage.actions)
    if not pipeline.stage_of(CODECOMMIT):
        raise UnsupportedError(
            "the pipeline has no CodeCommit source, so that nothing can be pushed to it here",
            where=stack,
            value=providers,
            remedy="Rehearse an environment whose source action is CodeCommit",
        )
    if not pipeline.stage_of(CODEDEPLOY_TO_ECS):
        raise UnsupportedError(
            "the pipeline has no CodeDeployToECS action, so that no traffic would shift",
            where=stack,
            value=providers,
            remedy="Rehearse a pipeline that releases to ECS through CodeDeploy",
        )


def _sources(template: Template, files: tuple[str, ...], read: Callable[[str], str]) -> Sources:
    folders: list[str] = []
    builds: list[str] = []
    for logical_id, project in _resources(template, PROJECT):
        found = commands(_buildspec(project, logical_id, files, read))
        folders += pytest_folders(found, files)
        builds += dockerfiles(found)
        for path in dockerfiles(found):
            if path not in files:
                raise InputError(
                    "the Dockerfile that the build needs is not in the project",
                    where=f"buildspec of {logical_id}",
                    value=path,
                    remedy="Add it (and check .gitignore), or mend the `docker build` command",
                )
    return Sources(tuple(dict.fromkeys(folders)), tuple(dict.fromkeys(builds)))


def _buildspec(
    project: Mapping[str, Any], logical_id: str, files: tuple[str, ...], read: Callable[[str], str]
) -> BuildSpec:
    written = _text(_mapping(project.get("Source")).get("BuildSpec", "buildspec.yml"))
    if "\n" not in written and written.endswith((".yml", ".yaml", ".json")):
        if written not in files:
            raise InputError(
                "the buildspec is not in the project",
                where=logical_id,
                value=written,
                remedy="Add it (and check .gitignore), or give the project an inline buildspec",
            )
        written = read(written)
    spec = read_buildspec(written)
    for problem in spec.problems:
        if problem.fatal:
            raise InputError(problem.message, where=f"buildspec of {logical_id}", remedy="Mend the buildspec")
    return spec


def _text(value: Any) -> str:
    """A string with its intrinsic functions as ``${...}``: what they give is known to the build alone."""
    if isinstance(value, str):
        return value
    match value:
        case {"Fn::Join": [str(separator), list(parts)]}:
            return separator.join(_text(part) for part in parts)
        case {"Fn::Sub": str(text)} | {"Fn::Sub": [str(text), _]}:
            return text
        case {"Ref": str(name)}:
            return f"${{{name.replace('::', '_')}}}"
        case _:
            return "${Unresolved}"


def _shift(templates: Mapping[str, Template]) -> Shift | None:
    for template in templates.values():
        for _, group in _resources(template, DEPLOYMENT_GROUP):
            name = group.get("DeploymentConfigName", "CodeDeployDefault.ECSAllAtOnce")
            if isinstance(name, str):
                return from_name(name)
    return None


def _planned(drill: Drill, pipeline: Pipeline, sources: Sources, recipients: int) -> PlannedDrill:
    change = drill.change(sources)
    if isinstance(change, str):
        return PlannedDrill(drill, skipped=change)
    return PlannedDrill(drill, change, str(drill.predict(pipeline, recipients=recipients)))


def _resources(template: Template, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for logical_id, resource in _mapping(template.get("Resources")).items():
        if isinstance(resource, dict) and resource.get("Type") == kind:
            yield logical_id, _mapping(resource.get("Properties"))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
