"""Lambda functions that judge a deployment, and the answers that they give.

Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
"""

from __future__ import annotations

import json
import threading
import uuid
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from shipway.localcloud.services.codedeploy.failures import (
    DeploymentFailedError,
    denied,
    describe,
    is_assume_role,
    is_denied,
    unassumable,
)
from shipway.localcloud.wire import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable


class Hooks:
    """Runs of hooks by their execution id; answered by PutLifecycleEventHookExecutionStatus."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[tuple[str, str], str] = {}

    def invoke(self, function: str, deployment: str, client: Callable[[str], Any], role_arn: str) -> str:
        """Call the function in the role; the execution id that its answer will carry."""
        execution = str(uuid.uuid4())
        with self._lock:
            self._answers[deployment, execution] = ""
        payload = {"DeploymentId": deployment, "LifecycleEventHookExecutionId": execution}
        try:
            client("lambda").invoke(
                FunctionName=function, InvocationType="Event", Payload=json.dumps(payload).encode()
            )
        except (ClientError, BotoCoreError) as error:
            if is_assume_role(error):
                raise unassumable(role_arn) from error
            if is_denied(error):
                raise denied(role_arn, "AWSLambda") from error
            raise DeploymentFailedError(
                "INVALID_LAMBDA_FUNCTION",
                f"The Lambda function {function} could not be invoked: {describe(error, 'AWSLambda')}",
            ) from error
        return execution

    def answer_of(self, deployment: str, execution: str) -> str:
        """Succeeded or Failed; empty while there is no answer."""
        with self._lock:
            return self._answers[deployment, execution]

    def answer(self, deployment: str, execution: str, status: str) -> None:
        """Take a function's answer."""
        if status not in ("Succeeded", "Failed"):
            raise ServiceError(
                "InvalidLifecycleEventHookExecutionStatusException",
                f"The status {status} is invalid; it must be Succeeded or Failed",
            )
        with self._lock:
            if (deployment, execution) not in self._answers:
                raise ServiceError(
                    "InvalidLifecycleEventHookExecutionIdException",
                    f"The deployment {deployment} has no hook execution {execution}",
                )
            if self._answers[deployment, execution]:
                raise ServiceError(
                    "LifecycleEventAlreadyCompletedException",
                    f"The hook execution {execution} has been answered already",
                )
            self._answers[deployment, execution] = status
