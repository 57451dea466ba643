"""Many independent pieces of work, spread over the processors of this machine.

Reading and checking templates is pure Python, which one process does on one processor. A forked process has
everything imported already; what it answers must be picklable.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

from shipway.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")
R = TypeVar("R")

_WORTH_IT = 16
"""Pieces from which on a second process gains more time than its start costs (some 10 ms)."""
_MOST = 8


def processes_for(pieces: int) -> int:
    """How many processes to use: the processors that this process may use, fewer for little work."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(allowed, _MOST) if pieces >= _WORTH_IT and hasattr(os, "fork") else 1


def spread(work: Callable[[T], R], pieces: Sequence[T], processes: int) -> list[R]:
    """The answers, in the order of the pieces. This process does its share of the work.

    Raises:
        InternalError: Another process ended without an answer.
    """
    others = [_start(work, pieces[number::processes]) for number in range(1, processes)]
    answers: list[list[R]] = [[work(piece) for piece in pieces[::processes]]]
    answers += [_answers_of(pid, end) for pid, end in others]
    return [answers[index % processes][index // processes] for index in range(len(pieces))]


def _start(work: Callable[[T], R], pieces: Sequence[T]) -> tuple[int, int]:
    """A process that works and writes its answers into a pipe: its id, and the end to read from."""
    end, start = os.pipe()
    pid = os.fork()
    if pid:
        os.close(start)
        return pid, end
    status = 1
    try:
        import pickle  # noqa: PLC0415 -- most calls need one process only

        os.close(end)
        with os.fdopen(start, "wb") as pipe:
            pickle.dump([work(piece) for piece in pieces], pipe, pickle.HIGHEST_PROTOCOL)
        status = 0
    finally:
        # Neither the buffers nor the exit handlers of the process that this is a copy of are ours to run.
        os._exit(status)


def _answers_of(pid: int, end: int) -> list[R]:
    import pickle  # noqa: PLC0415 -- most calls need one process only

    with os.fdopen(end, "rb") as pipe:
        content = pipe.read()
    _, status = os.waitpid(pid, 0)
    if status:
        raise InternalError(
            "a process that checked a part of the templates has died", value=f"status {status}"
        )
    answers: list[R] = pickle.loads(content)  # noqa: S301 -- written by our own fork
    return answers
