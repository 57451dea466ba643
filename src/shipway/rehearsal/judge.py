"""Compares the state before a push with the state after it: pure, so that a verdict can be tested."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.rehearsal.drills import BOTH_VERSIONS, NEW_VERSION, NOT_STARTED, OLD_VERSION, ROLLED_BACK, Seen

if TYPE_CHECKING:
    from shipway.rehearsal.snapshot import Snapshot

_ALL = 100.0
_UNDONE = frozenset({"Failed", "Stopped"})


def seen(before: Snapshot, after: Snapshot, *, failed_requests: int, mails: int) -> Seen:
    """The facts that a drill is judged by.

    Args:
        before: The state when the commit was pushed.
        after: The state when the execution and its deployment were over.
        failed_requests: How many failed in between.
        mails: How many arrived in between.
    """
    failed = after.failed_action
    return Seen(
        execution=after.execution or NOT_STARTED,
        stage=failed.stage if failed else "",
        deployment=_deployment(before, after),
        serving=serving(before, after),
        failed_requests=failed_requests,
        mail=mails > 0,
    )


def serving(before: Snapshot, after: Snapshot) -> str:
    """Which version gets all of the production traffic, going by task sets and the listener's weights."""
    old, new = before.primary, after.primary
    if new is None or after.percent(new.target_group) < _ALL:
        return BOTH_VERSIONS if new else "nothing"
    return OLD_VERSION if old and old.id == new.id else NEW_VERSION


def is_settled(before: Snapshot, after: Snapshot) -> bool:
    """Whether nothing of an undone release is left running."""
    return {one.id for one in after.task_sets} == {one.id for one in before.task_sets}


def release_faults(before: Snapshot, after: Snapshot) -> tuple[str, ...]:
    """Why a release did not end as it should; empty when it did."""
    faults: list[str] = []
    failed = after.failed_action
    if after.execution != "Succeeded":
        detail = f" in {failed.stage}/{failed.action}: {failed.detail or 'no reason given'}" if failed else ""
        faults.append(f"the pipeline is {after.execution or NOT_STARTED}{detail}")
    elif after.deployment is None or after.deployment.status != "Succeeded":
        faults.append(f"the deployment is {after.deployment.status if after.deployment else 'missing'}")
    elif serving(before, after) != NEW_VERSION:
        faults.append(f"after the release the listener serves: {serving(before, after)}")
    elif len(after.task_sets) > 1:
        faults.append("the old task set was not terminated")
    return tuple(faults)


def _deployment(before: Snapshot, after: Snapshot) -> str:
    if after.deployment is None:
        return "none"
    status = after.deployment.status
    undone = status in _UNDONE and serving(before, after) == OLD_VERSION and is_settled(before, after)
    return ROLLED_BACK if undone else status
