"""How a phase ends when it does not succeed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from shipway.localcloud.services.codebuild.record import FAILED, Context

if TYPE_CHECKING:
    from collections.abc import Iterator
from contextlib import contextmanager


class PhaseFailedError(Exception):
    """A phase failed for a reason that AWS shows as its context."""

    def __init__(self, code: str, message: str, status: str = FAILED) -> None:
        super().__init__(f"{code}: {message}")
        self.context = Context(code, message)
        self.status = status


class BuildEndedError(Exception):
    """The build was stopped or ran out of time; nothing but FINALIZING follows."""

    def __init__(self, status: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.context = Context("", message)


def sentence(error: ClientError) -> str:
    """``Code: message`` of AWS's answer."""
    answer = error.response["Error"]
    return f"{answer['Code']}: {answer['Message']}"


@contextmanager
def as_phase_failure(code: str, doing: str = "") -> Iterator[None]:
    """Turn an error of AWS's API into the failure of a phase."""
    try:
        yield
    except ClientError as error:
        message = sentence(error)
        raise PhaseFailedError(code, f"{doing}: {message}" if doing else message) from error
