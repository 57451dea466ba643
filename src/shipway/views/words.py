"""How steps, actions and colours are spelt, in every view alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.rehearsal.facts import Outcome

if TYPE_CHECKING:
    from shipway.rehearsal.events import MailArrived
    from shipway.rehearsal.state import Action, RunState, Step

DONE, FAILED, RUNNING, WAITING = "✓", "✗", "●", "·"
_SUBJECT_OF_ANY_NOTIFICATION = "AWS Notification Message"
_MARKS = {"Succeeded": DONE, "Failed": FAILED, "InProgress": RUNNING, "Abandoned": FAILED}


def step_mark(step: Step | None) -> str:
    """The mark before a step; ``None`` is one that has not begun."""
    if step is None:
        return WAITING
    if step.finished is None:
        return RUNNING
    return DONE if step.outcome is Outcome.SUCCEEDED else FAILED


def action_mark(action: Action) -> str:
    """The mark of an action."""
    return _MARKS.get(action.status, WAITING)


def seconds(value: float) -> str:
    """A duration: tenths below a minute, ``m:ss`` above it."""
    if value < 60:  # noqa: PLR2004 - seconds of a minute
        return f"{value:.1f} s"
    return f"{int(value // 60)}:{int(value % 60):02d}"


def count(number: int) -> str:
    """A number with its thousands apart."""
    return f"{number:,}".replace(",", " ")


def colour_of(target_group: str, position: int) -> str:
    """Blue for the group that is called so, green for the other."""
    name = target_group.lower()
    if "green" in name:
        return "green"
    if "blue" in name:
        return "blue"
    return ("blue", "green")[position % 2]


def title_of(mail: MailArrived) -> str:
    """What a mail is about: EventBridge's mails all have one subject, and say it in their first line."""
    if mail.subject != _SUBJECT_OF_ANY_NOTIFICATION:
        return mail.subject
    first = mail.body.strip().partition("\n")[0].strip().strip('"')
    return first or mail.subject


def detail_of(step: Step, state: RunState) -> str:
    """What the running step is at, in a few words."""
    if state.step is not step:
        return ""
    if step.actions and step.actions[-1].status == "InProgress":
        action = step.actions[-1]
        if action.provider == "CodeBuild" and state.build_phase:
            return state.build_phase.phase.lower().replace("_", " ")
        if action.provider == "CodeDeployToECS" and state.lifecycle:
            return state.lifecycle.lifecycle_event
    if step.name in {"deploy", "delete"} and state.resources:
        ended = sum(1 for status in state.resources.values() if status.endswith("_COMPLETE"))
        return f"{ended} of {len(state.resources)} resources"
    return ""
