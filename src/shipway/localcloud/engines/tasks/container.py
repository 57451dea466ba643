"""A running container: a process group, its output, its end."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import threading
from typing import TYPE_CHECKING

from shipway.localcloud.engines.engine import DEFAULT_GRACE_SECONDS, ContainerStartError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shipway.localcloud.engines.engine import Log
    from shipway.localcloud.engines.tasks.addresses import TaskAddress
    from shipway.localcloud.engines.tasks.launch import Launch

_KILLED_BY_SIGNAL = 128
_LAST_OUTPUT_SECONDS = 2.0


class ProcessContainer:
    """Starts the program of ``launch`` at once.

    Args:
        launch: What to start, where, with which environment.
        address: The task's network.
        ports: The container ports that can be asked for.
        log: Receives each line of standard output and standard error.
        folder: The container's own; removed when it has ended.
        started: Told the process group once it exists.
        ended: Told the process group once all of it is gone; called once, from a thread.

    Raises:
        ContainerStartError: The program cannot be executed.
    """

    def __init__(
        self,
        launch: Launch,
        *,
        address: TaskAddress,
        ports: tuple[int, ...],
        log: Log,
        folder: Path,
        started: Callable[[int], None],
        ended: Callable[[int], None],
    ) -> None:
        self._address = address
        self._ports = ports
        self._stop_signal = launch.stop_signal
        try:
            self._process = subprocess.Popen(
                launch.arguments,
                cwd=launch.directory,
                env=dict(launch.environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise ContainerStartError(
                f'exec: "{launch.arguments[0]}": {(error.strerror or str(error)).lower()}'
            ) from error
        started(self._process.pid)
        self._code: int | None = None
        self._gone = threading.Event()
        self._reader = threading.Thread(target=self._read, args=(log,), daemon=True)
        self._waiter = threading.Thread(target=self._wait, args=(ended, folder), daemon=True)
        self._reader.start()
        self._waiter.start()

    @property
    def ip(self) -> str:
        """The task's own address."""
        return self._address.ip

    def address(self, container_port: int) -> tuple[str, int]:
        """Where to connect for ``container_port``; ``KeyError`` for a port that is not mapped."""
        if container_port not in self._ports:
            raise KeyError(container_port)
        return self._address.ip, self._address.ports.get(container_port, container_port)

    def poll(self) -> int | None:
        """The exit code, or ``None`` while it runs."""
        return self._code if self._gone.is_set() else None

    def wait(self) -> int:
        """Block until it ends by itself."""
        self._gone.wait()
        return self._code or 0

    def stop(self, grace_seconds: float = DEFAULT_GRACE_SECONDS) -> int:
        """The image's stop signal, SIGKILL after ``grace_seconds``; returns the exit code."""
        if not self._gone.is_set():
            self._signal(self._stop_signal)
            if not self._gone.wait(grace_seconds):
                self._signal(signal.SIGKILL)
        return self.wait()

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def _wait(self, ended: Callable[[int], None], folder: Path) -> None:
        # As in a container, all end with the first process. Until it is reaped the group's number is ours.
        if hasattr(os, "waitid"):  # macOS has it from Python 3.13 on
            os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
            self._signal(signal.SIGKILL)
        code = self._process.wait()
        if not hasattr(os, "waitid"):
            self._signal(signal.SIGKILL)
        self._reader.join(_LAST_OUTPUT_SECONDS)
        self._code = code if code >= 0 else _KILLED_BY_SIGNAL - code
        ended(self._process.pid)
        self._gone.set()
        shutil.rmtree(folder, ignore_errors=True)  # nobody waits for that

    def _read(self, log: Log) -> None:
        output = self._process.stdout
        if output is None:
            return
        with output:
            for line in output:
                log(line.decode(errors="replace").rstrip("\r\n"))
