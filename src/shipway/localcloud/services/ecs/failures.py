"""Why a task did not start."""

from __future__ import annotations


class StartFailedError(Exception):
    """The message is the task's `stoppedReason`.

    Args:
        reason: As AWS words it.
        container: The container that it concerns, if it is one.
    """

    def __init__(self, reason: str, container: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.container = container
