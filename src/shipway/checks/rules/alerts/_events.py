"""The events of a delivery, as AWS sends them, and whom rules on them tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shipway.model.alerts import EventRule, NotificationRule
from shipway.model.node import Relation
from shipway.model.pipeline import Pipeline
from shipway.model.value import Known, Unresolved, known, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.alerts import EventPattern
    from shipway.model.graph import PipelineGraph
    from shipway.model.value import Value


class EventSource(NamedTuple):
    """What a service says in its events."""

    detail_types: frozenset[str]
    states: tuple[str, ...]
    """Where in `detail` its outcome stands."""
    values: frozenset[str]
    """Every outcome that there is."""
    misnomers: dict[str, str]
    """What people write below `detail` -> what it is called there."""


_CLOUDTRAIL = ("AWS API Call via CloudTrail", "AWS Service Event via CloudTrail")
# https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html
# https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html
# https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_cwe_events.html
SOURCES: dict[str, EventSource] = {
    "aws.codepipeline": EventSource(
        frozenset(
            {
                "CodePipeline Pipeline Execution State Change",
                "CodePipeline Stage Execution State Change",
                "CodePipeline Action Execution State Change",
                *_CLOUDTRAIL,
            }
        ),
        ("detail", "state"),
        frozenset(
            {
                *("STARTED", "SUCCEEDED", "FAILED", "CANCELED", "RESUMED", "STOPPING", "STOPPED"),
                *("SUPERSEDED", "ABANDONED"),
            }
        ),
        {
            **dict.fromkeys(("status", "pipeline-state", "execution-state", "pipelineState"), "state"),
            **dict.fromkeys(("pipelineName", "pipeline-name", "PipelineName", "name"), "pipeline"),
            **dict.fromkeys(("stageName", "stage-name"), "stage"),
            **dict.fromkeys(("actionName", "action-name"), "action"),
        },
    ),
    "aws.codebuild": EventSource(
        frozenset({"CodeBuild Build State Change", "CodeBuild Build Phase Change", *_CLOUDTRAIL}),
        ("detail", "build-status"),
        frozenset({"IN_PROGRESS", "SUCCEEDED", "FAILED", "STOPPED", "FAULT", "TIMED_OUT"}),
        {
            **dict.fromkeys(("status", "state", "buildStatus", "build_status"), "build-status"),
            **dict.fromkeys(("project", "projectName", "project_name"), "project-name"),
        },
    ),
    "aws.codedeploy": EventSource(
        frozenset(
            {
                "CodeDeploy Deployment State-change Notification",
                "CodeDeploy Instance State-change Notification",
                *_CLOUDTRAIL,
            }
        ),
        ("detail", "state"),
        frozenset({"START", "STOP", "SUCCESS", "FAILURE", "READY"}),
        {
            **dict.fromkeys(("status", "deploymentStatus", "deployment-status"), "state"),
            **dict.fromkeys(("applicationName", "application-name"), "application"),
            **dict.fromkeys(
                ("deploymentGroupName", "deployment-group", "deployment-group-name"), "deploymentGroup"
            ),
        },
    ),
    "aws.ecs": EventSource(
        frozenset(
            {
                *("ECS Task State Change", "ECS Container Instance State Change"),
                *("ECS Deployment State Change", "ECS Service Action", *_CLOUDTRAIL),
            }
        ),
        ("detail", "eventType"),
        frozenset({"INFO", "WARN", "ERROR"}),
        {},
    ),
}

PIPELINE_EVENTS = tuple(
    f"CodePipeline {scope} Execution State Change" for scope in ("Pipeline", "Stage", "Action")
)


def alerts_on(pipeline: Pipeline, graph: PipelineGraph) -> Iterator[EventRule]:
    """The rules on the pipeline's events that tell anybody: those that are on and have a target."""
    for each in graph.all(EventRule):
        if (
            each.pattern is not None
            and known(each.state) != "DISABLED"
            and (_reaches_somebody(each) or not each.targets.complete)
            and each.pattern.admits("aws.codepipeline", "source") is not False
            and (each.pattern.rest is not None or each.pattern.fields.keys() - {"account", "region"})
            and _is_on(each.pattern, pipeline, graph)
        ):
            yield each


def notifications_on(pipeline: Pipeline, graph: PipelineGraph) -> Iterator[NotificationRule]:
    """The notification rules on a pipeline that are on and have a target."""
    for each in graph.users(pipeline, Relation.WATCHES, NotificationRule):
        if known(each.status) != "DISABLED" and (each.targets or not each.targets.complete):
            yield each


def _reaches_somebody(event_rule: EventRule) -> bool:
    """Whether a target is more than a log group."""
    return any(
        ":logs:" not in text_of(target.arn) and ":log-group:" not in text_of(target.arn)
        for target in event_rule.targets
    )


def _is_on(pattern: EventPattern, pipeline: Pipeline, graph: PipelineGraph) -> bool:
    """Whether the pattern may admit events of the pipeline."""
    for path in (("detail", "pipeline"), ("resources",)):
        allowed = pattern.allowed(*path)
        if (
            allowed is not None
            and allowed.complete
            and not any(may_mean(each, pipeline, graph) for each in allowed)
        ):
            return False
    return True


def may_mean(value: Value[str], pipeline: Pipeline, graph: PipelineGraph) -> bool:
    """Whether a value may be the name or the ARN of a pipeline."""
    found = graph.find(value, Pipeline)
    if isinstance(found, Pipeline):
        return found is pipeline
    # A literal name may be what the pipeline's own becomes at deployment; one that AWS makes up it is not.
    return isinstance(pipeline.name, Unresolved) if isinstance(value, Known) else True
