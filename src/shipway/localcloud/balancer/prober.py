"""Health checks that are really made: one request per target and interval."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from shipway.localcloud.balancer.health import Probe

if TYPE_CHECKING:
    from collections.abc import Callable

    from shipway.localcloud.balancer.configuration import Group, HealthCheck, Target
    from shipway.localcloud.balancer.targets import Targets
    from shipway.localcloud.clock import Clock
    from shipway.localcloud.network import Network

_SHORTEST_INTERVAL = 0.1  # real seconds: more often would cost the machine more than it tells
_SHORTEST_TIMEOUT = 2.0  # real seconds: a busy machine answers no faster because a clock is scaled


class Prober:
    """Checks every target of every group in use; runs in the balancer's event loop.

    Args:
        groups: Gives the group of an ARN, `None` for one that is gone.
    """

    def __init__(
        self, targets: Targets, groups: Callable[[str], Group | None], network: Network, clock: Clock
    ) -> None:
        self._targets = targets
        self._groups = groups
        self._network = network
        self._clock = clock
        self._loops: dict[tuple[str, Target], asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Keep one loop per target until cancelled."""
        try:
            while True:
                self._targets.finish_draining()
                wanted = set(self._targets.to_probe())
                for key in self._loops.keys() - wanted:
                    self._loops.pop(key).cancel()
                for key in wanted - self._loops.keys():
                    self._loops[key] = asyncio.create_task(self._watch(*key))
                await asyncio.sleep(_SHORTEST_INTERVAL / 2)
        finally:
            for task in self._loops.values():
                task.cancel()

    async def _watch(self, arn: str, target: Target) -> None:
        while (group := self._groups(arn)) is not None:
            check = group.check
            probe = await self._probe(target, check)
            self._targets.observe(arn, target, probe, check)
            await asyncio.sleep(max(_SHORTEST_INTERVAL, self._clock.real(check.interval)))

    async def _probe(self, target: Target, check: HealthCheck) -> Probe:
        way = self._network.resolve(target.address, check.port or target.port)
        if way is None:
            return Probe(connected=False)
        timeout = min(check.timeout, max(_SHORTEST_TIMEOUT, self._clock.real(check.timeout)))
        try:
            async with asyncio.timeout(timeout):  # wait_for loses a cancellation now and then before 3.12
                return await _ask(way, target, check)
        except TimeoutError:
            return Probe(timed_out=True)
        except OSError:
            return Probe(connected=False)


async def _ask(way: tuple[str, int], target: Target, check: HealthCheck) -> Probe:
    reader, writer = await asyncio.open_connection(*way)
    try:
        if not check.http:
            return Probe()
        writer.write(
            f"GET {check.path} HTTP/1.1\r\nHost: {target.address}:{target.port}\r\n"
            "User-Agent: ELB-HealthChecker/2.0\r\nConnection: close\r\n\r\n".encode("latin-1")
        )
        line = await reader.readline()
        parts = line.split(b" ", 2)
        if len(parts) > 1 and parts[1].isdigit():
            return Probe(status=int(parts[1]))
        return Probe()  # it closed the connection or does not speak HTTP
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
