"""The Python that builds use: a virtual environment with pip, so that no build touches the user's own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from shipway.errors import MissingRequirementError

if TYPE_CHECKING:
    from pathlib import Path

    from shipway.localcloud.engines.tasks.keeper import Keeper


class BuildPython:
    """Made once, on the first wish.

    Args:
        folder: Does not exist yet.
        keeper: Stops the making when the cloud is killed.
    """

    def __init__(self, folder: Path, keeper: Keeper) -> None:
        self._folder = folder
        self._keeper = keeper
        self._lock = threading.Lock()
        self._making: subprocess.Popen[str] | None = None
        self._output: str | None = None

    def prepare(self) -> None:
        """Start to make it; returns at once."""
        with self._lock:
            self._start()

    def interpreter(self) -> Path:
        """The interpreter, once it is ready.

        Raises:
            MissingRequirementError: This Python cannot make virtual environments.
        """
        with self._lock:
            making = self._start()
            if self._output is None:
                self._output = making.communicate()[0]
                self._keeper.forget(making.pid)
        if making.returncode:
            last_line = self._output.strip().rpartition("\n")[2]
            raise MissingRequirementError(
                "this Python cannot make a virtual environment with pip",
                where=sys.executable,
                value=last_line or f"exit code {making.returncode}",
                remedy="Install its venv and ensurepip modules (Debian: apt install python3-venv)",
            )
        return self._folder / "bin" / "python"

    def close(self) -> None:
        """Stop making it, if that is still going on."""
        with self._lock:
            if self._making is None or self._output is not None:
                return
            with suppress(ProcessLookupError):
                os.killpg(self._making.pid, signal.SIGKILL)  # not reaped yet: the number is still ours
            self._output = self._making.communicate()[0]
            self._keeper.forget(self._making.pid)

    def _start(self) -> subprocess.Popen[str]:
        if self._making is None:
            self._making = subprocess.Popen(
                [sys.executable, "-I", "-m", "venv", str(self._folder)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
            self._keeper.watch(self._making.pid)
        return self._making
