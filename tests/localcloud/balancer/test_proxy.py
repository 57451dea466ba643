"""The data plane by itself: real sockets, no control plane."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import http.server
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Self

import pytest

from shipway.localcloud.balancer.balancer import Balancer
from shipway.localcloud.balancer.configuration import (
    Action,
    Condition,
    Configuration,
    FixedResponse,
    Forward,
    Group,
    HealthCheck,
    Listener,
    Redirect,
    Rule,
    Target,
)
from shipway.localcloud.clock import Clock
from shipway.localcloud.ledger import Ledger
from shipway.localcloud.network import Network


@dataclass
class Kernel:
    clock: Clock
    network: Network
    ledger: Ledger


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        program = self.server.program
        if self.path != "/health":
            program.headers.append({key.lower(): value for key, value in self.headers.items()})
        match self.path:
            case "/broken" if program.breaks:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
            case "/chunked":
                self.send_response(200)
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                self.wfile.write(b"3\r\nabc\r\n" * 1000 + b"0\r\n\r\n")
            case "/slow":
                program.hold.wait(10)
                self.answer(program.name.encode())
            case _:
                self.answer(program.name.encode())

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        if self.server.program.breaks_on_post:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        self.answer(str(len(self.rfile.read(int(self.headers["Content-Length"])))).encode())

    def answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None: ...


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, program: Program) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.program = program
        self.connections: list[socket.socket] = []

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self.connections.append(connection)
        return connection, address

    def handle_error(self, *_: Any) -> None: ...


class Program:
    """A target: answers with its name and remembers what it was told."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.breaks = False
        self.breaks_on_post = False
        self.headers: list[dict[str, str]] = []
        self.hold = threading.Event()
        self.hold.set()
        self._server = Server(self)
        self.target = Target("127.0.0.1", self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def kill(self) -> None:
        """Go as a killed process goes: the port is closed, the connections are cut."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._server.server_close()
            for connection in self._server.connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self._thread.join()


class Stand:
    """A balancer with one listener, and what a test does to it."""

    def __init__(self) -> None:
        self.kernel = Kernel(Clock(600), Network(), Ledger())
        self.balancer = Balancer(self.kernel)  # type: ignore[arg-type] # it needs these three parts only
        self.programs: list[Program] = []

    def program(self, name: str, group: str) -> Program:
        program = Program(name)
        self.programs.append(program)
        self.balancer.targets.register(group, program.target)
        return program

    def listen(self, *rules: Rule) -> None:
        listener = Listener("arn:l", "arn:lb", "lb.example.com", 80, "HTTP", "app/lb/1", rules)
        check = HealthCheck(path="/health", interval=60, unhealthy_threshold=2)
        groups = tuple(Group(name, check) for name in ("blue", "green"))
        self.balancer.configure(Configuration((listener,), groups))

    def forward(self, **weights: int) -> None:
        self.listen(rule(Forward(tuple(weights.items()))))

    @property
    def port(self) -> int:
        (endpoint,) = self.balancer.endpoints()
        return int(endpoint["url"].rpartition(":")[2])

    def ask(
        self, path: str = "/", method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(
                method, path, body, {key.replace("_", "-"): value for key, value in headers.items()}
            )
            answer = connection.getresponse()
            return answer.status, answer.read(), {key.lower(): value for key, value in answer.getheaders()}
        finally:
            connection.close()

    def states(self, group: str) -> set[str]:
        return {health.state.value for _, health in self.balancer.targets.describe(group)}


def rule(action: Action, *conditions: Condition) -> Rule:
    return Rule(conditions, action)


@pytest.fixture
def stand() -> Iterator[Stand]:
    stand = Stand()
    yield stand
    stand.kernel.clock.stop()
    stand.balancer.close()
    for program in stand.programs:
        program.kill()


def test_a_request_reaches_a_target_with_what_aws_adds(stand: Stand) -> None:
    blue = stand.program("blue", "blue")
    stand.forward(blue=1)
    status, body, _ = stand.ask(
        "/a?b=c", X_Forwarded_For="203.0.113.7", X_Own="kept", Connection="X-Hop", X_Hop="1"
    )
    assert (status, body) == (200, b"blue")
    (seen,) = blue.headers
    assert seen["x-forwarded-for"] == "203.0.113.7, 127.0.0.1"
    assert (seen["x-forwarded-proto"], seen["x-forwarded-port"]) == ("http", "80")
    assert seen["x-amzn-trace-id"].startswith("Root=1-")
    assert seen["x-own"] == "kept"
    assert "x-hop" not in seen


@pytest.mark.parametrize("size", [0, 10, 1_000_000])
def test_bodies_pass_both_ways(stand: Stand, size: int) -> None:
    stand.program("blue", "blue")
    stand.forward(blue=1)
    assert stand.ask(method="POST", body=b"x" * size)[:2] == (200, str(size).encode())
    assert stand.ask("/chunked")[1] == b"abc" * 1000
    assert stand.ask(method="HEAD")[:2] == (200, b"")


def test_a_connection_carries_many_requests(stand: Stand) -> None:
    stand.program("blue", "blue")
    stand.forward(blue=1)
    connection = http.client.HTTPConnection("127.0.0.1", stand.port, timeout=10)
    for _ in range(5):
        connection.request("GET", "/")
        assert connection.getresponse().read() == b"blue"
    connection.close()


def test_without_a_target_the_answer_is_503(stand: Stand) -> None:
    stand.forward(blue=1)
    status, _, headers = stand.ask()
    assert (status, headers["server"]) == (503, "awselb/2.0")
    stand.forward(blue=0)
    assert stand.ask()[0] == 503


def test_a_target_that_hangs_up_costs_502(stand: Stand) -> None:
    stand.program("blue", "blue").breaks = True
    stand.forward(blue=1)
    assert stand.ask("/broken")[0] == 502


def test_a_request_that_may_be_repeated_is_given_to_another_target(stand: Stand) -> None:
    stand.program("broken", "blue").breaks = True
    stand.program("sound", "blue")
    stand.forward(blue=1)
    assert {stand.ask("/broken")[:2] for _ in range(6)} == {(200, b"sound")}


def test_a_request_that_does_something_is_sent_once(stand: Stand) -> None:
    broken, sound = stand.program("broken", "blue"), stand.program("sound", "blue")
    broken.breaks_on_post, sound.breaks_on_post = True, False
    stand.forward(blue=1)
    statuses = Counter(stand.ask("/", "POST", b"order")[0] for _ in range(2))
    assert statuses == {502: 1, 200: 1}


def test_a_kept_connection_that_the_target_has_closed_costs_nothing(stand: Stand) -> None:
    programs = [stand.program("one", "blue"), stand.program("two", "blue")]
    stand.forward(blue=1)
    assert {stand.ask()[1] for _ in range(4)} == {b"one", b"two"}
    programs[0].kill()
    assert {stand.ask()[:2] for _ in range(4)} == {(200, b"two")}


@pytest.mark.parametrize("raw", [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nX" + b"x" * 70_000])
def test_nonsense_is_refused(stand: Stand, raw: bytes) -> None:
    stand.forward(blue=1)
    with socket.create_connection(("127.0.0.1", stand.port), timeout=10) as connection:
        connection.sendall(raw)
        assert connection.recv(100).split(b" ")[1] in {b"400", b"431"}


def test_rules_fixed_responses_and_redirects(stand: Stand) -> None:
    stand.listen(
        rule(FixedResponse(418, "application/json", "{}"), Condition("path-pattern", ("/tea*",))),
        rule(Redirect(301, protocol="HTTPS", port="443"), Condition("host-header", ("old.example.com",))),
        rule(FixedResponse(404)),
    )
    status, body, headers = stand.ask("/teapot")
    assert (status, body, headers["content-type"]) == (418, b"{}", "application/json")
    status, _, headers = stand.ask("/x?y=1", Host="old.example.com")
    assert (status, headers["location"]) == (301, "https://old.example.com:443/x?y=1")
    assert stand.ask()[0] == 404


def test_an_upgrade_is_refused_and_said(stand: Stand) -> None:
    stand.program("blue", "blue")
    stand.forward(blue=1)
    assert stand.ask(Connection="Upgrade", Upgrade="websocket")[0] == 501
    assert [entry.what for entry in stand.kernel.ledger.entries()] == ["websocket"]


def test_only_healthy_targets_are_asked(stand: Stand, eventually: Callable[..., Any]) -> None:
    stand.program("alive", "blue")
    dead = stand.program("dead", "blue")
    dead.kill()
    stand.forward(blue=1)
    eventually(lambda: "healthy" in stand.states("blue"))
    assert {stand.ask()[1] for _ in range(10)} == {b"alive"}


def test_what_was_begun_ends_while_its_target_drains(stand: Stand) -> None:
    slow = stand.program("slow", "blue")
    stand.forward(blue=1)
    slow.hold.clear()
    answers: list[tuple[int, bytes]] = []
    asking = threading.Thread(target=lambda: answers.append(stand.ask("/slow")[:2]))
    asking.start()
    while not slow.headers:
        time.sleep(0.01)
    stand.balancer.targets.deregister("blue", slow.target, delay=0)
    stand.program("other", "blue")
    assert stand.ask()[1] == b"other"
    assert stand.states("blue") >= {"draining"}
    slow.hold.set()
    asking.join()
    assert answers == [(200, b"slow")]


class Load:
    """Constant load from several keep-alive connections; counts every answer."""

    def __init__(self, port: int, connections: int = 8) -> None:
        self.answers: Counter[str] = Counter()
        self._port = port
        self._stop = False
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run(connections)))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop = True
        self._thread.join()

    async def _run(self, connections: int) -> None:
        await asyncio.gather(*(self._keep_asking() for _ in range(connections)))

    async def _keep_asking(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        while not self._stop:
            try:
                writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                length = int(head.partition("content-length: ")[2].partition("\r")[0])
                body = (await reader.readexactly(length)).decode()
                self.answers[body if " 200 " in head else head.partition("\r")[0]] += 1
            except (OSError, asyncio.IncompleteReadError) as error:
                self.answers[repr(error)] += 1
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.close()


def test_no_request_is_lost_when_traffic_shifts_and_targets_come_go_and_die(
    stand: Stand, eventually: Callable[..., Any]
) -> None:
    blues = [stand.program("blue", "blue") for _ in range(2)]
    for _ in range(2):
        stand.program("green", "green")
    stand.forward(blue=100, green=0)
    eventually(lambda: stand.states("blue") == stand.states("green") == {"healthy"})
    with Load(stand.port) as load:
        for blue, green in ((90, 10), (50, 50), (0, 100), (100, 0)):
            stand.forward(blue=blue, green=green)
            before = load.answers.total()
            eventually(lambda before=before: load.answers.total() > before + 200)
        blues[0].kill()
        eventually(lambda: stand.states("blue") == {"healthy", "unhealthy"})
        stand.balancer.targets.deregister("blue", blues[0].target, delay=0.1)
        stand.forward(blue=0, green=100)
        eventually(lambda: stand.states("blue") == {"healthy"})
    assert set(load.answers) == {"blue", "green"}


def test_a_change_of_weights_is_in_force_when_configure_returns(stand: Stand) -> None:
    stand.program("blue", "blue")
    stand.program("green", "green")
    connection = None
    for weights, expected in (({"blue": 1, "green": 0}, b"blue"), ({"blue": 0, "green": 1}, b"green")) * 5:
        stand.forward(**weights)
        connection = connection or http.client.HTTPConnection("127.0.0.1", stand.port, timeout=10)
        connection.request("GET", "/")
        assert connection.getresponse().read() == expected
    assert connection is not None
    connection.close()


def test_a_listener_that_is_gone_answers_no_more(stand: Stand) -> None:
    stand.forward(blue=1)
    port = stand.port
    stand.balancer.configure(Configuration())
    assert stand.balancer.endpoints() == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)
