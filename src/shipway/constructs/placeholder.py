"""What runs before the first image exists."""

from __future__ import annotations

IMAGE = "public.ecr.aws/docker/library/python:3.12-slim"

# Answers 200 on every path. SIGTERM is handled because the first process of a container ignores it otherwise,
# and a task would take its full stop timeout to go.
_SERVER = """\
import os, signal, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Placeholder(BaseHTTPRequestHandler):
    def answer(self):
        self.send_response(200)
        self.send_header("Content-Length", "12")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(b"placeholder\\n")
    do_GET = do_HEAD = do_POST = answer
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
ThreadingHTTPServer(("", int(os.environ.get("PORT", "{port}"))), Placeholder).serve_forever()
"""


def command(port: int) -> list[str]:
    """The command that serves the placeholder on ``port`` (on ``$PORT`` if that is set)."""
    return ["python3", "-c", _SERVER.replace("{port}", str(port))]
