import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))

import server


@pytest.fixture
def address():
    running = server.Server(("127.0.0.1", 0), server.Handler)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    thread.join()
    running.server_close()


def get(url):
    with urllib.request.urlopen(url, timeout=5) as response:
        return response.status, response.read().decode()


def test_root_tells_the_version(address):
    assert get(f"{address}/") == (200, f"hello from version {server.VERSION}\n")


def test_health_is_ok(address):
    assert get(f"{address}/health") == (200, "ok\n")


def test_other_paths_are_not_found(address):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        get(f"{address}/nowhere")
