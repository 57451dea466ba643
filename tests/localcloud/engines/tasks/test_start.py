"""Containers started one by one, also as on systems that have one loopback address."""

from __future__ import annotations

import queue
import sys

import pytest

from shipway.localcloud.engines.engine import ContainerSpec, Registry
from shipway.localcloud.engines.oci.image import Image, Layer, Settings
from shipway.localcloud.engines.oci.layer import Entry
from shipway.localcloud.engines.oci.store import Store
from shipway.localcloud.engines.tasks.addresses import OwnAddresses, OwnPorts
from shipway.localcloud.engines.tasks.keeper import Keeper
from shipway.localcloud.engines.tasks.start import Starter

# Listens as asyncio does with no host: on both families. Then it asks itself by its localhost.
ASYNCIO = """
import asyncio, os
async def answer(reader, writer):
    await reader.readline()
    writer.write(b"HTTP/1.0 200 OK\\r\\n\\r\\n" + os.environ["ME"].encode())
    await writer.drain()
    writer.close()
async def main():
    server = await asyncio.start_server(answer, None, 8080)
    reader, writer = await asyncio.open_connection("localhost", 8080)
    writer.write(b"GET / HTTP/1.0\\r\\n\\r\\n")
    print((await reader.read()).decode().split()[-1], flush=True)
    writer.close()
    await server.serve_forever()
asyncio.run(main())
"""
DUAL_STACK = """
import http.server, os, socket
class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
    def server_bind(self):
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.wfile.write(b"HTTP/1.0 200 OK\\r\\n\\r\\n" + os.environ["ME"].encode())
    def log_message(self, *_):
        pass
Server(("::", 8080), Handler).serve_forever()
"""
PACKAGES = "usr/local/lib/python3.9/site-packages"


@pytest.fixture(params=[OwnAddresses, OwnPorts])
def start(request, tmp_path, limits_met):
    """Starts the same image again and again."""
    if request.param is OwnAddresses and sys.platform != "linux":
        pytest.skip("only Linux has all of 127.0.0.0/8 on its loopback")
    store = Store(tmp_path / "store")
    source = tmp_path / "source"
    source.write_text("import package\n")
    module = tmp_path / "module"
    module.write_text("NAME = 'of the image'\n")
    packed = store.add_layer([Entry("app/main.py", source), Entry(f"{PACKAGES}/package.py", module)])
    layer = Layer(packed.digest, packed.size, packed.diff_id)
    image = Image(
        Settings(environment={"PATH": "/usr/local/bin"}, working_directory="/app"), (layer,), "amd64"
    )
    folder = tmp_path / "tasks"
    folder.mkdir()
    keeper = Keeper(folder)
    starter = Starter(folder, request.param(), keeper, limits_met.append)
    started = []

    def start(*command, log=lambda _: None, **environment):
        spec = ContainerSpec(
            "web", "x", Registry("x", "x"), command=command, container_ports=(8080,), environment=environment
        )
        started.append(starter.start(spec, image, store, log))
        return started[-1]

    yield start
    for container in started:
        container.stop(0)
    keeper.close()
    assert not folder.exists()


@pytest.fixture
def limits_met():
    return []


@pytest.mark.parametrize("program", [ASYNCIO, DUAL_STACK], ids=["asyncio", "dual stack"])
def test_servers_of_every_kind_are_steered(start, fetch, program):
    containers = {me: start("python", "-c", program, ME=me) for me in ("one", "two")}
    for me, container in containers.items():
        host, port = container.address(8080)
        assert fetch(f"http://{host}:{port}/", container.poll).decode() == me


def test_a_task_finds_itself_on_localhost(start):
    answers = {"one": queue.SimpleQueue(), "two": queue.SimpleQueue()}
    for me, lines in answers.items():
        start("python", "-c", ASYNCIO, ME=me, log=lines.put)
    assert {me: lines.get(timeout=20) for me, lines in answers.items()} == {"one": "one", "two": "two"}


def test_a_cleaned_environment_does_not_undo_it(start):
    lines = []
    line = "exec env -i $(command -v python) -c 'import os, package; print(package.NAME, len(os.environ))'"
    assert start("sh", "-c", line, log=lines.append).wait() == 0
    assert lines in (["of the image 0"], ["of the image 1"])  # Python itself may set LC_CTYPE


def test_packages_for_another_python_are_used_and_reported(start, limits_met):
    lines = []
    container = start(
        "python", "-c", "import package; print(package.NAME)", log=lines.append, PYTHONPATH="/app"
    )
    assert container.wait() == 0
    assert lines == ["of the image"]
    assert any("packages of python3.9 are used by this machine's" in limit.detail for limit in limits_met)


def test_port_is_only_told_to_what_cannot_be_steered(start):
    lines = []
    container = start("sh", "-c", "echo ${PORT-none}", log=lines.append)
    container.wait()
    _, port = container.address(8080)
    assert lines == ["none" if port == 8080 else str(port)]
    lines.clear()
    start("python", "-c", "import os; print(os.environ.get('PORT'))", log=lines.append).wait()
    assert lines == ["None"]
