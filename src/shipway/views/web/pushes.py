"""The part of a snapshot about what was pushed: stages, build phases, the deployment, the drill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shipway.rehearsal.state import Action, Drill, RunState
    from shipway.views.web.history import Delivery, History

# CodePipeline, CodeBuild and CodeDeploy spell the same few states in different letters.
_STATES = {
    "succeeded": "done",
    "failed": "failed",
    "fault": "failed",
    "stopped": "failed",
    "abandoned": "failed",
    "timedout": "failed",
    "inprogress": "running",
    "stopping": "running",
    "created": "waiting",
    "queued": "waiting",
    "ready": "waiting",
    "pending": "waiting",
    "skipped": "skipped",
}


def pushes(history: History) -> dict[str, dict[str, Any]]:
    """Each push and each drill by the name of its step, in the order of the steps."""
    state = history.state
    drills = {drill.name: drill for drill in state.drills}
    shown: dict[str, dict[str, Any]] = {}
    for number, one in enumerate(history.deliveries, 1):
        shown[one.step] = {"number": number, **_push(one, state), "drill": _drill(drills.get(one.step))}
    for drill in state.drills:
        if drill.name not in shown:
            shown[drill.name] = {"skipped": drill.skipped, "drill": _drill(drill)}
    order = state.rehearsal.steps if state.rehearsal else ()
    return dict(sorted(shown.items(), key=lambda item: order.index(item[0]) if item[0] in order else -1))


def _drill(drill: Drill | None) -> dict[str, Any] | None:
    if drill is None:
        return None
    return {"predicted": drill.predicted, "observed": drill.observed, "agrees": drill.agrees}


def _push(delivery: Delivery, state: RunState) -> dict[str, Any]:
    execution, deployment = delivery.execution, delivery.deployment
    actions = next((step.actions for step in state.steps if step.name == delivery.step), ())
    return {
        "commit": delivery.push.commit[:8],
        "message": delivery.push.message,
        "execution": execution
        and {
            "status": execution.status,
            "state": _state(execution.status),
            "detail": execution.detail,
        },
        "stages": [
            {
                "name": name,
                "actions": [_action(one, state) for one in actions if one.stage == name],
            }
            for name in _stages(state, actions)
        ],
        "phases": [
            {"name": one.phase, "state": _state(one.status)}
            for one in delivery.phases.values()
            if one.phase != "COMPLETED"  # which is the end of all phases, and never ends itself
        ],
        "deployment": deployment and {"id": deployment.deployment, "status": deployment.status},
        "lifecycle": [{"name": name, "state": _state(status)} for name, status in delivery.lifecycle.items()],
    }


def _stages(state: RunState, actions: Iterable[Action]) -> list[str]:
    planned = state.delivery.stages if state.delivery else ()
    return list(dict.fromkeys((*planned, *(action.stage for action in actions))))


def _action(action: Action, state: RunState) -> dict[str, Any]:
    return {
        "name": action.name,
        "provider": action.provider,
        "state": _state(action.status),
        "started": _since(state, action.started),
        "finished": None if action.finished is None else _since(state, action.finished),
        "detail": action.detail,
    }


def _state(status: str) -> str:
    return _STATES.get(status.lower().replace("_", ""), "waiting")


def _since(state: RunState, at: float) -> float:
    return round(at - state.started, 2)
