from __future__ import annotations

import socket
import sys

import pytest

from shipway.localcloud.engines.tasks.addresses import OwnAddresses, OwnPorts, usable_port

linux = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8 on its loopback"
)


@linux
def test_each_task_has_addresses_of_its_own():
    first, second = OwnAddresses().take((8080,)), OwnAddresses().take((8080,))
    assert len({first.ip, first.loopback, second.ip, second.loopback}) == 4
    assert all(each.ip.startswith("127.") for each in (first, second))
    assert first.keeps_ports
    assert first.ports == {}


def test_elsewhere_each_container_port_is_a_port_of_its_own():
    address = OwnPorts().take((8080, 9090))
    assert address.ip == "127.0.0.1"
    assert set(address.ports) == {8080, 9090}
    assert len(set(address.ports.values())) == 2
    assert not address.keeps_ports


@linux
def test_a_port_that_this_machine_uses_everywhere_is_mapped():
    with socket.socket() as server:
        server.bind(("0.0.0.0", 0))  # noqa: S104 - the very case
        server.listen()
        port = server.getsockname()[1]
        address = OwnAddresses().take((port,))
    assert address.ip == "127.0.0.1"
    assert address.ports[port] != port


def test_a_port_that_this_user_may_not_use_becomes_another(monkeypatch):
    class Restricted(socket.socket):
        def bind(self, address, /):
            if 0 < address[1] < 1024:
                raise PermissionError
            super().bind(address)

    monkeypatch.setattr(socket, "socket", Restricted)
    assert usable_port("127.0.0.1", 80) not in {None, 80}
