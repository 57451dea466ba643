"""A delivery as the rehearsal needs to know it: the pipeline, what starts it, what traffic it moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shipway.rehearsal.shift import Shift

CODECOMMIT = "CodeCommit"
CODEBUILD = "CodeBuild"
CODEDEPLOY_TO_ECS = "CodeDeployToECS"


@dataclass(frozen=True)
class Action:
    """An action of a pipeline's definition."""

    name: str
    category: str
    provider: str


@dataclass(frozen=True)
class Stage:
    """A stage of a pipeline's definition."""

    name: str
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class Pipeline:
    """A pipeline's definition, from a template or from ``GetPipeline``."""

    name: str
    stages: tuple[Stage, ...]

    def stage_of(self, provider: str) -> str | None:
        """Name of the first stage with an action of this provider."""
        for stage in self.stages:
            if any(action.provider == provider for action in stage.actions):
                return stage.name
        return None

    def provider_of(self, stage: str, action: str) -> str:
        """The provider of an action; empty for one that the definition does not hold."""
        for candidate in self.stages:
            if candidate.name == stage:
                return next((found.provider for found in candidate.actions if found.name == action), "")
        return ""


def read_pipeline(name: str, stages: Any) -> Pipeline:
    """A pipeline's definition from its stages, spelt as in CloudFormation or as in CodePipeline's API."""
    return Pipeline(
        name,
        tuple(
            Stage(
                str(_get(stage, "name")),
                tuple(
                    Action(
                        str(_get(action, "name")),
                        str(_get(_get(action, "actionTypeId"), "category")),
                        str(_get(_get(action, "actionTypeId"), "provider")),
                    )
                    for action in _get(stage, "actions") or ()
                ),
            )
            for stage in stages or ()
        ),
    )


def _get(value: Any, key: str) -> Any:
    """CloudFormation has capitals where the API has small letters."""
    return value.get(key, value.get(key[0].upper() + key[1:])) if isinstance(value, dict) else None


@dataclass(frozen=True)
class Delivery:
    """What was deployed, found by plain AWS calls.

    Args:
        pipeline: Its definition.
        repository: CodeCommit repository that the source action watches.
        branch: The branch that it watches.
        clone_url: Where git pushes to.
        application: CodeDeploy application.
        deployment_group: Its deployment group.
        shift: How the deployment group moves the traffic.
        cluster: ECS cluster.
        service: ECS service.
        listener_arn: The production listener.
        target_groups: Names of the two target groups by ARN.
        health_check_path: What the balancer asks its targets for.
        recipients: Addresses that are subscribed by mail to a topic of the stack.
    """

    pipeline: Pipeline
    repository: str
    branch: str
    clone_url: str
    application: str
    deployment_group: str
    shift: Shift
    cluster: str
    service: str
    listener_arn: str
    target_groups: dict[str, str]
    health_check_path: str
    recipients: tuple[str, ...]
