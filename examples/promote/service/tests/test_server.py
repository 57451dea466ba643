import sys
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))

import server


@pytest.fixture
def connection() -> Iterator[HTTPConnection]:
    running = server.Server(("127.0.0.1", 0), server.Handler)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    client = HTTPConnection("127.0.0.1", running.server_port, timeout=5)
    yield client
    client.close()
    running.shutdown()
    thread.join()
    running.server_close()


def get(connection: HTTPConnection, path: str) -> tuple[int, str]:
    connection.request("GET", path)
    response = connection.getresponse()
    return response.status, response.read().decode()


def test_root_tells_the_version(connection: HTTPConnection) -> None:
    assert get(connection, "/") == (200, f"hello from version {server.VERSION}\n")


def test_health_is_ok(connection: HTTPConnection) -> None:
    assert get(connection, "/health") == (200, "ok\n")


def test_other_paths_are_not_found(connection: HTTPConnection) -> None:
    assert get(connection, "/nowhere") == (404, "not found\n")


def test_a_connection_serves_many_requests(connection: HTTPConnection) -> None:
    assert [get(connection, "/health")[0] for _ in range(3)] == [200, 200, 200]
