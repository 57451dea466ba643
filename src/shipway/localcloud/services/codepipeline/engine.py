"""Moves executions through their stages: a job per stage, started when the board admits it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from shipway.localcloud.services.codepipeline import events
from shipway.localcloud.services.codepipeline.declaration import ExecutionMode
from shipway.localcloud.services.codepipeline.outbox import Outbox
from shipway.localcloud.services.codepipeline.runs import Execution, StageRun, Status, Trigger
from shipway.localcloud.wire import ServiceError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping

    from shipway.localcloud.kernel import Kernel
    from shipway.localcloud.services.codepipeline.declaration import Stage
    from shipway.localcloud.services.codepipeline.records import Record
    from shipway.localcloud.services.codepipeline.stage_runner import StageRunner

_MOST_EXECUTIONS = 50  # of a pipeline in QUEUED or PARALLEL mode


class Engine:
    """Starts, stops, retries executions and carries them from stage to stage.

    Args:
        kernel: Jobs, clock, events.
        runner: Does the actions of one stage.
        lock: Guards all records; held only for moments, never during an action.
    """

    def __init__(self, kernel: Kernel, runner: StageRunner, lock: threading.RLock) -> None:
        self._kernel = kernel
        self._runner = runner
        self._lock = lock
        self._outbox = Outbox(kernel)

    def start(
        self,
        record: Record,
        trigger: Trigger,
        variables: Mapping[str, str] | None = None,
        revisions: Mapping[str, str] | None = None,
    ) -> Execution:
        """Begin an execution of the pipeline's current version."""
        with self._lock:
            pipeline = record.pipeline
            now = self._kernel.clock.now()
            given = dict(variables or {})
            for name in given.keys() - pipeline.variables.keys():
                raise ServiceError("ValidationException", f"Variable {name} is not declared in the pipeline")
            values = {name: given.get(name, default) for name, default in pipeline.variables.items()}
            for name, value in values.items():
                if value is None:
                    raise ServiceError("ValidationException", f"Variable {name} has no value and no default")
            if pipeline.mode is not ExecutionMode.SUPERSEDED and len(record.active()) >= _MOST_EXECUTIONS:
                raise ServiceError(
                    "ConcurrentPipelineExecutionsLimitExceededException",
                    f"The pipeline {pipeline.name} has {_MOST_EXECUTIONS} executions already",
                )
            execution = Execution(
                id=str(uuid.uuid4()),
                pipeline=pipeline,
                trigger=trigger,
                started=now,
                updated=now,
                variables={name: str(value) for name, value in values.items()},
                revisions=dict(revisions or {}),
            )
            record.executions[execution.id] = execution
            self._emit(record, events.PIPELINE, events.pipeline_detail(execution, "STARTED"))
            self._arrive(record, execution, pipeline.stages[0].name)
            return execution

    def stop(self, record: Record, execution: Execution, *, abandon: bool, reason: str) -> None:
        """Stop after the running actions, or without waiting for them."""
        with self._lock:
            if execution.status.is_over:
                raise ServiceError(
                    "PipelineExecutionNotStoppableException",
                    f"Pipeline execution {execution.id} is in {execution.status} state and cannot be stopped",
                )
            if execution.status is Status.STOPPING and not abandon:
                raise ServiceError(
                    "DuplicatedStopRequestException", f"Pipeline execution {execution.id} is already stopping"
                )
            execution.stop_reason = reason
            if record.board.waits(execution.id):
                record.board = record.board.remove(execution.id)
                self._finish(record, execution, Status.STOPPED)
                self._settle(record)
                return
            execution.status = Status.STOPPING
            for stage in execution.stages.values():
                if stage.status is Status.IN_PROGRESS:
                    stage.status = Status.STOPPING
                    self._emit(record, events.STAGE, events.stage_detail(execution, stage, "STOPPING"))
            self._emit(record, events.PIPELINE, events.pipeline_detail(execution, "STOPPING"))
            if abandon:
                execution.abandoned.set()

    def retry(self, record: Record, execution: Execution, stage: str, *, all_actions: bool) -> None:
        """Run the failed actions of a failed stage again, or all of its actions."""
        with self._lock:
            execution.pipeline.stage(stage)
            run = execution.stages.get(stage)
            if run is None or run.status not in (Status.FAILED, Status.STOPPED):
                raise ServiceError(
                    "StageNotRetryableException",
                    f"Stage {stage} is not in a failed state in pipeline execution {execution.id}",
                )
            if record.latest_in(stage) is not execution:
                raise ServiceError(
                    "NotLatestPipelineExecutionException",
                    f"Pipeline execution {execution.id} is not the latest in stage {stage}",
                )
            if record.board.inside.get(stage):
                raise ServiceError("ConflictException", f"Stage {stage} is in progress")
            execution.attempt += 1
            execution.status = Status.IN_PROGRESS
            execution.stop_reason = ""
            execution.abandoned.clear()
            run.retried = self._kernel.clock.now()
            if all_actions:
                run.actions.clear()
            self._emit(record, events.PIPELINE, events.pipeline_detail(execution, "RESUMED"))
            self._arrive(record, execution, stage)

    def settle(self, record: Record) -> None:
        """Look again who may enter: a transition was enabled."""
        with self._lock:
            self._settle(record)

    def _arrive(self, record: Record, execution: Execution, stage: str) -> None:
        record.board, superseded = record.board.arrive(execution.id, stage)
        for other in superseded:
            loser = record.executions[other]
            loser.summary = f"Superseded by {execution.id}"
            self._finish(record, loser, Status.SUPERSEDED)
        self._settle(record)

    def _settle(self, record: Record) -> None:
        # The stages on the board, not those of the newest version: an update may have taken one away.
        for stage in tuple(record.board.waiting):
            while True:
                record.board, entered = record.board.admit(stage)
                if entered is None:
                    break
                self._enter(record, record.executions[entered], stage)

    def _enter(self, record: Record, execution: Execution, stage: str) -> None:
        run = execution.stages.get(stage)
        now = self._kernel.clock.now()
        if run is None:
            run = execution.stages[stage] = StageRun(stage, now)
            state = "STARTED"
        else:
            run.status = Status.IN_PROGRESS
            state = "RESUMED"
        record.stage_history[stage] = execution.id
        self._emit(record, events.STAGE, events.stage_detail(execution, run, state))
        declared = execution.pipeline.stage(stage)
        self._kernel.jobs.start(
            f"pipeline {execution.pipeline.name} {stage}", self._run_stage, record, execution, declared, run
        )

    def _run_stage(self, record: Record, execution: Execution, stage: Stage, run: StageRun) -> None:
        result = self._runner.run(execution, stage, run, self._emitter(record))
        with self._lock:
            record.board = record.board.remove(execution.id)
            run.status = result
            state = {Status.SUCCEEDED: "SUCCEEDED", Status.FAILED: "FAILED"}.get(result, "STOPPED")
            self._emit(record, events.STAGE, events.stage_detail(execution, run, state))
            following = execution.pipeline.after(stage.name)
            if result is not Status.SUCCEEDED:
                self._finish(record, execution, result)
            elif following is None:
                self._finish(record, execution, Status.SUCCEEDED)
            elif execution.status is Status.STOPPING:
                self._finish(record, execution, Status.STOPPED)
            else:
                self._arrive(record, execution, following.name)
            self._settle(record)

    def _finish(self, record: Record, execution: Execution, status: Status) -> None:
        execution.status = status
        execution.updated = self._kernel.clock.now()
        self._emit(record, events.PIPELINE, events.pipeline_detail(execution, status.value.upper()))

    def _emitter(self, record: Record) -> Callable[[str, Mapping[str, object]], None]:
        return lambda detail_type, detail: self._emit(record, detail_type, detail)

    def _emit(self, record: Record, detail_type: str, detail: Mapping[str, object]) -> None:
        self._outbox.put(record, detail_type, detail)
