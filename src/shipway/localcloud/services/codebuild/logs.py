"""A build's log: masked lines into CloudWatch Logs, as the build's role."""

from __future__ import annotations

import gzip
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from shipway.localcloud.services.codebuild.failures import PhaseFailedError, sentence
from shipway.localcloud.services.codebuild.variables import masked

if TYPE_CHECKING:
    from collections.abc import Callable

    from shipway.localcloud.clock import Clock
    from shipway.localcloud.services.codebuild.record import BuildRecord

_FLUSH_SECONDS = 0.2  # of this machine: whoever follows the log sees a line at most so much later
_MOST_EVENTS = 1_000  # in one PutLogEvents; AWS takes 10,000 and 1 MB
_LONGEST = 200_000  # characters of one event; AWS takes 256 KB


class BuildLog:
    """Collects lines and writes them out in batches; not thread-safe, one build's thread writes.

    Args:
        record: The build, which says where the log goes.
        client: Gives a client that acts as the build's role.
        clock: For timestamps.
    """

    def __init__(self, record: BuildRecord, client: Callable[[str], Any], clock: Clock) -> None:
        self._record = record
        self._client = client
        self._clock = clock
        self._hidden: list[str] = []
        self._waiting: list[dict[str, Any]] = []
        self._whole: list[str] = []
        self._flushed = time.monotonic()
        settings = record.order.logs
        self._cloudwatch = settings.get("cloudWatchLogs", {}).get("status", "ENABLED") == "ENABLED"
        s3 = settings.get("s3Logs", {})
        self._bucket = str(s3.get("location", "")) if s3.get("status") == "ENABLED" else ""

    def open(self) -> None:
        """Make the stream, and the group when it is missing.

        Raises:
            PhaseFailedError: The role may not; AWS ends the build then.
        """
        if not self._cloudwatch:
            return
        record = self._record
        settings = record.order.logs.get("cloudWatchLogs", {})
        group = settings.get("groupName") or f"/aws/codebuild/{record.order.project}"
        stream = f"{settings['streamName']}/{record.uuid}" if settings.get("streamName") else record.uuid
        logs = self._client("logs")
        try:
            try:
                logs.create_log_stream(logGroupName=group, logStreamName=stream)
            except logs.exceptions.ResourceNotFoundException:
                # A group that nobody declared is made by the build's role, and outlives the stack.
                logs.create_log_group(logGroupName=group)
                logs.create_log_stream(logGroupName=group, logStreamName=stream)
        except ClientError as error:
            self._cloudwatch = False
            raise PhaseFailedError(
                "ACCESS_DENIED",
                f"Service role {record.order.service_role} does not allow AWS CodeBuild to create Amazon "
                f"CloudWatch Logs log streams for build {record.arn}. Error message: {sentence(error)}",
            ) from error
        with record.lock:
            record.log_group, record.log_stream = group, stream

    def hide(self, values: set[str]) -> None:
        """Show asterisks instead of these values from now on."""
        # A value of several lines is printed line by line. The longest first, or a value within another one
        # would leave the rest of it readable.
        lines = {line for value in values for line in value.splitlines()} - {""}
        self._hidden = sorted(values | lines, key=len, reverse=True)

    def container(self, text: str) -> None:
        """A line of CodeBuild's agent."""
        self.line(f"[Container] {self._clock.now():%Y/%m/%d %H:%M:%S.%f} {text}")

    def line(self, text: str) -> None:
        """A line of a command's output."""
        shown = masked(text, self._hidden)[:_LONGEST]
        if self._bucket:
            self._whole.append(shown)
        if self._cloudwatch:
            now = int(self._clock.now().timestamp() * 1000)
            self._waiting.append({"timestamp": now, "message": f"{shown}\n"})
        self.flush_if_due()

    def flush_if_due(self) -> None:
        """Write what waits when it has waited long enough."""
        due = time.monotonic() - self._flushed > _FLUSH_SECONDS
        if self._waiting and (due or len(self._waiting) >= _MOST_EVENTS):
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        self._flushed = time.monotonic()
        if not self._waiting or not self._record.log_stream:
            return
        events, self._waiting = self._waiting, []
        try:
            self._client("logs").put_log_events(
                logGroupName=self._record.log_group, logStreamName=self._record.log_stream, logEvents=events
            )
        except ClientError:
            # Without logs:PutLogEvents AWS's builds go on in silence.
            self._cloudwatch = False

    def close(self) -> None:
        """Write the rest, and the whole log to S3 where the project wants it."""
        self.flush()
        if self._bucket:
            bucket, _, prefix = self._bucket.removeprefix("arn:aws:s3:::").partition("/")
            key = "/".join(part for part in (prefix.strip("/"), f"{self._record.uuid}.gz") if part)
            content = gzip.compress("".join(f"{line}\n" for line in self._whole).encode())
            self._client("s3").put_object(Bucket=bucket, Key=key, Body=content)
