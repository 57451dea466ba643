import pytest

from shipway.localcloud.balancer import http1
from shipway.localcloud.balancer.http1 import BadMessageError, Chunks


def test_a_request_without_a_body_can_be_repeated() -> None:
    request = http1.parse_request(b"GET /a?b=c HTTP/1.1\r\nHost: x\r\nX-A: 1\r\n\r\n")
    assert (request.method, request.target, request.get(b"x-a")) == (b"GET", b"/a?b=c", b"1")
    assert request.body.empty
    assert request.repeatable
    assert request.keeps_alive


@pytest.mark.parametrize("head", [b"POST / HTTP/1.1\r\n\r\n", b"PUT / HTTP/1.1\r\nContent-Length: 1\r\n\r\n"])
def test_what_may_do_something_twice_is_not_repeated(head: bytes) -> None:
    assert not http1.parse_request(head).repeatable


@pytest.mark.parametrize(
    ("head", "alive"),
    [
        (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", False),
        (b"GET / HTTP/1.0\r\n\r\n", False),
        (b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", True),
    ],
)
def test_keep_alive(head: bytes, *, alive: bool) -> None:
    assert http1.parse_request(head).keeps_alive is alive


@pytest.mark.parametrize(
    "head",
    [
        b"GET /\r\n\r\n",
        b"GET / HTTP/2\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nName : smuggled\r\n\r\n",
        b"GET / HTTP/1.1\r\nA: 1\r\n folded\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    ],
)
def test_what_two_readers_could_understand_differently_is_refused(head: bytes) -> None:
    with pytest.raises(BadMessageError):
        http1.parse_request(head)


@pytest.mark.parametrize(
    ("head", "method", "length", "alive"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", b"GET", 5, True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", b"HEAD", 0, True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b"GET", 0, False),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"GET", None, False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n", b"GET", 5, False),
    ],
)
def test_where_a_response_ends(head: bytes, method: bytes, length: int | None, *, alive: bool) -> None:
    response = http1.parse_response(head, method)
    assert response.body.length == length
    if length != 0:
        assert response.keeps_alive is alive


def test_headers_of_the_connection_are_not_passed_on() -> None:
    headers = [(b"connection", b"close, X-Hop"), (b"x-hop", b"1"), (b"te", b"x"), (b"x-end", b"2")]
    assert http1.end_to_end(headers) == [(b"x-end", b"2")]


@pytest.mark.parametrize("step", [1, 2, 7, 1000])
def test_the_end_of_a_chunked_body_is_found_however_it_arrives(step: int) -> None:
    body = b"4;name=value\r\nWiki\r\n5\r\npedia\r\n0\r\nTrailer: x\r\n\r\n"
    stream = body + b"GET / HTTP/1.1"
    chunks, taken = Chunks(), b""
    for start in range(0, len(stream), step):
        if chunks.done:
            break
        piece = stream[start : start + step]
        taken += piece[: chunks.feed(piece)]
    assert chunks.done
    assert taken == body


def test_a_bad_chunk_size_is_refused() -> None:
    with pytest.raises(BadMessageError):
        Chunks().feed(b"xyz\r\n")
