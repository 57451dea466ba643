"""As much of HTTP/1.1 as a proxy needs: heads, and where a body ends. No I/O.

Source: https://www.rfc-editor.org/rfc/rfc9112
"""

from __future__ import annotations

from dataclasses import dataclass

Headers = list[tuple[bytes, bytes]]

_HOP_BY_HOP = frozenset(
    {b"connection", b"keep-alive", b"proxy-connection", b"proxy-authenticate", b"te", b"trailer", b"upgrade"}
)
_NO_BODY_STATUS = frozenset({204, 304})
_REPEATABLE = frozenset({b"GET", b"HEAD", b"OPTIONS", b"PUT", b"DELETE", b"TRACE"})
_FIRST_FINAL_STATUS = 200


class BadMessageError(Exception):
    """The bytes are not HTTP/1.1 that may be passed on."""


@dataclass(frozen=True, slots=True)
class Body:
    """How a body ends: after `length` bytes, by its chunks, or (neither) when the connection closes."""

    length: int | None = None
    chunked: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is none."""
        return self.length == 0 and not self.chunked


NO_BODY = Body(0)


@dataclass(frozen=True, slots=True)
class Request:
    """A request's head; header names are in lower case."""

    method: bytes
    target: bytes
    version: bytes
    headers: Headers
    body: Body

    def get(self, name: bytes) -> bytes:
        """The first value of a header, empty when absent."""
        return next((value for key, value in self.headers if key == name), b"")

    @property
    def keeps_alive(self) -> bool:
        """Whether the client wants to send more on this connection."""
        wish = self.get(b"connection").lower()
        return wish != b"close" if self.version == b"HTTP/1.1" else wish == b"keep-alive"

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice does what sending it once does, and it can be sent twice."""
        return self.body.empty and self.method in _REPEATABLE


@dataclass(frozen=True, slots=True)
class Response:
    """A response's head."""

    status: int
    reason: bytes
    headers: Headers
    body: Body
    keeps_alive: bool

    @property
    def interim(self) -> bool:
        """Whether the real response is still to come (1xx)."""
        return self.status < _FIRST_FINAL_STATUS


def parse_request(head: bytes) -> Request:
    """The head of a request, its blank line included; `BadMessageError` when it is none."""
    first, headers = _split(head)
    parts = first.split(b" ")
    if len(parts) != 3 or parts[2] not in {b"HTTP/1.1", b"HTTP/1.0"}:  # noqa: PLR2004 - method, target, version
        raise BadMessageError(f"not a request line: {first[:80]!r}")
    length, chunked = _framing(headers)
    method, target, version = parts
    return Request(method, target, version, headers, Body(length or 0, chunked))


def parse_response(head: bytes, method: bytes) -> Response:
    """The head of the response to a request with `method`."""
    first, headers = _split(head)
    version, _, rest = first.partition(b" ")
    code, _, reason = rest.partition(b" ")
    if not version.startswith(b"HTTP/1.") or not code.isdigit():
        raise BadMessageError(f"not a status line: {first[:80]!r}")
    status = int(code)
    length, chunked = _framing(headers)
    if method == b"HEAD" or status < _FIRST_FINAL_STATUS or status in _NO_BODY_STATUS:
        body = NO_BODY
    else:
        body = Body(length, chunked)
    wish = next((value.lower() for key, value in headers if key == b"connection"), b"")
    alive = wish != b"close" if version == b"HTTP/1.1" else wish == b"keep-alive"
    return Response(status, reason, headers, body, alive and (chunked or body.length is not None))


def end_to_end(headers: Headers, *besides: bytes) -> Headers:
    """The headers that concern the two ends, without those of the connection and without `besides`."""
    named = {
        name.strip().lower() for key, value in headers if key == b"connection" for name in value.split(b",")
    }
    drop = _HOP_BY_HOP | named | set(besides)
    return [(key, value) for key, value in headers if key not in drop]


def encode(first: bytes, headers: Headers) -> bytes:
    """A head, ready to be sent."""
    lines = [first, *(key + b": " + value for key, value in headers), b"", b""]
    return b"\r\n".join(lines)


class Chunks:
    """Finds the end of a chunked body in the bytes that are passed on as they are."""

    def __init__(self) -> None:
        self._pending = b""  # an unfinished chunk-size or trailer line
        self._skip = 0  # bytes of chunk data still to come, its line end included
        self._trailer = False
        self.done = False

    def feed(self, data: bytes) -> int:
        """How many bytes of `data` belong to the body."""
        position = 0
        while position < len(data) and not self.done:
            if self._skip:
                step = min(self._skip, len(data) - position)
                self._skip -= step
                position += step
                continue
            end = data.find(b"\n", position)
            if end < 0:
                self._pending += data[position:]
                return len(data)
            self._line((self._pending + data[position:end]).strip())
            self._pending = b""
            position = end + 1
        return position

    def _line(self, line: bytes) -> None:
        if self._trailer:
            self.done = not line
            return
        try:
            size = int(line.split(b";", 1)[0], 16)
        except ValueError as error:
            raise BadMessageError(f"not a chunk size: {line[:40]!r}") from error
        self._skip = size + 2 if size else 0
        self._trailer = size == 0


def _split(head: bytes) -> tuple[bytes, Headers]:
    first, *lines = head.rstrip(b"\r\n").split(b"\r\n")
    headers = []
    for line in lines:
        name, colon, value = line.partition(b":")
        # A blank before the colon or a folded line is how requests are smuggled (RFC 9112, 5.1 and 5.2).
        if not colon or not name or name != name.strip():
            raise BadMessageError(f"not a header: {line[:80]!r}")
        headers.append((name.lower(), value.strip()))
    return first, headers


def _framing(headers: Headers) -> tuple[int | None, bool]:
    lengths = {value for key, value in headers if key == b"content-length"}
    codings = [value.lower() for key, value in headers if key == b"transfer-encoding"]
    if len(lengths) > 1 or (lengths and codings):
        raise BadMessageError("more than one statement of the body's length")
    if codings:
        if codings != [b"chunked"]:
            raise BadMessageError(f"transfer coding {codings} is not supported")
        return None, True
    if not lengths:
        return None, False
    value = lengths.pop()
    if not value.isdigit():
        raise BadMessageError(f"not a content length: {value[:40]!r}")
    return int(value), False
