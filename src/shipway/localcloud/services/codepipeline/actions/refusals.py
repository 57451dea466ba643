"""Turns what a called service refuses into the failure that CodePipeline shows for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.localcloud.services.codepipeline.actions.action import ActionFailedError

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"})


def is_denied(error: ClientError) -> bool:
    """Whether the role lacks a permission."""
    return error.response["Error"]["Code"] in _DENIED


def code_of(error: ClientError) -> str:
    """AWS's error code."""
    return str(error.response["Error"]["Code"])


def message_of(error: ClientError) -> str:
    """The service's own sentence."""
    return str(error.response["Error"].get("Message", error))


def refused(error: ClientError, service: str) -> ActionFailedError:
    """The failure of an action whose call was refused; `service` as the user knows it."""
    if is_denied(error):
        return ActionFailedError(
            f"The provided role does not have sufficient permissions to access {service}. "
            f"{message_of(error)}",
            "PermissionError",
        )
    return ActionFailedError(
        f"{message_of(error)} (Service: {service}; Error Code: {code_of(error)})", "ConfigurationError"
    )
