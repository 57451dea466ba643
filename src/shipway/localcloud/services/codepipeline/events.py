"""The three state-change events of CodePipeline, in the shape that AWS emits.

``additionalAttributes`` (failedActions, ...) belong to notifications of CodeStar, not to these events.
Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from shipway.localcloud.services.codepipeline.runs import ActionRun, Execution, Location, StageRun

PIPELINE = "CodePipeline Pipeline Execution State Change"
STAGE = "CodePipeline Stage Execution State Change"
ACTION = "CodePipeline Action Execution State Change"


def pipeline_detail(execution: Execution, state: str) -> dict[str, Any]:
    """Detail of a pipeline's event; only its STARTED event names the trigger."""
    detail = _common(execution, execution.started) | {"state": state}
    if state == "STARTED":
        detail["execution-trigger"] = {
            "trigger-type": execution.trigger.type,
            "trigger-detail": execution.trigger.detail,
        }
    if state in ("STOPPING", "STOPPED") and execution.stop_reason:
        detail["stop-execution-comments"] = execution.stop_reason
    return detail


def stage_detail(execution: Execution, stage: StageRun, state: str) -> dict[str, Any]:
    """Detail of a stage's event."""
    detail = _common(execution, stage.started) | {"stage": stage.name, "state": state}
    if stage.retried:
        detail["stage-last-retry-attempt-time"] = _time(stage.retried)
    return detail


def action_detail(execution: Execution, run: ActionRun, state: str, region: str) -> dict[str, Any]:
    """Detail of an action's event; a result stands in it once there is one."""
    detail = _common(execution, run.started) | {
        "stage": run.stage,
        "action-execution-id": run.id,
        "action": run.action.name,
        "state": state,
        "region": run.action.region or region,
        "type": run.action.type.as_json(),
    }
    if state == "STARTED" and run.inputs:
        detail["input-artifacts"] = _artifacts(run.inputs)
    if state == "SUCCEEDED" and run.outputs:
        detail["output-artifacts"] = _artifacts(run.outputs)
    result = {
        "external-execution-url": run.external_url,
        "external-execution-summary": run.failure.message if run.failure else run.summary,
        "external-execution-id": run.external_id,
        "error-code": run.failure.code if run.failure else "",
    }
    if state != "STARTED" and any(result.values()):
        detail["execution-result"] = {key: value for key, value in result.items() if value}
    return detail


def _common(execution: Execution, started: datetime) -> dict[str, Any]:
    return {
        "pipeline": execution.pipeline.name,
        "execution-id": execution.id,
        "start-time": _time(started),
        "version": float(execution.pipeline.version),
        "pipeline-execution-attempt": float(execution.attempt),
    }


def _artifacts(locations: Mapping[str, Location]) -> list[dict[str, Any]]:
    return [{"name": name, "s3location": location.as_json()} for name, location in locations.items()]


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
