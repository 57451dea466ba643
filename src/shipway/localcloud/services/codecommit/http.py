"""Git over HTTP: git's own CGI program behind an ASGI route."""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
import subprocess
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote

from shipway.localcloud import emulator
from shipway.localcloud.asgi import header, read_body, respond

if TYPE_CHECKING:
    from shipway.localcloud.asgi import Receive, Scope, Send
    from shipway.localcloud.kernel import Kernel
    from shipway.localcloud.services.codecommit.repositories import Repositories, Repository
    from shipway.localcloud.wire import Caller

_PATH = re.compile(r"/git/(?:(\d{12})/([a-z0-9-]+)/)?v1/repos/([\w.-]+?)(?:\.git)?(/.*)")
_ARCHIVE = re.compile(r"/git-archive/([\w.-]+)")
_SIGNATURE = re.compile(r"Credential=([^/,\s]+)/\d+/([^/,\s]+)/")
_PUSH = "git-receive-pack"


class GitOverHttp:
    """Two ASGI applications: what git speaks, and the archive of one commit."""

    def __init__(self, repositories: Repositories, kernel: Kernel) -> None:
        self._repositories = repositories
        self._kernel = kernel

    async def git(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer clone, fetch and push; a push raises AWS's event once it is done."""
        match = _PATH.fullmatch(scope["path"])
        if match is None:
            await respond(send, 404, b"not a repository's address\n", content_type="text/plain")
            return
        account, region = match[1] or self._kernel.account, match[2] or self._kernel.region
        repository = self._repositories.find(match[3], account, region)
        if repository is None:
            message = f"repository {match[3]} not found\n".encode()
            await respond(send, 404, message, content_type="text/plain")
            return
        body = await read_body(receive)
        # In a thread: git blocks, and the event of a push may start a pipeline that comes back to us.
        answer = await asyncio.to_thread(self._serve, repository, match[4], scope, body)
        head, _, content = answer.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode("latin-1").split("\r\n") if ": " in line)
        status = int(headers.pop("Status", "200").split()[0])
        content_type = headers.pop("Content-Type", "application/octet-stream")
        await respond(send, status, content, content_type=content_type, headers=headers)

    async def archive(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The zip of a commit, as CodePipeline's source action gets it."""
        await read_body(receive)
        match = _ARCHIVE.fullmatch(unquote(scope["path"]))
        commit = parse_qs(scope["query_string"].decode()).get("commit", [""])[0]
        signature = _SIGNATURE.search(header(scope, "authorization"))
        caller = self._caller(*(signature.groups() if signature else ("", "")))
        repository = self._repositories.find(match[1], caller.account, caller.region) if match else None
        if repository is None:
            await respond(send, 404, b"no such repository\n", content_type="text/plain")
            return
        git = self._repositories.git
        found = await asyncio.to_thread(git.resolve, repository.path, commit)
        if found is None:
            await respond(send, 404, b"no such commit\n", content_type="text/plain")
            return
        content = await asyncio.to_thread(git.archive, repository.path, found)
        await respond(send, 200, content, content_type="application/zip", headers={"x-commit-id": found})

    def _serve(self, repository: Repository, path: str, scope: Scope, body: bytes) -> bytes:
        if scope["method"] == "POST" and path == f"/{_PUSH}":
            user = _user(header(scope, "authorization"))
            # `git-remote-codecommit` and the credential helper send ACCESS_KEY%SESSION_TOKEN.
            caller = self._caller(user.partition("%")[0], repository.region)
            with self._repositories.changing(repository, caller.principal_arn):
                return self._backend(repository, path, scope, body)
        return self._backend(repository, path, scope, body)

    def _backend(self, repository: Repository, path: str, scope: Scope, body: bytes) -> bytes:
        git = self._repositories.git
        variables = {
            **git.environment(),
            "GIT_PROJECT_ROOT": str(self._repositories.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": f"/{repository.path.name}{path}",
            "QUERY_STRING": scope["query_string"].decode("latin-1"),
            "REQUEST_METHOD": scope["method"],
            "CONTENT_TYPE": header(scope, "content-type"),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": header(scope, "content-encoding"),
            "GIT_PROTOCOL": header(scope, "git-protocol"),
            "REMOTE_ADDR": "127.0.0.1",
        }
        done = subprocess.run(
            [git.program(), "http-backend"], input=body, capture_output=True, env=variables, check=False
        )
        return done.stdout or b"Status: 500 git failed\r\nContent-Type: text/plain\r\n\r\n" + done.stderr

    def _caller(self, access_key: str, region: str) -> Caller:
        return emulator.caller_of(access_key or self._kernel.account, region or self._kernel.region)


def _user(authorization: str) -> str:
    """The user name of basic authentication; empty without it."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(token).decode(errors="replace").partition(":")[0]
    except binascii.Error:
        return ""
