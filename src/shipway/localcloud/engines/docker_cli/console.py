"""The two voices of a command."""

from __future__ import annotations

import sys


def answer(line: str) -> None:
    """What was asked for, on standard output."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def tell(line: str) -> None:
    """Progress, warnings and errors, on standard error."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
