"""Serves the page of a rehearsal that runs, on 127.0.0.1 and to this machine's browsers only."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from typing import TYPE_CHECKING, Self

from aiohttp import web

from shipway.errors import MissingRequirementError
from shipway.views.web.history import History, remember
from shipway.views.web.page import page, policy
from shipway.views.web.snapshot import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from aiohttp.typedefs import Handler

    from shipway.rehearsal.events import Envelope

_HOST = "127.0.0.1"
_LOOK_SECONDS = 0.25
_GOODBYE_SECONDS = 1.0  # for browsers that do not take what they are sent
_HEADERS = {
    "Content-Security-Policy": f"{policy()}; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class WebView:
    """A listener whose page every browser of this machine can open; use it as a context manager.

    The rehearsal's thread only replaces ``_history``, an immutable value. Each browser's coroutine looks at
    it four times a second and sends what it sees then, so that nothing queues up for one that is slow.

    Args:
        port: On 127.0.0.1; 0 takes a free one.
        now: Seconds since the epoch.

    Raises:
        MissingRequirementError: The port is in use.
    """

    def __init__(self, port: int = 0, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._history = History()
        self._socket = _listen(port)
        self._port: int = self._socket.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._over = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="web view", daemon=True)

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{_HOST}:{self._port}/"

    def __call__(self, envelope: Envelope) -> None:
        """Take in one event."""
        self._history = remember(self._history, envelope)

    def __enter__(self) -> Self:
        """Begin to serve."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Send every browser the last state and give the port back."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        app = web.Application(middlewares=[self._guard])
        app.router.add_get("/", self._page)
        app.router.add_get("/events", self._events)
        server = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=_GOODBYE_SECONDS)
        await server.setup()
        try:
            await web.SockSite(server, self._socket).start()
            await self._over.wait()
        finally:
            open_still = [one.transport for one in server.server.connections] if server.server else []
            await server.cleanup()
            for transport in filter(None, open_still):
                transport.abort()  # closing would wait for ever for a browser that does not read
            await asyncio.sleep(0)

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        # A name that resolves to 127.0.0.1 only since its page was loaded would otherwise read us as its own
        # origin (DNS rebinding): such a request carries that name.
        if request.headers.get("Host") not in {f"{_HOST}:{self._port}", f"localhost:{self._port}"}:
            return web.Response(status=421, text=f"This page is at {self.url}\n", headers=_HEADERS)
        return await handler(request)

    async def _page(self, _: web.Request) -> web.Response:
        text = page([snapshot(self._history, self._now())], live=True)
        return web.Response(text=text, content_type="text/html", headers=_HEADERS)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={**_HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        sent: History | None = None
        try:
            while not (self._over.is_set() or _is_gone(request)):
                sent = await self._send(response, sent)
                await self._pause()
            await self._send(response, sent)
            await response.write(b"event: over\ndata:\n\n")
        except ConnectionError:  # the browser was closed
            pass
        return response

    async def _send(self, response: web.StreamResponse, sent: History | None) -> History:
        """Send the newest state unless it was sent already."""
        history = self._history
        if history is not sent:
            text = json.dumps(snapshot(history, self._now()), ensure_ascii=False, separators=(",", ":"))
            await response.write(f"data: {text}\n\n".encode())
        return history

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._over.wait(), _LOOK_SECONDS)
        except TimeoutError:
            return


def _is_gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((_HOST, port))
    except OSError as error:
        raise MissingRequirementError(
            "the port of the page is in use",
            where=f"{_HOST}:{port}",
            value=error.strerror or str(error),
            remedy="Stop what listens there, or choose another with --web-port (0 takes a free one)",
        ) from error
