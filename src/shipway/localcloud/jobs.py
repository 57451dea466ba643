"""Work that outlives the request that started it: executions, builds, deployments."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, ParamSpec

from shipway.localcloud.clock import Clock, CloudStopped

if TYPE_CHECKING:
    from collections.abc import Callable

LOG = logging.getLogger(__name__)
P = ParamSpec("P")


class Jobs:
    """Threads by name, each ended when the cloud stops.

    A job waits only through the cloud's clock, which raises `CloudStopped` at the end.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._threads: set[threading.Thread] = set()
        self._lock = threading.Lock()

    def start(
        self, name: str, work: Callable[P, object], *args: P.args, **kwargs: P.kwargs
    ) -> threading.Thread:
        """Run `work` in a thread of its own; a crash is logged with its traceback and ends only that job."""

        def run() -> None:
            try:
                work(*args, **kwargs)
            except CloudStopped:
                LOG.debug("job %s ended with the cloud", name)
            except Exception:
                # During shutdown calls to the gateway fail by necessity; before it a crash is our bug.
                level = logging.DEBUG if self._clock.stopped else logging.ERROR
                LOG.log(level, "job %s crashed", name, exc_info=True)
            finally:
                with self._lock:
                    self._threads.discard(thread)

        thread = threading.Thread(target=run, name=name, daemon=True)
        with self._lock:
            self._threads.add(thread)
        thread.start()
        return thread

    def running(self) -> list[str]:
        """Names of the jobs under way."""
        with self._lock:
            return sorted(thread.name for thread in self._threads)

    def join(self, timeout: float) -> list[str]:
        """Wait for all jobs, at most `timeout` seconds each; the names of those still running."""
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            thread.join(timeout)
        return self.running()
