"""Events in the order in which they happened, put on the bus outside of the service's lock."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.localcloud.kernel import Kernel
    from shipway.localcloud.services.codepipeline.records import Record


class Outbox:
    """Whoever holds the service's lock may put events here.

    A rule's target may take its time, or ask CodePipeline something: neither must meet the lock.
    """

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._lock = threading.Lock()
        self._events: deque[tuple[Record, str, Mapping[str, object]]] = deque()
        self._sending = False

    def put(self, record: Record, detail_type: str, detail: Mapping[str, object]) -> None:
        """Send the event soon, after those that were put before it."""
        with self._lock:
            self._events.append((record, detail_type, detail))
            if self._sending:
                return
            self._sending = True
        self._kernel.jobs.start("pipeline events", self._send)

    def _send(self) -> None:
        while True:
            with self._lock:
                if not self._events:
                    self._sending = False
                    return
                record, detail_type, detail = self._events.popleft()
            self._kernel.events.emit(
                source="aws.codepipeline",
                detail_type=detail_type,
                detail=detail,
                resources=[record.arn],
                account=record.account,
                region=record.region,
            )
