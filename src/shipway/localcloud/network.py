"""The tasks' private network: which private address is reached where on this machine.

On AWS a task has an address of its own in its subnet; here it is a process behind some port of 127.0.0.1.
Whoever sends packets (the load balancer, the health checks) looks up the way here, so that every API shows
the addresses and ports that AWS would show.
"""

from __future__ import annotations

import ipaddress
import threading

_RESERVED = (
    4  # https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html: the first four and the last
)


class Network:
    """Private addresses in use, and the way to each of their ports."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._leased: set[str] = set()
        self._ways: dict[tuple[str, int], tuple[str, int]] = {}

    def lease(self, cidr: str) -> str:
        """A private address of the subnet `cidr` that nobody uses; `LookupError` when none is left."""
        block = ipaddress.ip_network(cidr)
        with self._lock:
            for offset in range(_RESERVED, block.num_addresses - 1):
                address = str(block[offset])
                if address not in self._leased:
                    self._leased.add(address)
                    return address
        raise LookupError(f"insufficient free addresses in {cidr}")

    def attach(self, address: str, port: int, host: str, real_port: int) -> None:
        """From now on `address`:`port` is reached at `host`:`real_port`."""
        with self._lock:
            self._ways[address, port] = (host, real_port)

    def release(self, address: str) -> None:
        """Give an address back with all ways to it."""
        with self._lock:
            self._leased.discard(address)
            self._ways = {key: way for key, way in self._ways.items() if key[0] != address}

    def resolve(self, address: str, port: int) -> tuple[str, int] | None:
        """Where to connect to; `None` when nothing stands behind the address."""
        way = self._ways.get((address, port))
        if way is None and address.startswith("127."):
            return address, port  # a program that the user registered by hand
        return way
