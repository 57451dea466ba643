"""Says hello, and which version says so."""

import logging
import os
import signal
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

VERSION = Path(__file__).with_name("VERSION").read_text(encoding="utf-8").strip()
log = logging.getLogger("hello")


def answer(path: str) -> tuple[HTTPStatus, str]:
    """What a GET of ``path`` gets."""
    match path.partition("?")[0]:
        case "/":
            return HTTPStatus.OK, f"hello from version {VERSION}\n"
        case "/health":
            return HTTPStatus.OK, "ok\n"
        case _:
            return HTTPStatus.NOT_FOUND, "not found\n"


class Handler(BaseHTTPRequestHandler):
    """Answers GET; connections stay open between requests."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Called by http.server."""
        status, text = answer(self.path)
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """One line per request."""
        log.info(format, *args)


class Server(ThreadingHTTPServer):
    """One thread per connection, and a backlog that stands a burst."""

    daemon_threads = True
    request_queue_size = 128


def main() -> None:
    """Serve on every address of the task, on $PORT or 8080, until SIGTERM."""
    # Standard output is where the task's log comes from.
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(message)s")
    port = int(os.environ.get("PORT", "8080"))
    server = Server(("", port), Handler)
    # The first process of a container ignores SIGTERM unless it says otherwise.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    log.info("hello %s listens on port %d", VERSION, port)
    server.serve_forever()


if __name__ == "__main__":
    main()
