"""Runs the actions of one stage: run orders one after another, actions of the same order side by side."""

from __future__ import annotations

import logging
import time
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from shipway.localcloud.clock import CloudStopped
from shipway.localcloud.ledger import Fidelity
from shipway.localcloud.services.codepipeline import artifacts, events
from shipway.localcloud.services.codepipeline.actions.action import (
    ActionAbandonedError,
    ActionFailedError,
    Outcome,
    Work,
)
from shipway.localcloud.services.codepipeline.actions.refusals import message_of
from shipway.localcloud.services.codepipeline.runs import ActionRun, Failure, Status
from shipway.localcloud.services.codepipeline.variables import UnresolvedVariableError, resolve

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping

    from shipway.localcloud.kernel import Kernel
    from shipway.localcloud.services.codepipeline.actions.action import Provider
    from shipway.localcloud.services.codepipeline.declaration import Action, Stage
    from shipway.localcloud.services.codepipeline.runs import Execution, StageRun

    Emit = Callable[[str, Mapping[str, object]], None]

LOG = logging.getLogger(__name__)
_HEARTBEAT = 0.02  # seconds between two looks at actions that run side by side


class StageRunner:
    """Does a stage and says how it ended: Succeeded, Failed or Stopped.

    Args:
        kernel: Jobs, clock, clients.
        providers: By category and provider.
        lock: Guards the execution's state.
    """

    def __init__(
        self, kernel: Kernel, providers: Mapping[tuple[str, str], Provider], lock: threading.RLock
    ) -> None:
        self._kernel = kernel
        self._providers = providers
        self._lock = lock

    def run(self, execution: Execution, stage: Stage, run: StageRun, emit: Emit) -> Status:
        """Do every action that has not succeeded yet."""
        for group in stage.run_orders():
            if execution.status is Status.STOPPING:
                return Status.STOPPED
            due = [action for action in group if not _succeeded(run, action)]
            runs = [self._begin(execution, run, action, emit) for action in due]
            threads = [
                self._kernel.jobs.start(f"action {each.action.name}", self._act, execution, each, emit)
                for each in runs
            ]
            while any(thread.is_alive() for thread in threads) and not execution.abandoned.is_set():
                self._kernel.clock.pause(_HEARTBEAT)
            if execution.abandoned.is_set():
                self._abandon(execution, runs, emit)
                return Status.STOPPED
            if any(each.status is not Status.SUCCEEDED for each in runs):
                return Status.FAILED
        return Status.SUCCEEDED

    def _begin(self, execution: Execution, run: StageRun, action: Action, emit: Emit) -> ActionRun:
        now = self._kernel.clock.now()
        region = action.region or self._kernel.region
        with self._lock:
            begun = ActionRun(
                id=str(uuid.uuid4()),
                stage=run.name,
                action=action,
                started=now,
                updated=now,
                inputs={name: execution.artifacts[name] for name in action.inputs},
                outputs={
                    name: artifacts.new_location(
                        execution.pipeline.name, name, execution.pipeline.store(region)
                    )
                    for name in action.outputs
                },
                token=str(uuid.uuid4()) if action.type.category == "Approval" else "",
            )
            run.actions.append(begun)
            emit(events.ACTION, events.action_detail(execution, begun, "STARTED", self._kernel.region))
        return begun

    def _act(self, execution: Execution, run: ActionRun, emit: Emit) -> None:
        try:
            outcome = self._perform(execution, run)
        except (ActionAbandonedError, CloudStopped):
            return
        except ActionFailedError as error:
            self._fail(execution, run, emit, Failure(error.code, error.message))
        except UnresolvedVariableError as error:
            self._fail(execution, run, emit, Failure("ConfigurationError", str(error)))
        except (ClientError, BotoCoreError) as error:
            denied = isinstance(error, ClientError)
            text = message_of(error) if isinstance(error, ClientError) else str(error)
            self._fail(
                execution, run, emit, Failure("ConfigurationError" if denied else "SystemUnavailable", text)
            )
        except Exception as error:
            LOG.exception("action %s crashed", run.action.name)
            self._fail(execution, run, emit, Failure("SystemUnavailable", f"Shipway bug: {error!r}"))
        else:
            self._succeed(execution, run, emit, outcome)

    def _perform(self, execution: Execution, run: ActionRun) -> Outcome:
        action = run.action
        provider = self._providers.get(action.type.key)
        if provider is None:
            name = f"{action.type.category}/{action.type.owner}/{action.type.provider}"
            self._kernel.ledger.note(
                Fidelity.NOT_HONOURED,
                f"CodePipeline action {name}",
                "the local cloud does not emulate this provider; the action fails",
                where=action.name,
            )
            raise ActionFailedError(
                f"Shipway's local cloud does not emulate the action provider {name}", "ConfigurationError"
            )
        run.configuration = resolve(action.configuration, execution.visible_namespaces())
        return provider.run(self._work(execution, run, provider))

    def _work(self, execution: Execution, run: ActionRun, provider: Provider) -> Work:
        pipeline, action = execution.pipeline, run.action
        minutes = action.timeout_minutes or provider.spec.timeout_minutes
        seconds = 60.0 * minutes
        if not provider.spec.works_in_real_time:
            seconds = self._kernel.clock.real(seconds)

        def progress(external_id: str, url: str, summary: str) -> None:
            with self._lock:
                run.external_id, run.external_url, run.summary = external_id, url, summary
                run.updated = self._kernel.clock.now()

        return Work(
            kernel=self._kernel,
            pipeline=pipeline.name,
            execution=execution.id,
            stage=run.stage,
            action=action,
            account=pipeline.role_arn.split(":")[4],
            region=action.region or self._kernel.region,
            configuration=run.configuration,
            inputs=run.inputs,
            outputs=run.outputs,
            revision=execution.revisions.get(action.name, ""),
            token=run.token,
            role_arn=action.role_arn or pipeline.role_arn,
            via=pipeline.role_arn if action.role_arn else "",
            session=pipeline.name,  # AWS counts milliseconds here; one session per pipeline keeps clients few
            progress=progress,
            approval=lambda: run.approval,
            abandoned=execution.abandoned.is_set,
            deadline=time.monotonic() + seconds,
        )

    def _succeed(self, execution: Execution, run: ActionRun, emit: Emit, outcome: Outcome) -> None:
        with self._lock:
            if run.status.is_over:
                return
            run.status = Status.SUCCEEDED
            run.summary = outcome.summary or run.summary
            run.external_id = outcome.external_id or run.external_id
            run.external_url = outcome.external_url or run.external_url
            run.variables, run.revision = dict(outcome.variables), outcome.revision
            found = run.revision.id if run.revision else ""
            for name, place in run.outputs.items():
                execution.artifacts[name] = replace(place, revision=found)
            if run.action.namespace:
                execution.namespaces[run.action.namespace] = run.variables
            self._end(execution, run, emit, "SUCCEEDED")

    def _fail(self, execution: Execution, run: ActionRun, emit: Emit, failure: Failure) -> None:
        with self._lock:
            if run.status.is_over:
                return
            run.status, run.failure = Status.FAILED, failure
            self._end(execution, run, emit, "FAILED")

    def _abandon(self, execution: Execution, runs: list[ActionRun], emit: Emit) -> None:
        with self._lock:
            for run in runs:
                if not run.status.is_over:
                    run.status = Status.ABANDONED
                    self._end(execution, run, emit, "ABANDONED")

    def _end(self, execution: Execution, run: ActionRun, emit: Emit, state: str) -> None:
        run.updated = execution.updated = self._kernel.clock.now()
        emit(events.ACTION, events.action_detail(execution, run, state, self._kernel.region))


def _succeeded(run: StageRun, action: Action) -> bool:
    latest = run.latest(action.name)
    return latest is not None and latest.status is Status.SUCCEEDED
