"""What a push changed, as the events that CodeCommit raises for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DETAIL_TYPE = "CodeCommit Repository State Change"
_TYPES = {"heads": "branch", "tags": "tag"}


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """One detail per reference that was created, moved or deleted, in the order of their names.

    Source: https://docs.aws.amazon.com/codecommit/latest/userguide/monitoring-events.html
    """
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        _, kind, short = name.split("/", 2)
        event = (
            "referenceCreated" if old is None else "referenceDeleted" if new is None else "referenceUpdated"
        )
        detail = {
            "event": event,
            "referenceType": _TYPES[kind],
            "referenceName": short,
            "referenceFullName": name,
        }
        if new is not None:
            detail["commitId"] = new
        if old is not None:
            detail["oldCommitId"] = old
        yield detail


def first_branch(after: Mapping[str, str]) -> str | None:
    """The branch that becomes the default one of a repository that had none."""
    branches = sorted(name.removeprefix("refs/heads/") for name in after if name.startswith("refs/heads/"))
    usual = [name for name in ("main", "master") if name in branches]
    return next(iter([*usual, *branches]), None)


def complete(detail: Mapping[str, str], *, name: str, repository_id: str, caller_arn: str) -> dict[str, Any]:
    """The detail with whose repository it is and who changed it."""
    return {
        **detail,
        "repositoryName": name,
        "repositoryId": repository_id,
        "callerUserArn": caller_arn,
    }
