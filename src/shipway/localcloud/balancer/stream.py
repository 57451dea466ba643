"""A TCP connection as bytes in and bytes out, with back-pressure; leaner than asyncio's own streams."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_HIGH_WATER = 256 * 1024  # bytes that may wait for a reader before the sender is held up
_LONGEST_HEAD = 64 * 1024  # AWS allows 60 KB of headers


class HeadTooLongError(Exception):
    """The peer sent more than a head may hold."""


class Stream(asyncio.Protocol):
    """One connection; used by one task at a time.

    Args:
        opened: Called with the stream once it is connected.
    """

    def __init__(self, opened: Callable[[Stream], object] | None = None) -> None:
        self._opened = opened
        self._buffer = bytearray()
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None
        self._held = False
        self._full = False
        self.ended = False
        self.peer = ""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the transport."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a fact of asyncio's TCP, for mypy
        self.transport = transport
        peer = transport.get_extra_info("peername")
        self.peer = peer[0] if peer else ""
        if self._opened is not None:
            self._opened(self)

    def data_received(self, data: bytes) -> None:
        """Keep bytes for the reader."""
        self._buffer += data
        if len(self._buffer) > _HIGH_WATER and not self._held:
            self._held = True
            self.transport.pause_reading()
        self._wake_reader()

    def eof_received(self) -> bool:
        """Note that the peer sends no more; what it sent can still be read and answered."""
        self.ended = True
        self._wake_reader()
        return True

    def connection_lost(self, _error: Exception | None) -> None:
        """Wake whoever waits."""
        self.ended = True
        self._wake_reader()
        self.resume_writing()

    def pause_writing(self) -> None:
        """Hold up the writer: the peer reads slowly."""
        self._full = True

    def resume_writing(self) -> None:
        """Let the writer go on."""
        self._full = False
        if self._writer is not None and not self._writer.done():
            self._writer.set_result(None)

    @property
    def usable(self) -> bool:
        """Whether nothing says that the connection is over."""
        return not self.ended and not self.transport.is_closing()

    @property
    def silent(self) -> bool:
        """Whether the peer has sent nothing that was not read."""
        return not self._buffer

    async def head(self) -> bytes | None:
        """Bytes up to and with the blank line; `None` when the peer ended before that."""
        while True:
            end = self._buffer.find(b"\r\n\r\n")
            if end >= 0:
                return self._take(end + 4)
            if len(self._buffer) > _LONGEST_HEAD:
                raise HeadTooLongError
            if self.ended:
                return None
            await self._more()

    async def some(self, most: int | None = None) -> bytes:
        """Whatever has arrived, at most `most` bytes; empty when the peer ended."""
        while not self._buffer and not self.ended:
            await self._more()
        return self._take(len(self._buffer) if most is None else min(most, len(self._buffer)))

    def unread(self, data: bytes) -> None:
        """Put back bytes that belong to what comes next."""
        self._buffer[:0] = data

    def write(self, data: bytes) -> None:
        """Send; bytes to a peer that has gone are lost in silence, the reader notices."""
        if not self.transport.is_closing():
            self.transport.write(data)

    async def drain(self) -> None:
        """Return when the peer has taken enough for more to be sent."""
        if self._full and not self.transport.is_closing():
            self._writer = asyncio.get_running_loop().create_future()
            await self._writer

    def close(self) -> None:
        """End the connection after what was written is sent."""
        self.transport.close()

    def _take(self, count: int) -> bytes:
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        if self._held and len(self._buffer) < _HIGH_WATER // 2:
            self._held = False
            if not self.transport.is_closing():
                self.transport.resume_reading()
        return data

    async def _more(self) -> None:
        self._reader = asyncio.get_running_loop().create_future()
        try:
            await self._reader
        finally:
            self._reader = None

    def _wake_reader(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)
