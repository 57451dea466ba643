"""All that a page shows at one moment, as JSON; times are seconds since the rehearsal began.

Each key of a snapshot is one part of the page. A page knows nothing else, be it live or exported.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shipway.rehearsal.facts import Fidelity, Outcome
from shipway.views import words
from shipway.views.web.pushes import pushes

if TYPE_CHECKING:
    from shipway.rehearsal.facts import LedgerEntry
    from shipway.rehearsal.state import RunState
    from shipway.views.web.history import History

_STATES = {
    words.DONE: "done",
    words.FAILED: "failed",
    words.RUNNING: "running",
    words.WAITING: "waiting",
}


def snapshot(history: History, now: float | None = None) -> dict[str, Any]:
    """The page after these events.

    Args:
        history: What happened.
        now: Seconds since the epoch, for what is under way; without it, the time of the last event.
    """
    state = history.state
    under_way = state.rehearsal is not None and state.verdict is None
    return {
        "now": _since(state, now if under_way and now is not None else state.last),
        "about": _about(state),
        "outcome": _outcome(state),
        "steps": _steps(state),
        "delivery": _delivery(state),
        "deliveries": pushes(history),
        "groups": _groups(state),
        "shifts": [
            {"predicted": list(one.predicted), "observed": list(one.observed), "agrees": one.agrees}
            for one in state.shifts
        ],
        "requests": {
            "sent": state.requests.sent,
            "failed": state.requests.failed,
            "rate": round(state.requests.rate),
            "failures": [[one.reason, one.count] for one in state.requests.failures],
        },
        "traffic": _traffic(history),
        "mails": [
            {
                "at": _since(state, at),
                "to": mail.to,
                "title": words.title_of(mail),
                "subject": mail.subject,
                "body": mail.body,
            }
            for mail, at in zip(state.mails, history.mailed, strict=True)
        ],
        "leftovers": None
        if state.leftovers is None
        else [{"service": one.service, "resource": one.resource} for one in state.leftovers],
        "worth": [
            {"fidelity": str(fidelity), "entries": entries}
            for fidelity in Fidelity
            if (entries := _entries(state.ledger, fidelity))
        ],
        "kept": state.kept.endpoint if state.kept else None,
    }


def _since(state: RunState, at: float) -> float:
    return round(at - state.started, 2)


def _about(state: RunState) -> dict[str, Any]:
    about = state.rehearsal
    return {
        "project": about.project if about else "",
        "engine": about.engine if about else "",
        "time_scale": about.time_scale if about else 1,
        "run": state.run_id,
        "started": datetime.fromtimestamp(state.started, UTC).strftime("%Y-%m-%d %H:%M UTC") if about else "",
    }


def _outcome(state: RunState) -> dict[str, Any]:
    if state.verdict:
        return {"state": str(state.verdict.outcome), "text": "", "reasons": list(state.verdict.reasons)}
    if state.interrupted:
        return {"state": str(Outcome.INTERRUPTED), "text": "everything is removed", "reasons": []}
    return {"state": "running", "text": state.step.name if state.step else "", "reasons": []}


def _steps(state: RunState) -> list[dict[str, Any]]:
    begun = {step.name: step for step in state.steps}
    skipped = {drill.name: drill.skipped for drill in state.drills if drill.skipped}
    rows = []
    for name in state.rehearsal.steps if state.rehearsal else ():
        step = begun.get(name)
        row: dict[str, Any] = {"name": name, "state": "skipped" if name in skipped else "waiting"}
        if step:
            row |= {
                "state": _STATES[words.step_mark(step)],
                "started": _since(state, step.started),
                "finished": None if step.finished is None else _since(state, step.finished),
                "fidelity": str(step.fidelity),
                "detail": step.detail or words.detail_of(step, state),
            }
        rows.append(row)
    return rows


def _delivery(state: RunState) -> dict[str, str] | None:
    found = state.delivery
    if found is None:
        return None
    return {
        "pipeline": found.pipeline,
        "repository": found.repository,
        "branch": found.branch,
        "service": found.service,
        "url": found.url,
        "shift": found.shift,
    }


def _groups(state: RunState) -> list[dict[str, Any]]:
    groups = []
    for position, weight in enumerate(state.weights):
        targets = state.targets.get(weight.target_group)
        groups.append(
            {
                "name": weight.target_group,
                "colour": words.colour_of(weight.target_group, position),
                "percent": weight.percent,
                "targets": targets.states if targets and targets.states != "none" else "no targets",
                "tasks": [
                    f"{one.task_definition} {one.status}, {one.running} of {one.desired} running"
                    for one in state.task_sets
                    if one.target_group == weight.target_group
                ],
            }
        )
    return groups


def _traffic(history: History) -> dict[str, Any]:
    """What grows with time only; a page may cut it at any time and has what was known then."""
    state = history.state
    names = list(dict.fromkeys(one.target_group for _, weights in history.weights for one in weights))
    weights = []
    for at, division in history.weights:
        shares = {one.target_group: one.percent for one in division}
        weights.append([_since(state, at), *(shares.get(name, 0.0) for name in names)])
    requests = [[_since(state, one.at), round(one.rate), one.failed] for one in history.samples]
    times = [row[0] for row in (*weights, *requests)]
    return {
        "groups": [[name, words.colour_of(name, position)] for position, name in enumerate(names)],
        "weights": weights,
        "requests": requests,
        "pushes": [_since(state, one.at) for one in history.deliveries],
        "begin": min(times, default=0.0),
        "end": max(times, default=0.0),
    }


def _entries(ledger: tuple[LedgerEntry, ...], fidelity: Fidelity) -> list[dict[str, Any]]:
    """The entries of one kind; what has one explanation is one of them."""
    subjects: dict[str, list[str]] = {}
    for entry in ledger:
        if entry.fidelity is fidelity:
            where = f" ({entry.where})" if entry.where else ""
            subjects.setdefault(entry.detail, []).append(f"{entry.what}{where}")
    return [{"what": list(dict.fromkeys(names)), "detail": detail} for detail, names in subjects.items()]
