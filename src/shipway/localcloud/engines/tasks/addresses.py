"""Where each task can be reached, so that several can listen on the same container port."""

from __future__ import annotations

import secrets
import socket
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

_ATTEMPTS = 8  # two runs that pick the same address are rare
LOCALHOST = "127.0.0.1"


@dataclass(frozen=True)
class TaskAddress:
    """The network of one task.

    Args:
        ip: What the task listens on when it listens everywhere; the load balancer reaches it there.
        loopback: What the task's own ``localhost`` is; nobody else is told.
        ports: Container port to the port on ``ip``, where they differ.
        keeps_ports: Whether a port that is not in ``ports`` is itself; else it becomes any free one.
    """

    ip: str
    loopback: str
    ports: Mapping[int, int] = field(default_factory=dict)
    keeps_ports: bool = True


class Addresses(Protocol):
    """Hands out a network per task."""

    def take(self, container_ports: tuple[int, ...]) -> TaskAddress:
        """A network on which ``container_ports``, or what they are mapped to, are free."""


class OwnAddresses:
    """Linux: all of 127.0.0.0/8 is loopback, so each task has addresses of its own (ip(7), lo's /8)."""

    def take(self, container_ports: tuple[int, ...]) -> TaskAddress:
        """Two neighbours picked at random: other runs on this machine take theirs from the same range."""
        for _ in range(_ATTEMPTS):
            # 127.0.x.y is left alone: resolvers and Debian's own host name live there.
            network = f"127.{1 + secrets.randbelow(254)}.{secrets.randbelow(256)}"
            host = 2 + 2 * secrets.randbelow(126)
            ip = f"{network}.{host}"
            ports = {port: usable_port(ip, port) for port in container_ports}
            if all(ports.values()):
                moved = {port: actual for port, actual in ports.items() if actual and actual != port}
                return TaskAddress(ip, f"{network}.{host + 1}", moved)
        # Some program of this machine listens on that port of every address.
        return OwnPorts().take(container_ports)


class OwnPorts:
    """Elsewhere only 127.0.0.1 is loopback: each container port becomes a free port of it."""

    def take(self, container_ports: tuple[int, ...]) -> TaskAddress:
        """As many ports, all free a moment ago."""
        return TaskAddress(LOCALHOST, LOCALHOST, _free_ports(container_ports), keeps_ports=False)


def addresses_of_this_system() -> Addresses:
    """The better of the two that works here."""
    return OwnAddresses() if sys.platform == "linux" else OwnPorts()


def usable_port(ip: str, port: int) -> int | None:
    """``port`` when it is free on ``ip``, ``None`` when it is not.

    Another free port when this user may not listen on it: a container may listen on 80, most users may not.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ip, port))
        except PermissionError:
            probe.bind((ip, 0))
        except OSError:
            return None
        return int(probe.getsockname()[1])


def _free_ports(container_ports: tuple[int, ...]) -> dict[int, int]:
    probes = [socket.socket() for _ in container_ports]
    try:
        for probe in probes:  # all held at once, so that no port comes twice
            probe.bind((LOCALHOST, 0))
        return {port: probe.getsockname()[1] for port, probe in zip(container_ports, probes, strict=True)}
    finally:
        for probe in probes:
            probe.close()
