"""A rehearsal as one JSON document, the contract with programs that read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shipway.rehearsal.facts import Fidelity, Outcome

if TYPE_CHECKING:
    from shipway.rehearsal.state import Action, RunState, Step

SCHEMA_VERSION = 1


def document(state: RunState) -> dict[str, Any]:
    """The document; ``leftovers`` is null when nothing was deleted, so that nothing could be asked."""
    verdict = state.verdict
    succeeded = verdict is not None and verdict.outcome is Outcome.SUCCEEDED
    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": state.run_id,
        "outcome": str(Outcome.SUCCEEDED if succeeded else Outcome.FAILED),
        "reasons": list(verdict.reasons) if verdict else ["it did not reach its end"],
        "seconds": _seconds(state.last - state.started),
        "project": state.rehearsal.project if state.rehearsal else None,
        "run_folder": state.rehearsal.folder if state.rehearsal else None,
        "endpoint": state.cloud.endpoint if state.cloud and state.kept else None,
        "requests": {
            "sent": state.requests.sent,
            "failed": state.requests.failed,
            "failures": {failure.reason: failure.count for failure in state.requests.failures},
        },
        "shifts": [
            {
                "predicted": list(shift.predicted),
                "observed": list(shift.observed),
                "agrees": shift.agrees,
            }
            for shift in state.shifts
        ],
        "drills": [
            {
                "name": drill.name,
                "predicted": drill.predicted,
                "observed": drill.observed,
                "agrees": drill.agrees,
            }
            for drill in state.drills
            if not drill.skipped
        ],
        "drills_skipped": [
            {"name": drill.name, "why": drill.skipped} for drill in state.drills if drill.skipped
        ],
        "steps": [_step(step, state.last) for step in state.steps],
        "mails": [{"to": mail.to, "subject": mail.subject, "body": mail.body} for mail in state.mails],
        "leftovers": None
        if state.leftovers is None
        else [{"service": one.service, "resource": one.resource} for one in state.leftovers],
        "not_honoured": [
            {"what": entry.what, "detail": entry.detail, "where": entry.where}
            for entry in state.ledger
            if entry.fidelity is Fidelity.NOT_HONOURED
        ],
        "fidelity": {
            str(fidelity): [
                {"what": entry.what, "detail": entry.detail, "where": entry.where}
                for entry in state.ledger
                if entry.fidelity is fidelity
            ]
            for fidelity in Fidelity
            if fidelity is not Fidelity.NOT_HONOURED
        },
    }


def _step(step: Step, now: float) -> dict[str, Any]:
    return {
        "name": step.name,
        "seconds": _seconds(step.seconds(now)),
        "fidelity": str(step.fidelity),
        "outcome": str(step.outcome or Outcome.INTERRUPTED),
        "actions": [_action(action, now) for action in step.actions],
    }


def _action(action: Action, now: float) -> dict[str, Any]:
    return {
        "stage": action.stage,
        "name": action.name,
        "provider": action.provider,
        "status": action.status,
        "seconds": _seconds((action.finished or now) - action.started),
    }


def _seconds(seconds: float) -> float:
    return round(seconds, 2)
