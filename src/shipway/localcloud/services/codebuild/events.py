"""The events that a build raises. Pure.

Source: https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications-ref.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from shipway.localcloud.services.codebuild.record import BuildRecord, PhaseRecord

STATE_CHANGE = "CodeBuild Build State Change"
PHASE_CHANGE = "CodeBuild Build Phase Change"


def state_change(record: BuildRecord) -> dict[str, Any]:
    """The detail of a build that began or ended."""
    current = record.phases[-1] if record.phases else None
    return {
        "build-status": record.status,
        "project-name": record.order.project,
        "build-id": record.arn,
        "additional-information": _information(record),
        "current-phase": current.type if current else "SUBMITTED",
        "current-phase-context": _context(current) if current else "[]",
        "version": "1",
    }


def phase_change(record: BuildRecord, phase: PhaseRecord) -> dict[str, Any]:
    """The detail of a phase that ended."""
    return {
        "completed-phase": phase.type,
        "project-name": record.order.project,
        "build-id": record.arn,
        "completed-phase-context": _context(phase),
        "additional-information": _information(record),
        "completed-phase-status": phase.status,
        "completed-phase-duration-seconds": phase.seconds,
        "completed-phase-start": _date(phase.started),
        "completed-phase-end": _date(phase.ended) if phase.ended else None,
        "version": "1",
    }


def _information(record: BuildRecord) -> dict[str, Any]:
    order = record.order
    result = record.artifact_results.get(str(order.artifacts.get("artifactIdentifier") or ""), {})
    environment = order.environment
    information = {
        "artifact": {key: result[key] for key in ("md5sum", "sha256sum", "location") if key in result},
        "environment": {
            "image": environment.get("image"),
            "privileged-mode": environment.get("privilegedMode", False),
            "compute-type": environment.get("computeType"),
            "type": environment.get("type"),
            "environment-variables": [
                {"name": each["name"], "value": each["value"], "type": each.get("type", "PLAINTEXT")}
                for each in order.variables
            ],
        },
        "timeout-in-minutes": order.timeout_minutes,
        "build-complete": record.ended is not None,
        "initiator": order.initiator,
        "build-number": order.number,
        "build-start-time": _date(record.started),
        "source": {"type": order.source["type"], **_location(order.source)},
        "phases": [_phase(phase) for phase in record.phases],
    }
    if order.source_version:
        information["source-version"] = order.source_version
    if record.log_stream:
        information["logs"] = {"group-name": record.log_group, "stream-name": record.log_stream}
    return information


def _location(source: Any) -> dict[str, str]:
    if source["type"] in {"CODEPIPELINE", "NO_SOURCE"}:
        return {}
    return {"location": str(source.get("location", ""))}


def _phase(phase: PhaseRecord) -> dict[str, Any]:
    shown: dict[str, Any] = {"phase-type": phase.type, "start-time": _date(phase.started)}
    if phase.ended is not None:
        shown["end-time"] = _date(phase.ended)
        shown["duration-in-seconds"] = phase.seconds
        shown["phase-status"] = phase.status
        shown["phase-context"] = [f"{c.code}: {c.message}" for c in phase.contexts]
    return shown


def _context(phase: PhaseRecord) -> str:
    return f"[{', '.join(f'{c.code}: {c.message}' for c in phase.contexts) or ': '}]"


def _date(moment: datetime) -> str:
    hour = moment.hour % 12 or 12
    return f"{moment:%b} {moment.day}, {moment.year} {hour}:{moment:%M:%S %p}"
