"""One shell in which all commands of a build run, as buildspec 0.2 promises."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_TICK = 0.05  # seconds between two looks at whether the build was stopped
_DRAIN = 0.3  # seconds for the last output of a shell that ended, whose background jobs hold the pipe open
# Commands come as files, so that the shell's standard input is theirs. The mark that ends one goes to a copy
# of the original output, so that `exec > file` in a build cannot hide it.
_DRIVER = """\
shipway_state=$2 shipway_mark=$3
exec 8>&1 9<"$1"
if [ -s "$shipway_state/environment" ]; then
  . "$shipway_state/environment"; cd "$(cat "$shipway_state/directory")"
fi
set --
while IFS= read -r shipway_command <&9; do
  . "$shipway_command" 8>&- 9<&- </dev/null
  shipway_status=$?
  export -p > "$shipway_state/environment"
  pwd > "$shipway_state/directory" 2>/dev/null
  printf '%s %s\\n' "$shipway_mark" "$shipway_status" >&8
done
"""


class Guard(Protocol):
    """Ends process groups when this process cannot."""

    def watch(self, group: int) -> None:
        """End this group, too."""

    def forget(self, group: int) -> None:
        """It has ended."""


class ShellSession:
    """Runs commands one after the other in the same shell; variables, functions and ``cd`` persist.

    A command that ends the shell (``exit``, ``set -e``) has that exit status; the next one gets a new
    shell with the exported variables and the directory of the command before.

    Args:
        shell: ``sh`` or ``bash``.
        scratch: An empty folder of the session's own.
        directory: Where the first command starts.
        variables: The whole environment.
        on_line: Receives each line of output.
        check: Called often while a command runs; what it raises ends the command and is raised on.
        guard: Told of each process group, so that none outlives a cloud that is killed.
    """

    def __init__(
        self,
        *,
        shell: str,
        scratch: Path,
        directory: Path,
        variables: Mapping[str, str],
        on_line: Callable[[str], None],
        check: Callable[[], None],
        guard: Guard,
    ) -> None:
        self._shell = shell
        self._scratch = scratch
        self._directory = directory
        self._variables = dict(variables)
        self._on_line = on_line
        self._check = check
        self._guard = guard
        self._mark = f"shipway-{uuid4()}"
        self._count = 0
        self._groups: list[int] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.Queue[str] = queue.Queue()
        self._control: int | None = None
        scratch.mkdir(parents=True, exist_ok=True)
        (scratch / "driver").write_text(_DRIVER, encoding="utf-8")

    def run(self, command: str) -> int:
        """Run one command to its end; its exit status."""
        if self._process is None or self._process.poll() is not None:
            self._start()
        self._count += 1
        file = self._scratch / f"command-{self._count}"
        file.write_text(f"{command}\n", encoding="utf-8")
        assert self._control is not None  # noqa: S101 - _start opened it
        os.write(self._control, f"{file}\n".encode())
        try:
            return self._await_mark()
        except BaseException:
            self.close()
            raise

    def quietly(self, command: str) -> str:
        """Run a command of ours; its output, which is not logged."""
        said: list[str] = []
        on_line, self._on_line = self._on_line, said.append
        try:
            self.run(command)
        finally:
            self._on_line = on_line
        return "\n".join(said)

    def export(self, name: str, value: str) -> None:
        """Set an environment variable for the commands that follow."""
        quoted = value.replace("'", "'\\''")
        self.quietly(f"export {name}='{quoted}'")

    def environment(self) -> dict[str, str]:
        """The exported variables as they are now."""
        file = self._scratch / "variables.json"
        program = "import json,os,sys; json.dump(dict(os.environ), open(sys.argv[1], 'w'))"
        self.quietly(f'"{sys.executable}" -I -c "{program}" "{file}"')
        try:
            content: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return content

    def expand(self, text: str) -> str:
        """A text with its variables and substitutions expanded, as in a buildspec's artifact name."""
        return self.quietly(f"cat <<shipway_name\n{text}\nshipway_name").strip()

    def close(self) -> None:
        """End the shell and all that it left running."""
        for group in self._groups:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)
            self._guard.forget(group)
        self._groups = []
        if self._process is not None:
            self._process.wait()
            self._process = None
        if self._control is not None:
            os.close(self._control)
            self._control = None

    def _start(self) -> None:
        if self._control is not None:
            os.close(self._control)
        fifo = self._scratch / f"control-{len(self._groups)}"
        os.mkfifo(fifo)
        # Read and write, so that opening it waits for nobody.
        self._control = os.open(fifo, os.O_RDWR)
        # Amazon Linux's sh is bash: in a build there, ${NAME:0:7} works in "sh" too.
        program = shutil.which("bash", path=self._variables.get("PATH")) or "/bin/sh"
        process = subprocess.Popen(
            [self._shell, str(self._scratch / "driver"), str(fifo), str(self._scratch), self._mark],
            executable=program,
            cwd=self._directory,
            env=self._variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._groups.append(process.pid)
        self._guard.watch(process.pid)
        self._process = process
        threading.Thread(target=self._read, args=(process,), name="build output", daemon=True).start()

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        with process.stdout:
            for line in process.stdout:
                self._lines.put(line.decode(errors="replace").rstrip("\r\n"))

    def _await_mark(self) -> int:
        assert self._process is not None  # noqa: S101 - run started it
        gone_since = 0.0
        while True:
            try:
                line = self._lines.get(timeout=_TICK)
            except queue.Empty:
                status = self._process.poll()
                if status is not None:
                    gone_since = gone_since or time.monotonic()
                    if time.monotonic() - gone_since > _DRAIN:
                        return status if status >= 0 else 128 - status
                self._check()
                continue
            said, mark, status_text = line.partition(f"{self._mark} ")
            if said or not mark:
                self._on_line(said)
            if mark:
                return int(status_text)
