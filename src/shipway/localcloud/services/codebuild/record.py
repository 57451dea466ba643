"""One build: what was asked for, and how far it has come. Pure but for its lock."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

IN_PROGRESS = "IN_PROGRESS"
SUCCEEDED = "SUCCEEDED"
FAILED = "FAILED"


@dataclass(frozen=True)
class Context:
    """Why a phase failed, as the API shows it."""

    code: str
    message: str


@dataclass
class PhaseRecord:
    """A phase that has begun."""

    type: str
    started: datetime
    ended: datetime | None = None
    status: str | None = None
    contexts: tuple[Context, ...] = ()

    @property
    def seconds(self) -> int | None:
        """Whole seconds that it took."""
        return None if self.ended is None else int((self.ended - self.started).total_seconds())

    def as_api(self) -> dict[str, Any]:
        """AWS's BuildPhase."""
        return {
            "phaseType": self.type,
            "phaseStatus": self.status,
            "startTime": self.started,
            "endTime": self.ended,
            "durationInSeconds": self.seconds,
            "contexts": [{"statusCode": c.code, "message": c.message} for c in self.contexts] or None,
        }


@dataclass(frozen=True)
class Order:
    """A project with a StartBuild's overrides applied; members are AWS's own structures."""

    project: str
    account: str
    region: str
    number: int
    initiator: str
    source: Mapping[str, Any]
    secondary_sources: tuple[Mapping[str, Any], ...]
    source_version: str
    secondary_versions: Mapping[str, str]
    artifacts: Mapping[str, Any]
    secondary_artifacts: tuple[Mapping[str, Any], ...]
    environment: Mapping[str, Any]
    variables: tuple[Mapping[str, str], ...]
    cache: Mapping[str, Any]
    logs: Mapping[str, Any]
    service_role: str
    timeout_minutes: int
    queued_timeout_minutes: int
    encryption_key: str
    request: Mapping[str, Any]

    @property
    def project_arn(self) -> str:
        """ARN of the project."""
        return f"arn:aws:codebuild:{self.region}:{self.account}:project/{self.project}"


@dataclass
class BuildRecord:
    """A build under way or done; every change happens under `lock`."""

    uuid: str
    order: Order
    started: datetime
    ended: datetime | None = None
    status: str = IN_PROGRESS
    phases: list[PhaseRecord] = field(default_factory=list)
    resolved_version: str | None = None
    artifact_results: dict[str, dict[str, Any]] = field(default_factory=dict)
    exported: list[dict[str, str]] = field(default_factory=list)
    report_arns: list[str] = field(default_factory=list)
    log_group: str = ""
    log_stream: str = ""
    stop_asked: threading.Event = field(default_factory=threading.Event)
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def id(self) -> str:
        """``PROJECT:UUID``."""
        return f"{self.order.project}:{self.uuid}"

    @property
    def arn(self) -> str:
        """AWS's name of it."""
        return f"arn:aws:codebuild:{self.order.region}:{self.order.account}:build/{self.id}"

    def enter(self, phase: str, now: datetime) -> PhaseRecord:
        """Begin a phase; it is in progress until `complete`."""
        with self.lock:
            self.phases.append(PhaseRecord(phase, now))
            return self.phases[-1]

    def complete(self, now: datetime, status: str, contexts: tuple[Context, ...] = ()) -> PhaseRecord:
        """End the phase under way."""
        with self.lock:
            phase = self.phases[-1]
            phase.ended, phase.status, phase.contexts = now, status, contexts
            return phase

    def finish(self, now: datetime, status: str) -> None:
        """End the build; COMPLETED has neither end nor status, as on AWS."""
        with self.lock:
            self.phases.append(PhaseRecord("COMPLETED", now))
            self.ended, self.status = now, status

    @property
    def succeeding(self) -> bool:
        """Whether no phase has failed yet."""
        with self.lock:
            return all(phase.status in {None, SUCCEEDED} for phase in self.phases)

    def as_api(self) -> dict[str, Any]:
        """AWS's Build."""
        order = self.order
        with self.lock:
            return {
                "id": self.id,
                "arn": self.arn,
                "buildNumber": order.number,
                "startTime": self.started,
                "endTime": self.ended,
                "currentPhase": self.phases[-1].type if self.phases else None,
                "buildStatus": self.status,
                "sourceVersion": order.source_version or None,
                "resolvedSourceVersion": self.resolved_version,
                "projectName": order.project,
                "phases": [phase.as_api() for phase in self.phases],
                "source": _shown_source(order.source),
                "secondarySources": [_shown_source(source) for source in order.secondary_sources],
                "secondarySourceVersions": [
                    {"sourceIdentifier": name, "sourceVersion": version}
                    for name, version in order.secondary_versions.items()
                ],
                "artifacts": self._artifact(order.artifacts),
                "secondaryArtifacts": [self._artifact(each) for each in order.secondary_artifacts],
                "cache": order.cache,
                "environment": {**order.environment, "environmentVariables": list(order.variables)},
                "serviceRole": order.service_role,
                "logs": self._logs(),
                "timeoutInMinutes": order.timeout_minutes,
                "queuedTimeoutInMinutes": order.queued_timeout_minutes,
                "buildComplete": self.ended is not None,
                "initiator": order.initiator,
                "encryptionKey": order.encryption_key,
                "exportedEnvironmentVariables": list(self.exported),
                "reportArns": list(self.report_arns),
            }

    def _artifact(self, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
        if wanted.get("type") == "NO_ARTIFACTS":
            return None
        identifier = wanted.get("artifactIdentifier")
        return {
            "artifactIdentifier": identifier,
            "encryptionDisabled": wanted.get("encryptionDisabled", False),
            "overrideArtifactName": wanted.get("overrideArtifactName", False),
            **self.artifact_results.get(identifier or "", {}),
        }

    def _logs(self) -> dict[str, Any]:
        order = self.order
        shown = {"cloudWatchLogs": order.logs.get("cloudWatchLogs"), "s3Logs": order.logs.get("s3Logs")}
        if not self.log_stream:
            return shown
        group = f"arn:aws:logs:{order.region}:{order.account}:log-group:{self.log_group}"
        return {
            **shown,
            "groupName": self.log_group,
            "streamName": self.log_stream,
            "cloudWatchLogsArn": f"{group}:log-stream:{self.log_stream}",
            "deepLink": (
                f"https://console.aws.amazon.com/cloudwatch/home?region={order.region}"
                f"#logsV2:log-groups/log-group/{self.log_group.replace('/', '$252F')}"
                f"/log-events/{self.log_stream.replace('/', '$252F')}"
            ),
        }


def _shown_source(source: Mapping[str, Any]) -> dict[str, Any]:
    """A source as AWS shows it: that of a pipeline has no location."""
    hidden = {"location"} if source.get("type") == "CODEPIPELINE" else set()
    return {key: value for key, value in source.items() if key not in hidden}
