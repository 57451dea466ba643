"""The data plane: a thread with an event loop in which proxies and health checks run."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from typing import TYPE_CHECKING, Any

from shipway.localcloud.balancer.metrics import Metrics
from shipway.localcloud.balancer.pool import Pool
from shipway.localcloud.balancer.prober import Prober
from shipway.localcloud.balancer.proxy import Proxy
from shipway.localcloud.balancer.routing import Router
from shipway.localcloud.balancer.stream import Stream
from shipway.localcloud.balancer.targets import Targets
from shipway.localcloud.clock import CloudStopped
from shipway.localcloud.ledger import Fidelity

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from shipway.localcloud.balancer.configuration import Configuration, Group, Listener
    from shipway.localcloud.kernel import Kernel

LOG = logging.getLogger(__name__)
_CONFIGURE_SECONDS = 10.0
_BACKLOG = 512
_SWITCH_SECONDS = 0.0005
"""How long a thread may keep the interpreter while the proxy waits for it. With Python's 5 ms a busy control
plane cost each request some 65 ms in the median (three waits per hop); with this it costs about one."""


class Balancer:
    """Every listener's proxy, and the health of every target.

    The thread starts with the first configuration.
    """

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self.targets = Targets()
        self.metrics = Metrics()
        self._pool = Pool(kernel.network)
        self._groups: dict[str, Group] = {}
        self._proxies: dict[str, tuple[Proxy, asyncio.Server]] = {}
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def configure(self, configuration: Configuration) -> None:
        """Follow the control plane; when this returns the new state is in force."""
        self._run(self._apply(configuration))

    def endpoints(self) -> list[dict[str, Any]]:
        """Where each listener answers on this machine."""
        return [
            {
                "listener_arn": arn,
                "load_balancer_arn": listener.load_balancer_arn,
                "dns_name": listener.dns_name,
                "port": listener.port,
                "url": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}",
            }
            for arn, (proxy, server) in list(self._proxies.items())
            if server.sockets
            for listener in (proxy.router.listener,)
        ]

    def close(self) -> None:
        """Stop serving and checking."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is None or self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._stop(), loop).result(_CONFIGURE_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        self._thread.join(_CONFIGURE_SECONDS)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        with self._lock:
            if self._kernel.clock.stopped:
                work.close()
                raise CloudStopped
            if self._loop is None:
                sys.setswitchinterval(_SWITCH_SECONDS)
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._serve, args=(self._loop,), name="balancer", daemon=True
                )
                self._thread.start()
            loop = self._loop
        asyncio.run_coroutine_threadsafe(work, loop).result(_CONFIGURE_SECONDS)

    def _serve(self, loop: asyncio.AbstractEventLoop) -> None:
        prober = Prober(self.targets, self._groups.get, self._kernel.network, self._kernel.clock)
        probing = loop.create_task(prober.run())
        try:
            loop.run_forever()
        finally:
            probing.cancel()
            tasks = asyncio.all_tasks(loop)
            for task in tasks:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            loop.close()

    async def _apply(self, configuration: Configuration) -> None:
        self._groups.clear()
        self._groups.update((group.arn, group) for group in configuration.groups)
        self.targets.use(configuration.used_groups())
        wanted = {listener.arn: listener for listener in configuration.listeners}
        for arn in self._proxies.keys() - wanted.keys():
            _end(*self._proxies.pop(arn))
        for arn, listener in wanted.items():
            if arn not in self._proxies:
                self._proxies[arn] = await self._open(listener)
            elif self._proxies[arn][0].router.listener != listener:
                self._proxies[arn][0].router = Router(listener)

    async def _open(self, listener: Listener) -> tuple[Proxy, asyncio.Server]:
        proxy = Proxy(Router(listener), self.targets, self._pool, self.metrics, self._websocket)
        server = await asyncio.get_running_loop().create_server(
            lambda: Stream(proxy.accept), "127.0.0.1", 0, backlog=_BACKLOG
        )
        LOG.info(
            "listener %s:%d answers at %s", listener.dns_name, listener.port, server.sockets[0].getsockname()
        )
        return proxy, server

    async def _stop(self) -> None:
        for proxy, server in self._proxies.values():
            _end(proxy, server)
        self._proxies.clear()
        self._pool.close()

    def _websocket(self) -> None:
        self._kernel.ledger.note(
            Fidelity.NOT_HONOURED, "websocket", "the local load balancer answers an upgrade with 501"
        )


def _end(proxy: Proxy, server: asyncio.Server) -> None:
    server.close()
    proxy.close()
