"""Answers the requests of a listener: by a target, or as the load balancer itself."""

from __future__ import annotations

import asyncio
import secrets
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from shipway.localcloud.balancer import http1
from shipway.localcloud.balancer.configuration import FixedResponse, Forward, Redirect, Target, Unsupported
from shipway.localcloud.balancer.http1 import BadMessageError, Body, Chunks, Request, Response
from shipway.localcloud.balancer.routing import Router, location
from shipway.localcloud.balancer.stream import HeadTooLongError, Stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from shipway.localcloud.balancer.metrics import Metrics
    from shipway.localcloud.balancer.pool import Pool
    from shipway.localcloud.balancer.targets import Targets

_REASONS = {
    200: b"OK", 301: b"Moved Permanently", 302: b"Found", 400: b"Bad Request",
    431: b"Request Header Fields Too Large", 501: b"Not Implemented", 502: b"Bad Gateway",
    503: b"Service Temporarily Unavailable", 504: b"Gateway Time-out",
}  # fmt: skip
_IDLE_SECONDS = 60.0  # idle_timeout.timeout_seconds' default; real, since programs run at their own pace


class _NoAnswerError(Exception):
    """The target's connection ended before the first byte of an answer."""


class Proxy:
    """Serves one listener.

    Args:
        router: The routing that is in force; replaced when the listener changes.
    """

    def __init__(
        self, router: Router, targets: Targets, pool: Pool, metrics: Metrics, websocket: Callable[[], None]
    ) -> None:
        self.router = router
        self._targets = targets
        self._pool = pool
        self._metrics = metrics
        self._websocket = websocket
        self._clients: set[asyncio.Task[None]] = set()

    def accept(self, client: Stream) -> None:
        """Serve a client's connection until it ends."""
        task = asyncio.create_task(self._serve(client))
        self._clients.add(task)
        task.add_done_callback(self._clients.discard)

    def close(self) -> None:
        """Drop all clients."""
        for task in self._clients:
            task.cancel()

    async def _serve(self, client: Stream) -> None:
        try:
            while (head := await client.head()) is not None:
                request = http1.parse_request(head)
                if not await self._answer(request, client) or not request.keeps_alive:
                    break
        except BadMessageError:
            self._refuse(client, 400, "", close=True)
        except HeadTooLongError:
            self._refuse(client, 431, "", close=True)
        finally:
            client.close()

    async def _answer(self, request: Request, client: Stream) -> bool:
        """Answer one request; whether the connection can be used for another."""
        if request.get(b"upgrade").lower() == b"websocket":
            self._websocket()
            self._refuse(client, 501, "", close=True)
            return False
        if request.get(b"expect").lower() == b"100-continue":
            client.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        rule, action = self.router.action(request, client.peer)
        match action:
            case Forward():
                group = self.router.group(rule)
                return await self._forward(request, client, group or "")
            case FixedResponse():
                body = action.body.encode()
                self._refuse(client, action.status, "", body=body, content_type=action.content_type)
            case Redirect():
                to = location(action, request, self.router.listener).encode("latin-1")
                self._refuse(client, action.status, "", headers=[(b"location", to)])
            case Unsupported():
                self._refuse(client, 501, "")
        return request.body.empty  # whatever else the client sends would be taken for a request

    async def _forward(self, request: Request, client: Stream, group: str) -> bool:
        tried: set[Target] = set()
        failure = 503
        while (target := self._pool.pick(group, self._targets.eligible(group), tried)) is not None:
            stream = self._pool.reuse(target)
            fresh = stream is None
            try:
                stream = stream or await self._pool.connect(target)
            except (OSError, TimeoutError):
                failure = 502
                tried.add(target)
                self._give_up(group, target)
                continue
            self._targets.began(group, target, +1)
            try:
                return await self._exchange(request, client, stream, group, target)
            except TimeoutError:
                failure = 504
                break
            except (_NoAnswerError, BadMessageError, OSError):
                failure = 502
                if fresh:
                    tried.add(target)
                    self._give_up(group, target)
                if not request.repeatable:
                    break
            finally:
                self._targets.began(group, target, -1)
        self._refuse(client, failure, group, close=not request.body.empty)
        return request.body.empty

    def _give_up(self, group: str, target: Target) -> None:
        self._pool.eject(target)
        self._metrics.failed_connection(self.router.listener.dimension, group)

    async def _exchange(
        self, request: Request, client: Stream, stream: Stream, group: str, target: Target
    ) -> bool:
        """Send the request, pass the answer on; whether the client's connection can be used again."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(_IDLE_SECONDS):
                stream.write(self._head_for_target(request, client))
                if not await _relay(request.body, client, stream):
                    stream.close()  # the client went away before it had said everything
                    return False
                response = await _response(stream, request.method)
        except BaseException:
            stream.close()
            raise
        seconds = time.monotonic() - began
        whole = False
        try:
            reusable = request.keeps_alive and response.keeps_alive
            client.write(_head_for_client(response, reusable=reusable))
            with suppress(BadMessageError):  # too late for another answer: the client sees this one cut off
                whole = await _relay(response.body, stream, client)
        finally:
            if whole and response.keeps_alive:
                self._pool.keep(target, stream)
            else:
                stream.close()
        self._metrics.answered(self.router.listener.dimension, group, response.status, seconds)
        return whole and reusable

    def _head_for_target(self, request: Request, client: Stream) -> bytes:
        listener = self.router.listener
        headers = http1.end_to_end(request.headers, b"expect", b"x-forwarded-proto", b"x-forwarded-port")
        forwarded = [value for key, value in headers if key == b"x-forwarded-for"]
        headers = [(key, value) for key, value in headers if key != b"x-forwarded-for"]
        headers += [
            (b"x-forwarded-for", b", ".join([*forwarded, client.peer.encode()])),
            (b"x-forwarded-proto", listener.protocol.lower().encode()),
            (b"x-forwarded-port", str(listener.port).encode()),
        ]
        if not request.get(b"x-amzn-trace-id"):
            trace = f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"
            headers.append((b"x-amzn-trace-id", trace.encode()))
        return http1.encode(b"%s %s HTTP/1.1" % (request.method, request.target), headers)

    def _refuse(
        self,
        client: Stream,
        status: int,
        group: str,
        *,
        body: bytes | None = None,
        content_type: str = "text/html",
        headers: http1.Headers | None = None,
        close: bool = False,
    ) -> None:
        """Answer as the load balancer itself."""
        reason = _REASONS.get(status, b"")
        if body is None:
            title = b"%d %s" % (status, reason)
            body = b"<html><head><title>%s</title></head><body><h1>%s</h1></body></html>" % (title, title)
        head: http1.Headers = [
            (b"server", b"awselb/2.0"),
            (b"content-type", content_type.encode("latin-1")),
            (b"content-length", str(len(body)).encode()),
            *(headers or []),
        ]
        if close:
            head.append((b"connection", b"close"))
        client.write(http1.encode(b"HTTP/1.1 %d %s" % (status, reason), head) + body)
        self._metrics.refused(self.router.listener.dimension, group, status)


async def _response(stream: Stream, method: bytes) -> Response:
    while True:
        head = await stream.head()
        if head is None:
            raise _NoAnswerError
        response = http1.parse_response(head, method)
        if not response.interim:
            return response


def _head_for_client(response: Response, *, reusable: bool) -> bytes:
    headers = http1.end_to_end(response.headers)
    headers.append((b"connection", b"keep-alive" if reusable else b"close"))
    return http1.encode(b"HTTP/1.1 %d %s" % (response.status, response.reason), headers)


async def _relay(body: Body, source: Stream, sink: Stream) -> bool:
    """Pass a body on as it comes; whether it came whole."""
    if body.chunked:
        chunks = Chunks()
        while not chunks.done:
            data = await source.some()
            if not data:
                return False
            count = chunks.feed(data)
            sink.write(data[:count])
            if count < len(data):
                source.unread(data[count:])
            await sink.drain()
        return True
    left = body.length
    while left is None or left > 0:
        data = await source.some(left)
        if not data:
            return left is None
        sink.write(data)
        left = None if left is None else left - len(data)
        await sink.drain()
    return True
