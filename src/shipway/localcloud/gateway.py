"""The one address of the local cloud: our services where we have them, ministack everywhere else."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qsl
from uuid import uuid4
from xml.sax.saxutils import escape

from shipway.localcloud import wire
from shipway.localcloud.asgi import AsgiApp, Message, Receive, Scope, Send, header, read_body, replay, respond
from shipway.localcloud.authorization.authorizer import HttpRequest
from shipway.localcloud.authorization.registry import key_of_login, with_login
from shipway.localcloud.clock import CloudStopped
from shipway.localcloud.kernel import QueryOverlay, Service, not_emulated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shipway.localcloud.authorization.authorizer import Authorizer

LOG = logging.getLogger(__name__)
_SIGNATURE = re.compile(r"Credential=([^/,\s]+)/\d+/([^/,\s]+)/([^/,\s]+)/")
_JSON = "application/x-amz-json-1.1"


@dataclass(frozen=True)
class _Api:
    name: str
    operations: Mapping[str, Callable[[wire.Request, wire.Caller], wire.Response | None]]


class CallerOf(Protocol):
    """Resolves the signer of a request."""

    def __call__(self, access_key: str, region: str) -> wire.Caller:
        """Who holds `access_key`."""
        ...


class Gateway:
    """An ASGI application in front of ministack.

    Args:
        inner: ministack.
        services: Ours; a JSON service is chosen by its ``X-Amz-Target`` prefix.
        caller_of: Resolves an access key.
        default_region: Region of an unsigned request.
        authorizer: Judges what is asked as a role; without one, everything is allowed.
    """

    def __init__(
        self,
        inner: AsgiApp,
        services: list[Service],
        caller_of: CallerOf,
        default_region: str,
        authorizer: Authorizer | None = None,
    ) -> None:
        self._inner = inner
        self._caller_of = caller_of
        self._default_region = default_region
        self._authorizer = authorizer
        # Operations block (they call back through this gateway), so they need a thread each.
        self._threads = ThreadPoolExecutor(max_workers=64, thread_name_prefix="operation")
        self._apis = {
            wire.target_prefix(service.api): _Api(service.api, service.operations())
            for service in services
            if service.api
        }
        self._routes = {prefix: app for service in services for prefix, app in service.routes().items()}
        self._overlays = {
            key: overlay for service in services for key, overlay in service.query_overlays().items()
        }
        self._control = {name: call for service in services for name, call in service.control().items()}

    def add_control(self, name: str, call: Callable[[], object]) -> None:
        """Answer ``GET /_shipway/NAME`` with the JSON of what `call` gives."""
        self._control[name] = call

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        path = scope["path"]
        if path.startswith("/_shipway/"):
            await self._answer_control(path.removeprefix("/_shipway/"), send)
            return
        if self._authorizer is not None:
            judged = await self._judged(self._authorizer, scope, receive, send)
            if judged is None:
                return
            receive = judged
        for prefix, app in self._routes.items():
            if path.startswith(prefix):
                await app(scope, receive, send)
                return
        prefix, _, operation = header(scope, "x-amz-target").partition(".")
        if prefix in self._apis:
            await self._answer_json(self._apis[prefix], operation, scope, receive, send)
            return
        if self._overlays and scope["method"] == "POST" and path == "/":
            await self._answer_query(scope, receive, send)
            return
        await self._inner(scope, receive, send)

    async def _judged(
        self, authorizer: Authorizer, scope: Scope, receive: Receive, send: Send
    ) -> Receive | None:
        """What remains to be received of a request that may pass; None when it has been answered."""
        path = scope["path"]
        in_registry = path.startswith("/v2/")
        if in_registry:
            key = key_of_login(header(scope, "authorization"))
            caller, service = self._caller_of(key, self._default_region), "registry"
        else:
            caller, service = self._signer(scope)
        if not authorizer.concerns(caller):
            return receive
        body = b""
        if service not in {"registry", "s3"}:  # their permissions stand outside of the body
            body = await read_body(receive)
            receive = replay(body, receive)
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        request = HttpRequest(
            scope["method"], path, scope["query_string"].decode("latin-1"), headers, service, body
        )
        answer = await asyncio.get_running_loop().run_in_executor(
            self._threads, authorizer.judge, request, caller
        )
        if answer is not None:
            status, content, content_type, extra = answer
            await respond(send, status, content, content_type=content_type, headers=extra)
            return None
        if headers.get("x-amz-target", "").endswith(".GetAuthorizationToken") and service == "ecr":
            await self._answer_login(scope, body, caller.access_key, send)
            return None
        return receive

    async def _answer_login(self, scope: Scope, body: bytes, access_key: str, send: Send) -> None:
        loop = asyncio.get_running_loop()

        def token() -> bytes:
            asked = asyncio.run_coroutine_threadsafe(self._ask_inner(scope, body), loop)
            return with_login(asked.result(), access_key)

        status, answer = await self._run(token, "ecr:GetAuthorizationToken", wire.encode_error)
        await respond(send, status, answer, content_type=_JSON)

    def close(self) -> None:
        """Give up the threads; operations under way end with the clock."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _answer_control(self, name: str, send: Send) -> None:
        call = self._control.get(name)
        if call is None:
            body = json.dumps({"error": f"no {name}", "known": sorted(self._control)}).encode()
            await respond(send, 404, body, content_type="application/json")
            return
        value = await asyncio.get_running_loop().run_in_executor(self._threads, call)
        await respond(send, 200, json.dumps(value, default=str).encode(), content_type="application/json")

    async def _answer_json(self, api: _Api, name: str, scope: Scope, receive: Receive, send: Send) -> None:
        body = await read_body(receive)
        caller, _ = self._signer(scope)

        def call() -> bytes:
            request = wire.parse_request(api.name, name, body)
            if name not in api.operations:
                raise not_emulated(api.name, name)
            return wire.encode_response(api.operations[name](request, caller))

        status, answer = await self._run(call, f"{api.name}:{name}", wire.encode_error)
        await respond(send, status, answer, content_type=_JSON, headers={"x-amzn-requestid": str(uuid4())})

    async def _answer_query(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await read_body(receive)
        caller, service = self._signer(scope)
        form = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
        overlay: QueryOverlay | None = self._overlays.get(f"{service}:{form.get('Action', '')}")
        if overlay is None:
            await self._inner(scope, replay(body, receive), send)
            return
        loop = asyncio.get_running_loop()

        def passed_on() -> bytes:
            return asyncio.run_coroutine_threadsafe(self._ask_inner(scope, body), loop).result()

        status, answer = await self._run(
            lambda: overlay(form, caller, passed_on), f"{service}:{form['Action']}", _query_error
        )
        await respond(send, status, answer, content_type="text/xml")

    async def _ask_inner(self, scope: Scope, body: bytes) -> bytes:
        parts: list[bytes] = []
        status = 0

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def collect(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            parts.append(message.get("body", b""))

        await self._inner(dict(scope), receive, collect)
        if status >= 400:  # noqa: PLR2004 - HTTP
            raise _PassedOnError(status, b"".join(parts))
        return b"".join(parts)

    async def _run(
        self, call: Callable[[], bytes], what: str, encode: Callable[[wire.ServiceError], bytes]
    ) -> tuple[int, bytes]:
        try:
            return 200, await asyncio.get_running_loop().run_in_executor(self._threads, call)
        except wire.ServiceError as error:
            return error.status, encode(error)
        except _PassedOnError as error:
            return error.status, error.body
        except CloudStopped:
            return 503, encode(
                wire.ServiceError("ServiceUnavailable", "the local cloud is shutting down", 503)
            )
        except Exception as error:
            LOG.exception("%s crashed", what)
            return 500, encode(wire.ServiceError("InternalFailure", f"Shipway bug in {what}: {error!r}", 500))

    def _signer(self, scope: Scope) -> tuple[wire.Caller, str]:
        """The caller and the service that the request is signed for."""
        match = _SIGNATURE.search(header(scope, "authorization"))
        key, region, service = match.groups() if match else ("", self._default_region, "")
        return self._caller_of(key, region), service


class _PassedOnError(Exception):
    """ministack's own error answer, to be given on as it is."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.body = body


def _query_error(error: wire.ServiceError) -> bytes:
    return (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{escape(error.code)}</Code>"
        f"<Message>{escape(error.message)}</Message></Error><RequestId>{uuid4()}</RequestId></ErrorResponse>"
    ).encode()
