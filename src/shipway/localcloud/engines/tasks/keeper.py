"""A small process that outlives a killed cloud by a moment: it ends what the cloud had started.

It reads the cloud's wishes from a pipe. When the pipe closes, the cloud is gone, however it went.
``PR_SET_PDEATHSIG`` would be tied to the thread that started a task, and Linux alone has it.

Also run as a program, by its path: standard library only.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

_CLOSE_SECONDS = 10


class Keeper:
    """The cloud's end of the pipe.

    Args:
        folder: Removed when the cloud is gone.
    """

    def __init__(self, folder: Path) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # a Ctrl-C at the terminal is not for it
            text=True,
        )

    def watch(self, group: int) -> None:
        """End this process group when the cloud is gone."""
        self._say(f"watch {group}")

    def forget(self, group: int) -> None:
        """It has ended: its number may soon be another's."""
        self._say(f"forget {group}")

    def close(self) -> None:
        """Let the keeper do its work and end. May be called twice."""
        with self._lock:
            if self._process.stdin is not None and not self._process.stdin.closed:
                with suppress(BrokenPipeError):
                    self._process.stdin.close()
        self._process.wait(_CLOSE_SECONDS)

    def _say(self, line: str) -> None:
        with self._lock, suppress(BrokenPipeError, ValueError):
            if self._process.stdin is not None:
                self._process.stdin.write(f"{line}\n")
                self._process.stdin.flush()


def keep(folder: Path) -> None:
    """Follow the pipe on standard input to its end, then end every watched group and remove ``folder``."""
    groups: set[int] = set()
    for line in sys.stdin:
        wish, _, group = line.partition(" ")
        (groups.add if wish == "watch" else groups.discard)(int(group))
    for group in groups:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
