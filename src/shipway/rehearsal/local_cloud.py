"""A local cloud in a process of its own, as seen from outside: one line on its stdout, then HTTP."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import threading
import urllib.request
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from shipway.errors import InternalError, MissingRequirementError
from shipway.rehearsal.events import CloudStarted, MailArrived
from shipway.rehearsal.facts import Fidelity, LedgerEntry
from shipway.rehearsal.processes import kill_tree

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# By a shell, since we may be gone by then: whoever is killed outright cannot tidy up.
_THEN_REMOVE = '"$@"; code=$?; rm -rf "$TMPDIR"; exit $code'
_STOP_SECONDS = 8.0  # the cloud promises to end within 5
_HTTP_SECONDS = 10.0
# A proxy of the environment has no business on this machine's own loopback.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class LocalCloud:
    """The ``Cloud`` port. Starting it returns at once; ``started`` waits.

    It runs in a session of its own, so that Ctrl-C reaches only us, and ends when its stdin does, so that it
    cannot outlive us however we end. All its temporary files are in one folder, which goes with it.

    Args:
        command: Program and arguments.
        log: Where its stderr goes.
    """

    def __init__(self, command: Sequence[str], log: Path) -> None:
        self._log = log
        self._temporary = tempfile.mkdtemp(prefix="shipway-")
        with log.open("wb") as stderr:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _THEN_REMOVE, "sh", *command],
                env={**os.environ, "TMPDIR": self._temporary},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                start_new_session=True,
            )
        self._lock = threading.Lock()
        self._ready: dict[str, Any] | None = None

    def started(self) -> CloudStarted:
        """See ``Cloud``."""
        with self._lock:
            if self._ready is None:
                self._ready = self._wait_for_ready()
        ready = self._ready
        return CloudStarted(ready["endpoint"], ready["engine"], ready["account"], ready["region"])

    def address_of(self, listener_arn: str) -> str:
        """See ``Cloud``."""
        for listener in self._get("endpoints")["listeners"]:
            if listener["listener_arn"] == listener_arn:
                return str(listener["url"])
        return ""

    def mails(self) -> tuple[MailArrived, ...]:
        """See ``Cloud``."""
        return tuple(
            MailArrived(mail["id"], mail["to"], mail["subject"], mail["body"])
            for mail in self._get("mailbox")["messages"]
            if mail["kind"] == "notification"
        )

    def confirm_subscriptions(self) -> tuple[tuple[str, str], ...]:
        """See ``Cloud``."""
        confirmed: list[tuple[str, str]] = []
        for mail in self._get("mailbox")["messages"]:
            if mail["kind"] == "confirmation" and mail.get("confirm_url"):
                with _OPENER.open(
                    mail["confirm_url"], timeout=_HTTP_SECONDS
                ) as answer:  # as a person's click
                    answer.read()
                confirmed.append((mail["to"], mail["topic_arn"]))
        return tuple(confirmed)

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """See ``Cloud``."""
        return tuple(
            LedgerEntry(Fidelity(entry["fidelity"]), entry["what"], entry["detail"], entry["where"])
            for entry in self._get("ledger")["entries"]
        )

    def stop(self) -> None:
        """See ``Cloud``."""
        self._close(self._process.stdin)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._close(self._process.stdout)

    def kill(self) -> None:
        """See ``Cloud``."""
        if self._process.poll() is None:
            kill_tree(self._process.pid)
            self._process.wait()
        shutil.rmtree(self._temporary, ignore_errors=True)
        self._close(self._process.stdin)
        self._close(self._process.stdout)

    @staticmethod
    def _close(pipe: IO[str] | None) -> None:
        if pipe:
            # The process may be gone already, and its end of the pipe with it.
            with suppress(BrokenPipeError):
                pipe.close()

    def _wait_for_ready(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if line:
            ready: dict[str, Any] = json.loads(line)
            return ready
        code = self._process.wait()
        words = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        last = words[-1] if words else "it said nothing"
        if code == MissingRequirementError.exit_code:
            raise MissingRequirementError(last)
        raise InternalError(
            f"the local cloud did not start: {last}", where=str(self._log), value=f"exit code {code}"
        )

    def _get(self, what: str) -> Any:
        try:
            with _OPENER.open(f"{self.started().endpoint}/_shipway/{what}", timeout=_HTTP_SECONDS) as answer:
                return json.load(answer)
        except OSError as error:
            raise InternalError(
                "the local cloud does not answer",
                where=f"/_shipway/{what}",
                value=str(error),
                remedy=f"Its log is {self._log}",
            ) from error
