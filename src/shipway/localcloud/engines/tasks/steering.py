"""Runs inside a task's interpreter: what listens on every address listens on the task's own.

Loaded by a ``.pth`` file of the task's Python (``interpreter.py``), before any line of the program. Standard
library only, no import of this package: the task cannot see it.

A program that binds ``localhost`` gets an address that the load balancer does not know: as in a real
container, it cannot be reached from outside.
"""

from __future__ import annotations

import os
import site
import socket
from typing import Any

_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - recognised, never bound
_LOCALHOST = frozenset({"127.0.0.1", "localhost", "::1", "localhost.localdomain", "ip6-localhost"})
_FAMILIES = frozenset({socket.AF_INET, socket.AF_INET6})


class Steering:
    """The task's network, as its sockets see it.

    Args:
        ip: Stands for every address.
        loopback: Stands for ``localhost``.
        ports: Container port to port on ``ip``.
        keeps_ports: Whether other ports are themselves; else they become any free one.
        bound: Folder with a file per steered port, so that all processes of the task find it.
    """

    def __init__(
        self, ip: str, loopback: str, ports: dict[int, int], bound: str, *, keeps_ports: bool
    ) -> None:
        self._ip = ip
        self._loopback = loopback
        self._ports = ports
        self._bound = bound
        self._keeps_ports = keeps_ports

    def listening_address(self, host: object, port: object) -> tuple[str, int] | None:
        """Where a server that asks for ``host`` and ``port`` has to listen; ``None`` leaves it alone."""
        if not isinstance(host, str) or not isinstance(port, int) or port == 0:
            return None
        other = port if self._keeps_ports else 0
        if host in _EVERYWHERE:
            return self._ip, self._ports.get(port, other)
        return (self._loopback, other) if host in _LOCALHOST else None

    def remember(self, port: int, address: tuple[str, int]) -> None:
        """Let the task's own clients find what was steered."""
        with open(os.path.join(self._bound, str(port)), "w", encoding="ascii") as record:  # noqa: PTH118, PTH123 - pathlib would double a task's start-up time
            record.write(f"{address[0]} {address[1]}")

    def connecting_address(self, host: object, port: object) -> tuple[str, int] | None:
        """Where a client of ``localhost`` finds what this task listens with."""
        if host not in _LOCALHOST:
            return None
        try:
            with open(os.path.join(self._bound, str(port)), encoding="ascii") as record:  # noqa: PTH118, PTH123 - see above
                found, _, actual = record.read().partition(" ")
            return found, int(actual)
        except (OSError, ValueError):
            return None


def install(steering: Steering, site_packages: list[str]) -> None:
    """Make the image's packages importable and put ``steering`` before the sockets of this process."""
    if "bind" in vars(socket.socket):
        return  # site reads the .pth files of a virtual environment twice
    for folder in site_packages:
        site.addsitedir(folder)
    _steer_sockets(steering)


def _steer_sockets(steering: Steering) -> None:
    plain_bind, plain_connect, plain_connect_ex = (
        socket.socket.bind,
        socket.socket.connect,
        socket.socket.connect_ex,
    )

    def bind(self: socket.socket, address: Any, /) -> None:
        wanted = _host_and_port(self, address)
        target = wanted and steering.listening_address(*wanted)
        if not wanted or not target:
            plain_bind(self, address)
        elif self.family == socket.AF_INET6 and self.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY):
            # asyncio listens on both families, each on its own: the other one has the address already.
            plain_bind(self, ("::1", 0))
        else:
            plain_bind(self, _in_family(self, target))
            steering.remember(wanted[1], (target[0], self.getsockname()[1]))

    def redirected(self: socket.socket, address: Any) -> Any:
        wanted = _host_and_port(self, address)
        target = wanted and steering.connecting_address(*wanted)
        return _in_family(self, target) if target else address

    def connect(self: socket.socket, address: Any, /) -> None:
        plain_connect(self, redirected(self, address))

    def connect_ex(self: socket.socket, address: Any, /) -> int:
        return plain_connect_ex(self, redirected(self, address))

    for replacement in (bind, connect, connect_ex):
        setattr(socket.socket, replacement.__name__, replacement)


def _host_and_port(sock: socket.socket, address: Any) -> tuple[Any, Any] | None:
    if sock.family not in _FAMILIES or sock.type != socket.SOCK_STREAM or not isinstance(address, tuple):
        return None
    return address[0], address[1]


def _in_family(sock: socket.socket, address: tuple[str, int]) -> tuple[str, int]:
    return (f"::ffff:{address[0]}", address[1]) if sock.family == socket.AF_INET6 else address
