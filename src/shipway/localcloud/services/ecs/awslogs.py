"""The awslogs driver: a container's lines go to CloudWatch Logs as the execution role."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from shipway.localcloud.ledger import Fidelity
from shipway.localcloud.services.ecs.failures import StartFailedError
from shipway.localcloud.services.ecs.images import EXECUTION_SESSION

if TYPE_CHECKING:
    from shipway.localcloud.kernel import Kernel
    from shipway.localcloud.services.ecs.records import Item

_BATCH_EVENTS = 10_000  # limits of PutLogEvents
_BATCH_BYTES = 1_000_000
_PER_EVENT = 26
_LONGEST_LINE = 256_000
_HONOURED = {"awslogs-group", "awslogs-region", "awslogs-stream-prefix", "awslogs-create-group"}


class LogStream:
    """A container's log stream; lines are kept until `flush`."""

    def __init__(self, client: Any, group: str, stream: str) -> None:
        self._client = client
        self._group = group
        self._stream = stream
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._lines: list[tuple[int, str]] = []

    def line(self, text: str) -> None:
        """Keep a line; an empty one is dropped, as CloudWatch refuses it."""
        if text:
            with self._lock:
                self._lines.append((int(time.time() * 1000), text[:_LONGEST_LINE]))

    def flush(self) -> None:
        """Send what is kept."""
        with self._sending:
            with self._lock:
                lines, self._lines = self._lines, []
            while lines:
                size = count = 0
                while count < len(lines) and count < _BATCH_EVENTS:
                    size += len(lines[count][1].encode()) + _PER_EVENT
                    if count and size > _BATCH_BYTES:
                        break
                    count += 1
                batch, lines = lines[:count], lines[count:]
                self._client.put_log_events(
                    logGroupName=self._group,
                    logStreamName=self._stream,
                    logEvents=[{"timestamp": at, "message": text} for at, text in batch],
                )


def open_stream(kernel: Kernel, container: Item, task_id: str, execution_role: str) -> LogStream | None:
    """The stream ``prefix/container/task`` of the container; `None` when it logs elsewhere.

    Raises:
        StartFailedError: The group is missing, or the role may not create the stream.
    """
    configuration = container.get("logConfiguration", {})
    driver = configuration.get("logDriver")
    if driver != "awslogs":
        if driver:
            kernel.ledger.note(
                Fidelity.NOT_HONOURED, f"log driver {driver}", "the container's output is dropped"
            )
        return None
    options = configuration["options"]
    for name in options.keys() - _HONOURED:
        kernel.ledger.note(Fidelity.NOT_HONOURED, f"awslogs option {name}", "is ignored")
    group = options["awslogs-group"]
    stream = f"{options.get('awslogs-stream-prefix', 'ecs')}/{container['name']}/{task_id}"
    client = kernel.clients.client("logs", role_arn=execution_role, session=EXECUTION_SESSION)
    try:
        if options.get("awslogs-create-group") == "true":
            _create_group(client, group)
        client.create_log_stream(logGroupName=group, logStreamName=stream)
    except ClientError as error:
        raise StartFailedError(
            "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 "
            f"times: failed to create Cloudwatch log stream: {error} : exit status 1"
        ) from error
    return LogStream(client, group, stream)


def _create_group(client: Any, group: str) -> None:
    try:
        client.create_log_group(logGroupName=group)
    except client.exceptions.ResourceAlreadyExistsException:
        return
