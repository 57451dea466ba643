"""A steady stream of HTTP requests from a thread of its own: counts what users would have noticed."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter, deque
from typing import TYPE_CHECKING

import aiohttp

from shipway.rehearsal.events import RequestsCounted
from shipway.rehearsal.facts import FailedRequests

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_TICK_SECONDS = 0.02
_TIMEOUT_SECONDS = 10.0  # of one request; a user would have reloaded the page
_MOST_AT_ONCE = (
    0.1  # seconds' worth of requests; after a pause of this machine the rest of the debt is let go
)
_KNOCK_SECONDS = 0.1  # between two tries to get the first good answer
_BAD_STATUS = 400


class HttpLoad:
    """Sends GET requests at a constant rate, whether or not earlier ones are answered.

    Args:
        rate: Requests per second.
    """

    def __init__(self, rate: float = 240.0) -> None:
        self._rate = rate
        self._sent = 0
        self._reasons: Counter[str] = Counter()
        self._recent: deque[int] = deque([0], maxlen=round(1 / _TICK_SECONDS))
        self._flowing = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, urls: tuple[str, ...]) -> None:
        """Send to the first of ``urls`` that gives a good answer; only what follows that is counted."""
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._flow(urls)), name="load", daemon=True
        )
        self._thread.start()

    @property
    def flowing(self) -> bool:
        """Whether the first good answer has come."""
        return self._flowing.is_set()

    def counted(self) -> RequestsCounted:
        """The sums so far."""
        answered = self._recent[-1] - self._recent[0]
        reasons = sorted(self._reasons.copy().items())
        return RequestsCounted(
            self._sent,
            sum(count for _, count in reasons),
            answered / (max(1, len(self._recent) - 1) * _TICK_SECONDS),
            tuple(FailedRequests(reason, count) for reason, count in reasons),
        )

    def end(self) -> RequestsCounted:
        """Stop, wait for the answers that are due, and give the last sums."""
        self._stopping.set()
        if self._thread:
            self._thread.join()
        return self.counted()

    async def _flow(self, urls: tuple[str, ...]) -> None:
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_SECONDS)
        async with aiohttp.ClientSession(
            timeout=timeout, connector=aiohttp.TCPConnector(limit=128)
        ) as session:
            url = await self._first_good(session, urls)
            due: set[asyncio.Task[None]] = set()
            async for number in self._ticks():
                for _ in range(number):
                    task = asyncio.create_task(self._request(session, url))
                    due.add(task)
                    task.add_done_callback(due.discard)
            await asyncio.gather(*due)

    async def _first_good(self, session: aiohttp.ClientSession, urls: tuple[str, ...]) -> str:
        while not self._stopping.is_set():
            for url in urls:
                if await _ask(session, url) == "":
                    self._flowing.set()
                    return url
            await asyncio.sleep(_KNOCK_SECONDS)
        return urls[0]

    async def _ticks(self) -> AsyncIterator[int]:
        """How many requests are to be sent now, again and again, so that their number keeps to the rate."""
        loop = asyncio.get_running_loop()
        last, due = loop.time(), 0.0
        while not self._stopping.is_set():
            now = loop.time()
            due = min(due + (now - last) * self._rate, _MOST_AT_ONCE * self._rate)
            last = now
            yield int(due)
            due -= int(due)
            self._recent.append(self._sent)
            await asyncio.sleep(_TICK_SECONDS)

    async def _request(self, session: aiohttp.ClientSession, url: str) -> None:
        reason = await _ask(session, url)
        if reason:
            self._reasons[reason] += 1
        self._sent += 1


async def _ask(session: aiohttp.ClientSession, url: str) -> str:
    """Why a request failed; empty when it did not."""
    try:
        async with session.get(url) as answer:
            await answer.read()
            return f"HTTP {answer.status}" if answer.status >= _BAD_STATUS else ""
    except TimeoutError:
        return f"no answer in {_TIMEOUT_SECONDS:g} s"
    except aiohttp.ClientError as error:
        return type(error).__name__
