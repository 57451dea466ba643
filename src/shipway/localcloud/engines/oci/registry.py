"""A client of the OCI distribution API, for the emulated ECR.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
"""

from __future__ import annotations

import base64
import http.client
import json
import platform
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Self
from urllib.parse import quote, urlsplit

from shipway.localcloud.engines.oci.image import DOCKER_INDEX, DOCKER_MANIFEST, INDEX, MANIFEST, digest_of
from shipway.localcloud.engines.oci.store import config_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from shipway.localcloud.engines.engine import Credentials, Registry
    from shipway.localcloud.engines.oci.reference import Reference
    from shipway.localcloud.engines.oci.store import Store

_TIMEOUT_SECONDS = 60
_CHUNK = 1 << 20
Body = bytes | IO[bytes]
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def host_architecture() -> str:
    """This machine's architecture in OCI's words."""
    machine = platform.machine().lower()
    return _ARCHITECTURES.get(machine, machine)


class RegistryError(Exception):
    """The registry refused; the message is written as ``docker`` writes it, e.g. ``name unknown: ...``."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Pushed:
    """What a push left in the registry."""

    digest: str
    size: int


class RegistryClient:
    """Pushes and pulls images of one registry host, over one connection per call.

    Args:
        registry: Whose ``endpoint`` is spoken to.
        host: The registry's name, sent as ``Host``: it carries the account and the region.
        credentials: Sent as Basic, as ECR wants it; ``None`` asks anonymously.
    """

    def __init__(self, registry: Registry, host: str, credentials: Credentials | None) -> None:
        self._endpoint = urlsplit(registry.endpoint)
        self._host = host
        self._credentials = credentials

    def check(self) -> None:
        """Ask whether the credentials are good; raises ``RegistryError``."""
        with _Session(self._endpoint.netloc, self._headers()) as session:
            session.ask("GET", "/v2/")

    def push(
        self, reference: Reference, store: Store, manifest_digest: str, progress: Callable[[str, str], None]
    ) -> Pushed:
        """Push blobs, then the manifest under the tag; ``progress`` gets (diff id, what happened).

        Raises:
            RegistryError: Unknown repository, immutable tag, denied, ...
        """
        manifest = store.read(manifest_digest)
        image = store.load(manifest_digest)
        base = f"/v2/{reference.repository}"
        with _Session(self._endpoint.netloc, self._headers()) as session:
            for layer in image.layers:
                done = self._push_blob(session, base, store, layer.digest)
                progress(layer.diff_id, "Pushed" if done else "Layer already exists")
            self._push_blob(session, base, store, config_digest(manifest))
            media_type = json.loads(manifest).get("mediaType", MANIFEST)
            target = f"{base}/manifests/{quote(reference.version, safe=':')}"
            session.ask("PUT", target, manifest, {"Content-Type": media_type})
        return Pushed(manifest_digest, len(manifest))

    def pull(self, reference: Reference, store: Store) -> str:
        """Fetch an image into ``store``; returns the digest of its manifest (of this machine's platform).

        Raises:
            RegistryError: Unknown repository or image, denied, ...
            DigestMismatchError: The registry handed out something else than was asked for.
        """
        base = f"/v2/{reference.repository}"
        with _Session(self._endpoint.netloc, self._headers()) as session:
            manifest = self._manifest(session, base, reference.version)
            document = json.loads(manifest)
            for blob in (document["config"], *document["layers"]):
                if not store.has(blob["digest"]):
                    store.receive(blob["digest"], session.stream(f"{base}/blobs/{blob['digest']}"))
        return store.add(manifest)

    def _manifest(self, session: _Session, base: str, version: str) -> bytes:
        accepted = {"Accept": f"{MANIFEST}, {DOCKER_MANIFEST}, {INDEX}, {DOCKER_INDEX}"}
        content = session.ask("GET", f"{base}/manifests/{quote(version, safe=':')}", headers=accepted)
        if version.startswith("sha256:") and digest_of(content) != version:
            raise RegistryError(502, f"manifest verification failed for digest {version}")
        document = json.loads(content)
        if "manifests" not in document:
            return content
        for entry in document["manifests"]:
            if entry.get("platform", {}).get("architecture") == host_architecture():
                return self._manifest(session, base, entry["digest"])
        raise RegistryError(404, f"no matching manifest for linux/{host_architecture()} in the manifest list")

    def _push_blob(self, session: _Session, base: str, store: Store, digest: str) -> bool:
        if session.status("HEAD", f"{base}/blobs/{digest}") == http.client.OK:
            return False
        location = session.location("POST", f"{base}/blobs/uploads/")
        separator = "&" if "?" in location else "?"
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(store.size(digest))}
        with store.open(digest) as blob:  # streamed: a layer may be larger than what memory should hold
            session.ask("PUT", f"{location}{separator}digest={digest}", blob, headers)
        return True

    def _headers(self) -> dict[str, str]:
        headers = {"Host": self._host}
        if self._credentials is not None:
            pair = f"{self._credentials.user}:{self._credentials.password}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        return headers


class _Session:
    """One kept-alive connection; every answer that is not 2xx is a ``RegistryError``."""

    def __init__(self, address: str, headers: Mapping[str, str]) -> None:
        self._connection = http.client.HTTPConnection(address, timeout=_TIMEOUT_SECONDS)
        self._headers = headers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def ask(
        self, method: str, path: str, body: Body = b"", headers: Mapping[str, str] | None = None
    ) -> bytes:
        response = self._send(method, path, body, headers)
        content = response.read()
        _check(response.status, content)
        return content

    def status(self, method: str, path: str) -> int:
        response = self._send(method, path)
        content = response.read()
        if response.status != http.client.NOT_FOUND:
            _check(response.status, content)
        return response.status

    def location(self, method: str, path: str) -> str:
        response = self._send(method, path)
        content = response.read()
        _check(response.status, content)
        parts = urlsplit(response.headers["Location"])
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def stream(self, path: str) -> Iterator[bytes]:
        response = self._send("GET", path)
        if response.status != http.client.OK:
            _check(response.status, response.read())
        while chunk := response.read(_CHUNK):
            yield chunk

    def _send(
        self, method: str, path: str, body: Body = b"", headers: Mapping[str, str] | None = None
    ) -> http.client.HTTPResponse:
        try:
            self._connection.request(method, path, body=body, headers={**self._headers, **(headers or {})})
            return self._connection.getresponse()
        except OSError as error:
            raise RegistryError(503, f"the registry does not answer: {error}") from error


def _check(status: int, content: bytes) -> None:
    if http.client.OK <= status < http.client.MULTIPLE_CHOICES:
        return
    if status == http.client.UNAUTHORIZED:
        raise RegistryError(status, "no basic auth credentials")
    try:
        error = json.loads(content)["errors"][0]
        message = f"{error['code'].lower().replace('_', ' ')}: {error['message']}"
    except (ValueError, LookupError, TypeError, AttributeError):
        message = f"unexpected status {status} from the registry: {content[:200].decode(errors='replace')}"
    raise RegistryError(status, message)
