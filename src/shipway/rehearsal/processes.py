"""Ends a process with everything below it, at once: the last resort when an orderly end was refused."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress


def kill_tree(pid: int) -> None:
    """Kill a process and all its descendants, in whatever session they are."""
    listing = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True, start_new_session=True
    ).stdout
    for one in (pid, *descendants(pid, listing)):
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)


def descendants(pid: int, listing: str) -> tuple[int, ...]:
    """Children, their children and so on, parents first.

    Args:
        pid: The process whose descendants are wanted.
        listing: One ``pid ppid`` a line, as ``ps -A -o pid=,ppid=`` prints them.
    """
    children: dict[int, list[int]] = {}
    for line in listing.splitlines():
        child, parent = line.split()
        children.setdefault(int(parent), []).append(int(child))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        below = children.get(waiting.pop(0), [])
        found += below
        waiting += below
    return tuple(found)
