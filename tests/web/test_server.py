"""What the server of a live page gives to whom, and that it is gone afterwards."""

import http.client
import json
import socket
import threading
from dataclasses import replace

import pytest

from shipway.errors import MissingRequirementError
from shipway.rehearsal.events import MailArrived
from shipway.views.web.server import WebView


@pytest.fixture
def view(story):
    with WebView(now=lambda: story[0].at + 2.0) as view:
        for envelope in story[:12]:
            view(envelope)
        yield view


def port_of(view: WebView) -> int:
    return int(view.url.rstrip("/").rpartition(":")[2])


@pytest.fixture
def connect():
    """Opens connections, and closes them at the end."""
    connections = []

    def to(view: WebView) -> http.client.HTTPConnection:
        connections.append(http.client.HTTPConnection("127.0.0.1", port_of(view), timeout=30))
        return connections[-1]

    yield to
    for connection in connections:
        connection.close()


def ask(connection, path="/", method="GET", **headers):
    connection.request(method, path, headers=headers)
    return connection.getresponse()


def message(answer) -> tuple[str, str]:
    """The next server-sent event: its name and its data."""
    fields = {"event": "message"}
    while line := answer.readline().decode().rstrip("\n"):
        name, _, value = line.partition(":")
        fields[name] = value.strip()
    return fields["event"], fields["data"]


def test_it_listens_on_this_machine_only(view):
    assert view.url == f"http://127.0.0.1:{port_of(view)}/"
    assert view._socket.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1.evil.example:{port}", ""])
@pytest.mark.parametrize("path", ["/", "/events", "/nothing"])
def test_a_host_that_only_resolves_to_this_machine_gets_nothing(view, connect, host, path):
    answer = ask(connect(view), path, Host=host.format(port=port_of(view)))
    assert answer.status == 421
    assert b"commit" not in answer.read()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_gets_the_page_and_no_other_origin_may_read_or_frame_it(view, connect, host):
    answer = ask(connect(view), Host=f"{host}:{port_of(view)}", Origin="http://evil.example")
    assert answer.status == 200
    assert "frame-ancestors 'none'" in answer.getheader("Content-Security-Policy")
    assert answer.getheader("Cross-Origin-Resource-Policy") == "same-origin"
    assert answer.getheader("X-Content-Type-Options") == "nosniff"
    assert not [name for name, _ in answer.getheaders() if name.lower().startswith("access-control")]
    assert "commit" in answer.read().decode()


def test_nothing_can_be_changed(view, connect):
    assert ask(connect(view), method="POST").status == 405


def test_a_late_visitor_gets_the_whole_state_then_what_follows_then_the_end(story, connect):
    view = WebView(now=lambda: story[0].at + 2.0)
    with view:
        for envelope in story[:12]:
            view(envelope)
        answer = ask(connect(view), "/events")
        kind, text = message(answer)
        state = json.loads(text)
        assert (kind, state["now"], state["outcome"]["text"]) == ("message", 2.0, "release")
        assert [step["state"] for step in state["steps"]][2] == "done"
        for envelope in story[12:]:
            view(envelope)
    kind, text = message(answer)
    while json.loads(text)["outcome"]["state"] != "failed":
        kind, text = message(answer)
    assert kind == "message"
    assert message(answer) == ("over", "")
    assert answer.read() == b""


def test_a_browser_that_does_not_read_holds_nobody_up(story):
    more_than_any_buffer_holds = "text " * 4_000_000
    with socket.socket() as sleepy, WebView() as view:
        view(story[0])
        view(replace(story[1], event=MailArrived("1", "a@b", "long", more_than_any_buffer_holds)))
        sleepy.connect(("127.0.0.1", port_of(view)))
        sleepy.sendall(f"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{port_of(view)}\r\n\r\n".encode())
        assert sleepy.recv(1)
        for envelope in story[2:]:
            view(envelope)
    assert "web view" not in {thread.name for thread in threading.enumerate()}


def test_nothing_is_left_when_it_ends(story):
    with WebView() as view:
        view(story[0])
    assert "web view" not in {thread.name for thread in threading.enumerate()}
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port_of(view)))


def test_a_port_in_use_is_refused(view):
    with pytest.raises(MissingRequirementError, match="--web-port"):
        WebView(port_of(view))
