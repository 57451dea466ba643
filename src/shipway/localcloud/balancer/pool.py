"""Connections to targets, kept for the next request, and who is not to be asked for a while."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from shipway.localcloud.balancer.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Collection

    from shipway.localcloud.balancer.configuration import Target
    from shipway.localcloud.network import Network

_EJECTED_SECONDS = 2.0  # real; a killed process is noticed by its task and its health check within that time
_CONNECT_SECONDS = 10.0  # AWS's own limit
_ATTEMPT_SECONDS = 0.3
"""When a program's backlog is full (five, for Python's http.server), the kernel drops what would open a
connection and sends it again after 1, 3 and 7 seconds; a new attempt of ours comes sooner."""
_IDLE_PER_TARGET = 64
_IDLE_SECONDS = 4.0  # real; shorter than the keep-alive of common servers (uvicorn and Node: 5 s)


class Pool:
    """Idle connections per target; lives in the balancer's event loop."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._idle: dict[Target, list[tuple[float, Stream]]] = {}
        self._ejected: dict[Target, float] = {}
        self._turns: dict[str, int] = {}

    def pick(self, group: str, targets: Collection[Target], tried: Collection[Target]) -> Target | None:
        """The next target of a group, round robin; one that just failed only when there is no other."""
        candidates = [target for target in targets if target not in tried]
        if self._ejected:
            now = time.monotonic()
            self._ejected = {target: until for target, until in self._ejected.items() if until > now}
            candidates = [target for target in candidates if target not in self._ejected] or candidates
        if not candidates:
            return None
        turn = self._turns[group] = self._turns.get(group, -1) + 1
        return candidates[turn % len(candidates)]

    def eject(self, target: Target) -> None:
        """Ask others for a while, and give up the connections to this one."""
        self._ejected[target] = time.monotonic() + _EJECTED_SECONDS
        for _, stream in self._idle.pop(target, []):
            stream.close()

    def reuse(self, target: Target) -> Stream | None:
        """A connection that waits for a request, if there is one."""
        idle = self._idle.get(target, [])
        oldest = time.monotonic() - _IDLE_SECONDS
        while idle:
            since, stream = idle.pop()
            if stream.usable and stream.silent and since > oldest:
                return stream
            stream.close()
        return None

    async def connect(self, target: Target) -> Stream:
        """A new connection; OSError when there is no way to the target."""
        way = self._network.resolve(*target)
        if way is None:
            raise ConnectionRefusedError(f"nothing stands behind {target.address}:{target.port}")
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _CONNECT_SECONDS
        while True:
            try:
                async with asyncio.timeout(_ATTEMPT_SECONDS):
                    _, stream = await loop.create_connection(Stream, *way)
            except TimeoutError:
                if loop.time() > deadline:
                    raise
            else:
                return stream

    def keep(self, target: Target, stream: Stream) -> None:
        """Take back a connection after a complete answer."""
        idle = self._idle.setdefault(target, [])
        if stream.usable and stream.silent and len(idle) < _IDLE_PER_TARGET:
            idle.append((time.monotonic(), stream))
        else:
            stream.close()

    def close(self) -> None:
        """Give up every connection."""
        for idle in self._idle.values():
            for _, stream in idle:
                stream.close()
        self._idle.clear()
