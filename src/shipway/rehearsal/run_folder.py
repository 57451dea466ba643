"""The folder of one run: its events and the cloud's log stay, everything else goes."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from shipway.errors import InputError
from shipway.rehearsal.jsonl import encode

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from typing import TextIO

    from shipway.rehearsal.events import Envelope


class RunFolder:
    """``.shipway/runs/<id>`` of a project, and the listener that writes its ``events.jsonl``.

    Args:
        project: The project's folder.
        now: Local time; the id is made of it.

    Raises:
        InputError: It cannot be made.
    """

    def __init__(self, project: Path, now: datetime) -> None:
        base = project / ".shipway"
        runs = base / "runs"
        name = now.strftime("%Y%m%d-%H%M%S")
        try:
            runs.mkdir(parents=True, exist_ok=True)
            # Else a user who has not told git to ignore it would commit it one day.
            (base / ".gitignore").write_text("*\n", encoding="utf-8")
            taken = sum(1 for other in runs.iterdir() if other.name.startswith(name))
            self.id = f"{name}-{taken + 1}" if taken else name
            self.path = runs / self.id
            self.path.mkdir()
        except OSError as error:
            raise InputError(
                "the folder of the run cannot be made",
                where=str(runs),
                value=error.strerror or str(error),
                remedy="Rehearse a copy of the project that can be written to",
            ) from error
        self.events = self.path / "events.jsonl"
        self.log = self.path / "cloud.log"
        self.assembly = self.path / "cdk.out"
        self.commits = self.path / "commits"
        self.scratch = self.path / "scratch"
        self._file: TextIO | None = None

    def write(self, envelope: Envelope) -> None:
        """Add one line, at once on the disk: a run that is killed leaves what it had seen."""
        if self._file is None:
            self._file = self.events.open("w", encoding="utf-8")
        self._file.write(encode(envelope) + "\n")
        self._file.flush()

    def tidy(self) -> None:
        """Remove all but the events and the log."""
        if self._file is not None:
            self._file.close()
            self._file = None
        for folder in (self.assembly, self.commits, self.scratch):
            shutil.rmtree(folder, ignore_errors=True)

    def remove(self) -> None:
        """Remove all of it, and the folders above it that are empty then."""
        self.tidy()
        shutil.rmtree(self.path)
        runs = self.path.parent
        if not any(runs.iterdir()):
            shutil.rmtree(runs.parent)
