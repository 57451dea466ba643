"""What the API answers about pipelines and executions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shipway.localcloud.services.codepipeline.runs import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.localcloud.services.codepipeline.declaration import Action, Stage
    from shipway.localcloud.services.codepipeline.records import Record
    from shipway.localcloud.services.codepipeline.runs import ActionRun, Execution, Location, Revision


def execution_details(execution: Execution) -> dict[str, Any]:
    """``PipelineExecution``."""
    return {
        "pipelineName": execution.pipeline.name,
        "pipelineVersion": execution.pipeline.version,
        "pipelineExecutionId": execution.id,
        "status": execution.status.value,
        "statusSummary": execution.summary or None,
        "artifactRevisions": [
            {
                "name": action.outputs[0],
                "revisionId": revision.id,
                "revisionSummary": revision.summary or None,
                "revisionUrl": revision.url or None,
                "created": revision.created,
            }
            for action, revision in execution.source_revisions()
        ],
        "variables": [{"name": k, "resolvedValue": v} for k, v in execution.variables.items()],
        "trigger": _trigger(execution),
        "executionMode": execution.pipeline.mode.value,
        "executionType": "STANDARD",
    }


def execution_summary(execution: Execution) -> dict[str, Any]:
    """``PipelineExecutionSummary``."""
    return {
        "pipelineExecutionId": execution.id,
        "status": execution.status.value,
        "statusSummary": execution.summary or None,
        "startTime": execution.started,
        "lastUpdateTime": execution.updated,
        "sourceRevisions": [
            {
                "actionName": action.name,
                "revisionId": revision.id,
                "revisionSummary": revision.summary or None,
                "revisionUrl": revision.url or None,
            }
            for action, revision in execution.source_revisions()
        ],
        "trigger": _trigger(execution),
        "stopTrigger": {"reason": execution.stop_reason} if execution.stop_reason else None,
        "executionMode": execution.pipeline.mode.value,
        "executionType": "STANDARD",
    }


def action_execution(execution: Execution, run: ActionRun, region: str) -> dict[str, Any]:
    """``ActionExecutionDetail``."""
    action = run.action
    return {
        "pipelineExecutionId": execution.id,
        "actionExecutionId": run.id,
        "pipelineVersion": execution.pipeline.version,
        "stageName": run.stage,
        "actionName": action.name,
        "startTime": run.started,
        "lastUpdateTime": run.updated,
        "updatedBy": run.updated_by or None,
        "status": run.status.value,
        "input": {
            "actionTypeId": action.type.as_json(),
            "configuration": action.configuration,
            "resolvedConfiguration": run.configuration,
            "roleArn": action.role_arn or None,
            "region": action.region or region,
            "inputArtifacts": _artifacts(run.inputs),
            "namespace": action.namespace or None,
        },
        "output": {
            "outputArtifacts": _artifacts(run.outputs if run.status is Status.SUCCEEDED else {}),
            "executionResult": {
                "externalExecutionId": run.external_id or None,
                "externalExecutionSummary": run.summary or None,
                "externalExecutionUrl": run.external_url or None,
                "errorDetails": _error(run),
            },
            "outputVariables": run.variables,
        },
    }


def state(record: Record) -> dict[str, Any]:
    """``GetPipelineStateOutput``."""
    return {
        "pipelineName": record.pipeline.name,
        "pipelineVersion": record.pipeline.version,
        "stageStates": [_stage_state(record, stage) for stage in record.pipeline.stages],
        "created": record.created,
        "updated": record.updated,
    }


def _stage_state(record: Record, stage: Stage) -> dict[str, Any]:
    latest = record.latest_in(stage.name)
    run = latest.stages.get(stage.name) if latest else None
    waiting = [
        {"pipelineExecutionId": each, "status": "InProgress", "type": "STANDARD"}
        for each in record.board.waiting.get(stage.name, ())
    ]
    transition = record.transitions.get(stage.name)
    return {
        "stageName": stage.name,
        "inboundExecution": waiting[-1] if waiting else None,
        "inboundExecutions": waiting,
        "inboundTransitionState": transition.as_json() if transition else {"enabled": True},
        "actionStates": [_action_state(record, stage.name, action) for action in stage.actions],
        "latestExecution": {
            "pipelineExecutionId": latest.id,
            "status": run.status.value,
            "type": "STANDARD",
        }
        if latest and run
        else None,
    }


def _action_state(record: Record, stage: str, action: Action) -> dict[str, Any]:
    run = _latest_run(record, stage, action.name)
    revision = _latest_revision(record, stage, action.name)
    return {
        "actionName": action.name,
        "currentRevision": {
            "revisionId": revision.id,
            "revisionChangeId": revision.id,
            "created": revision.created,
        }
        if revision
        else None,
        "latestExecution": {
            "actionExecutionId": run.id,
            "status": run.status.value,
            "summary": run.summary or None,
            "lastStatusChange": run.updated,
            "token": run.token if run.token and not run.status.is_over else None,
            "lastUpdatedBy": run.updated_by or None,
            "externalExecutionId": run.external_id or None,
            "externalExecutionUrl": run.external_url or None,
            "errorDetails": _error(run),
        }
        if run
        else None,
        "revisionUrl": (revision.url or None) if revision else None,
    }


def _latest_run(record: Record, stage: str, action: str) -> ActionRun | None:
    """The newest run of an action, which an execution that has just entered the stage may not have yet."""
    runs = _runs(record, stage, action)
    return max(runs, key=lambda run: run.started) if runs else None


def _latest_revision(record: Record, stage: str, action: str) -> Revision | None:
    runs = [run for run in _runs(record, stage, action) if run.revision]
    return max(runs, key=lambda run: run.started).revision if runs else None


def _runs(record: Record, stage: str, action: str) -> list[ActionRun]:
    return [
        run
        for execution in record.executions.values()
        for run in execution.action_runs()
        if (run.stage, run.action.name) == (stage, action)
    ]


def _trigger(execution: Execution) -> dict[str, str]:
    return {"triggerType": execution.trigger.type, "triggerDetail": execution.trigger.detail}


def _error(run: ActionRun) -> dict[str, str] | None:
    return {"code": run.failure.code, "message": run.failure.message} if run.failure else None


def _artifacts(locations: Mapping[str, Location]) -> list[dict[str, Any]]:
    return [{"name": name, "s3location": place.as_json()} for name, place in locations.items()]
