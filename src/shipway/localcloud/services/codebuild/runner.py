"""Runs one build from SUBMITTED to COMPLETED."""

from __future__ import annotations

import logging
import shutil
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from shipway.errors import ShipwayError
from shipway.localcloud.clock import CloudStopped
from shipway.localcloud.engines.engine import Registry
from shipway.localcloud.services.codebuild import artifacts, events, phases
from shipway.localcloud.services.codebuild.failures import BuildEndedError, PhaseFailedError, sentence
from shipway.localcloud.services.codebuild.logs import BuildLog
from shipway.localcloud.services.codebuild.preparation import Preparation
from shipway.localcloud.services.codebuild.record import FAILED, SUCCEEDED, Context
from shipway.localcloud.services.codebuild.reporting import Reporter
from shipway.localcloud.services.codebuild.shell_session import ShellSession
from shipway.model.build import PhaseName

if TYPE_CHECKING:
    from collections.abc import Callable

    from shipway.localcloud.engines.engine import BuildEnvironment
    from shipway.localcloud.kernel import Kernel
    from shipway.localcloud.services.codebuild.record import BuildRecord
    from shipway.localcloud.services.codebuild.shell_session import Guard
    from shipway.localcloud.services.codebuild.store import Store
    from shipway.model.build import Artifact, Command, Phase

LOG = logging.getLogger(__name__)


class BuildRunner:
    """One build; `submit` it, then `run` it in a thread of its own."""

    def __init__(self, kernel: Kernel, store: Store, record: BuildRecord, guard: Guard) -> None:
        self._kernel = kernel
        self._guard = guard
        self._store = store
        self._record = record
        self._log = BuildLog(record, self._client, kernel.clock)
        self._environment: BuildEnvironment | None = None
        self._session: ShellSession | None = None
        self._preparation: Preparation | None = None
        # A build does its work in real time, so its time limit is real as well.
        self._deadline = time.monotonic() + record.order.timeout_minutes * 60
        self._scratch = kernel.scratch / "codebuild" / record.uuid

    def submit(self) -> None:
        """What StartBuild does before it answers."""
        self._record.enter("SUBMITTED", self._kernel.clock.now())
        self._complete(SUCCEEDED)
        self._record.enter("QUEUED", self._kernel.clock.now())

    def run(self) -> None:
        """Everything else; ends with the build's final event."""
        self._emit(events.STATE_CHANGE, events.state_change(self._record))
        self._complete(SUCCEEDED)
        status = "FAULT"
        try:
            status = self._all_phases()
        except BuildEndedError as ended:
            status = ended.status
        except CloudStopped:
            status = "STOPPED"
            raise
        finally:
            self._clean_up()
            self._record.finish(self._kernel.clock.now(), status)
            if not self._kernel.clock.stopped:
                self._emit(events.STATE_CHANGE, events.state_change(self._record))

    def _all_phases(self) -> str:
        goes_on = self._perform("PROVISIONING", self._provision) and self._perform(
            "DOWNLOAD_SOURCE", self._download
        )
        if goes_on and self._preparation is not None:
            spec = self._preparation.spec
            for name in PhaseName:
                phase = spec.phase(name)
                done = self._perform(name.value.upper(), lambda p=phase: self._run_phase(p))  # type: ignore[misc] # bound per turn
                if not done:
                    self._export("CODEBUILD_BUILD_SUCCEEDING", "0")
                    goes_on = phases.goes_on(name, phase.on_failure if phase else None)
                if not goes_on:
                    break
            self._keep_exported()
            # After install or pre_build failed, AWS uploads neither artifacts nor reports.
            if goes_on:
                self._perform("UPLOAD_ARTIFACTS", self._upload)
        self._perform("FINALIZING", lambda: None)
        return SUCCEEDED if self._record.succeeding else FAILED

    def _perform(self, name: str, work: Callable[[], None]) -> bool:
        """Run one phase; whether it succeeded."""
        self._record.enter(name, self._kernel.clock.now())
        status, contexts = SUCCEEDED, (Context("", ""),)
        try:
            self._check()
            work()
        except PhaseFailedError as failure:
            status, contexts = failure.status, (failure.context,)
        except BuildEndedError as ended:
            self._complete(ended.status, (ended.context,))
            raise
        except (ShipwayError, BotoCoreError, ClientError, OSError) as error:
            LOG.exception("build %s: %s", self._record.id, name)
            status, contexts = FAILED, (Context("CLIENT_ERROR", str(error)),)
        self._complete(status, contexts)
        self._log.container(f"Phase complete: {name} State: {status}")
        context = contexts[0]
        self._log.container(f"Phase context status code: {context.code} Message: {context.message}")
        self._log.flush()
        return status == SUCCEEDED

    def _complete(self, status: str, contexts: tuple[Context, ...] = ()) -> None:
        phase = self._record.complete(self._kernel.clock.now(), status, contexts)
        self._emit(events.PHASE_CHANGE, events.phase_change(self._record, phase))

    def _provision(self) -> None:
        role = self._record.order.service_role
        try:
            self._kernel.clients.environment(role, self._session_name)  # assumes the role
        except ClientError as error:
            message = f"CodeBuild is not authorized to perform: sts:AssumeRole on service role {role}"
            raise PhaseFailedError("ACCESS_DENIED", f"{message}. {sentence(error)}") from error
        self._log.open()
        self._scratch.mkdir(parents=True)
        order = self._record.order
        registry = Registry(f"{order.account}.dkr.ecr.{order.region}.amazonaws.com", self._kernel.endpoint)
        self._environment = self._kernel.engine.build_environment(self._scratch, registry)
        self._log.container("Running on this machine, as Shipway's local cloud does")

    def _download(self) -> None:
        assert self._environment is not None  # noqa: S101 - provisioned before
        self._log.container("Phase is DOWNLOAD_SOURCE")
        preparation = Preparation(
            self._kernel, self._record, self._log, scratch=self._scratch, session=self._session_name
        )
        preparation.prepare(self._environment.variables, self._client)
        self._preparation = preparation
        self._session = ShellSession(
            shell=preparation.spec.env.shell or "sh",
            scratch=self._scratch / "shell",
            directory=preparation.source,
            variables=preparation.variables,
            on_line=self._log.line,
            check=self._check,
            guard=self._guard,
        )
        self._log.container(f"Moving to directory {preparation.source}")

    def _run_phase(self, phase: Phase | None) -> None:
        if phase is None:
            return
        self._log.container(f"Entering phase {phase.name.value.upper()}")
        done = 0
        while True:
            failure = self._run_commands(phase.commands)
            # `finally` runs whatever happened before, and can fail the phase by itself.
            failure = self._run_commands(phase.finally_) or failure
            if failure is None:
                return
            if not phases.retries(phase.on_failure, failure.context, done):
                raise failure
            done += 1
            self._log.container(f"Retrying phase {phase.name.value.upper()}, attempt {done}")

    def _run_commands(self, commands: tuple[Command, ...]) -> PhaseFailedError | None:
        assert self._session is not None  # noqa: S101 - DOWNLOAD_SOURCE made it
        for command in commands:
            text = command.text.rstrip("\n")
            self._log.container(f"Running command {text}")
            status = self._session.run(command.text)
            if self._environment is not None:
                self._environment.drain()
            if status != 0:
                reason = f"Error while executing command: {text}. Reason: exit status {status}"
                self._log.container(f"Command did not exit successfully {text} exit status {status}")
                return PhaseFailedError("COMMAND_EXECUTION_ERROR", reason)
        return None

    def _upload(self) -> None:
        assert self._preparation is not None  # noqa: S101 - phases ran before
        spec, source, say = self._preparation.spec, self._preparation.source, self._log.container
        reporter = Reporter(self._kernel, self._store, self._record, self._client)
        for report in spec.reports:
            reporter.publish(report, source, say)
        order = self._record.order
        if order.artifacts["type"] != "NO_ARTIFACTS":
            if spec.artifacts is None:
                raise PhaseFailedError("CLIENT_ERROR", "no artifacts are defined in the buildspec")
            self._upload_one(spec.artifacts, order.artifacts)
        for wanted in order.secondary_artifacts:
            identifier = wanted.get("artifactIdentifier", "")
            found = next((each for each in spec.secondary_artifacts if each.identifier == identifier), None)
            if found is None:
                raise PhaseFailedError(
                    "CLIENT_ERROR", f"no secondary artifact {identifier} is defined in the buildspec"
                )
            self._upload_one(found, wanted)

    def _upload_one(self, artifact: Artifact, wanted: Any) -> None:
        assert self._preparation is not None  # noqa: S101 - phases ran before
        assert self._session is not None  # noqa: S101 - phases ran before
        files = artifacts.collect(artifact, self._preparation.source, self._log.container)
        name = self._session.expand(artifact.name) if artifact.name else ""
        artifacts.upload(self._client("s3"), self._record, wanted, files, name)

    def _keep_exported(self) -> None:
        names = self._preparation.spec.env.exported if self._preparation else ()
        if not names or self._session is None:
            return
        environment = self._session.environment()
        with self._record.lock:
            self._record.exported = [
                {"name": name, "value": environment[name]} for name in names if name in environment
            ]

    def _export(self, name: str, value: str) -> None:
        if self._session is not None:
            self._session.export(name, value)

    def _check(self) -> None:
        """Called often while something runs: show the log, and see whether the build must end."""
        self._log.flush_if_due()
        if self._kernel.clock.stopped:
            raise CloudStopped
        if self._record.stop_asked.is_set():
            raise BuildEndedError("STOPPED", "Build was stopped")
        if time.monotonic() > self._deadline:
            minutes = self._record.order.timeout_minutes
            raise BuildEndedError("TIMED_OUT", f"Build has timed out after {minutes} minutes")

    def _clean_up(self) -> None:
        for end in (
            self._session.close if self._session else None,
            self._environment.close if self._environment else None,
            None if self._kernel.clock.stopped else self._log.close,
        ):
            if end is not None:
                try:
                    end()
                except Exception:
                    LOG.exception("build %s: cleaning up", self._record.id)
        shutil.rmtree(self._scratch, ignore_errors=True)

    @property
    def _session_name(self) -> str:
        return f"AWSCodeBuild-{self._record.uuid}"

    def _client(self, api: str) -> Any:
        return self._kernel.clients.client(
            api, role_arn=self._record.order.service_role, session=self._session_name
        )

    def _emit(self, detail_type: str, detail: dict[str, Any]) -> None:
        order = self._record.order
        self._kernel.events.emit(
            source="aws.codebuild",
            detail_type=detail_type,
            detail=detail,
            resources=[self._record.arn],
            account=order.account,
            region=order.region,
        )
