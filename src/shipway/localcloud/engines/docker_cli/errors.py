"""How a command ends when it does not end well."""

from __future__ import annotations


class CommandFailedError(Exception):
    """The command fails as Docker's does; the message is written as Docker writes it."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code
