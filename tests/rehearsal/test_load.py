import asyncio
import threading
import time
from collections.abc import Callable

import pytest
from aiohttp import web

from shipway.rehearsal.load import HttpLoad


class Site:
    """A web server in a thread, whose answer can be changed while it runs."""

    def __init__(self) -> None:
        self.status: dict[str, int] = {}
        self.asked = 0
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        self._ready.wait()

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._ready.set()
        await self._stop.wait()
        await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked += 1
        return web.Response(status=self.status.get(request.path, 200))

    def close(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()


@pytest.fixture
def site():
    site = Site()
    yield site
    site.close()


def wait_until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.01)


def test_every_request_is_counted_once(site):
    load = HttpLoad(rate=400)
    load.begin((site.url + "/",))
    wait_until(lambda: load.counted().sent > 100)
    last = load.end()
    assert last.failed == 0
    assert last.sent == site.asked - 1  # the first one only knocked
    assert load.end() == last


def test_failures_are_counted_by_reason_and_only_after_the_first_good_answer(site):
    site.status["/"] = 503
    load = HttpLoad(rate=200)
    load.begin((site.url + "/",))
    wait_until(lambda: site.asked > 2)
    assert not load.flowing
    assert load.counted().sent == 0
    site.status["/"] = 200
    wait_until(lambda: load.counted().sent > 5)
    site.status["/"] = 502
    wait_until(lambda: load.counted().failed > 5)
    (failure,) = load.end().failures
    assert failure.reason == "HTTP 502"


def test_the_next_address_is_taken_where_the_first_has_no_good_answer(site):
    site.status["/"] = 404
    load = HttpLoad(rate=200)
    load.begin((site.url + "/", site.url + "/health"))
    wait_until(lambda: load.counted().sent > 5)
    assert load.end().failed == 0


def test_a_server_that_goes_away_is_a_failure_with_its_name(site):
    load = HttpLoad(rate=200)
    load.begin((site.url + "/",))
    wait_until(lambda: load.counted().sent > 5)
    site.close()
    wait_until(lambda: load.counted().failed > 5)
    assert "ClientConnectorError" in {failure.reason for failure in load.end().failures}


def test_a_load_that_never_began_can_be_ended():
    assert HttpLoad().end().sent == 0
