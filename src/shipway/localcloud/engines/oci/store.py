"""Images on disk: blobs by digest, names that point to manifests. One file per name, so no lock is needed."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import quote, unquote

from shipway.localcloud.engines.oci.image import Image, digest_of, read_image
from shipway.localcloud.engines.oci.layer import Entry, Packed, pack
from shipway.localcloud.engines.oci.reference import InvalidNameError, parse_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ID_LENGTHS = range(4, 65)  # an abbreviated image id, as Docker accepts it


class UnknownImageError(Exception):
    """No image of that name or id in the store."""


class DigestMismatchError(Exception):
    """Content that is not what its digest promises."""


class Store:
    """Images below one folder; processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._blobs = folder / "blobs"
        self._names = folder / "names"
        self._blobs.mkdir(parents=True, exist_ok=True)
        self._names.mkdir(parents=True, exist_ok=True)

    def has(self, digest: str) -> bool:
        """Whether the blob is here."""
        return self._path(digest).exists()

    def size(self, digest: str) -> int:
        """Bytes of a blob that is here."""
        return self._path(digest).stat().st_size

    def read(self, digest: str) -> bytes:
        """The whole of a blob that is here."""
        return self._path(digest).read_bytes()

    @contextmanager
    def open(self, digest: str) -> Iterator[IO[bytes]]:
        """A blob that is here, for reading."""
        with self._path(digest).open("rb") as blob:
            yield blob

    def add(self, data: bytes) -> str:
        """Keep a blob and return its digest."""
        digest = digest_of(data)
        with self._incoming() as (temporary, place):
            temporary.write(data)
            temporary.flush()
            place.replace(self._path(digest))
        return digest

    def receive(self, digest: str, chunks: Iterable[bytes]) -> None:
        """Keep a blob that arrives in pieces.

        Raises:
            DigestMismatchError: The pieces do not add up to ``digest``; nothing is kept.
        """
        found = hashlib.sha256()
        with self._incoming() as (temporary, place):
            for chunk in chunks:
                found.update(chunk)
                temporary.write(chunk)
            temporary.flush()
            if f"sha256:{found.hexdigest()}" != digest:
                raise DigestMismatchError(f"filesystem layer verification failed for digest {digest}")
            place.replace(self._path(digest))

    def add_layer(self, entries: Iterable[Entry]) -> Packed:
        """Pack ``entries`` and keep the blob."""
        with self._incoming() as (temporary, place):
            packed = pack(entries, temporary)
            temporary.flush()
            place.replace(self._path(packed.digest))
        return packed

    def save(self, image: Image) -> str:
        """Keep configuration and manifest; returns the manifest's digest."""
        self.add(image.config())
        return self.add(image.manifest())

    def load(self, manifest_digest: str) -> Image:
        """The image of a manifest that is here."""
        manifest = self.read(manifest_digest)
        return read_image(manifest, self.read(config_digest(manifest)))

    def tag(self, name: str, manifest_digest: str) -> None:
        """Let ``name`` (canonical, with tag or digest) point to a manifest."""
        with self._incoming() as (temporary, place):
            temporary.write(manifest_digest.encode())
            temporary.flush()
            place.replace(self._names / quote(name, safe=""))

    def names(self) -> dict[str, str]:
        """Every name and the digest of its manifest, sorted by name."""
        return {unquote(path.name): path.read_text() for path in sorted(self._names.iterdir())}

    def find(self, name_or_id: str) -> str:
        """The manifest digest of an image by name, or by (abbreviated) image id.

        Raises:
            UnknownImageError: There is none.
        """
        names = self.names()
        try:
            found = names.get(str(parse_reference(name_or_id).tagged()))
        except InvalidNameError:
            found = None
        wanted = name_or_id.removeprefix("sha256:")
        if found is None and len(wanted) in _ID_LENGTHS:
            by_id = {config_digest(self.read(digest)): digest for digest in names.values()}
            hits = {digest for image_id, digest in by_id.items() if image_id[7:].startswith(wanted)}
            found = hits.pop() if len(hits) == 1 else None
        if found is None:
            raise UnknownImageError(f"No such image: {name_or_id}")
        return found

    def _path(self, digest: str) -> Path:
        return self._blobs / digest.removeprefix("sha256:")

    @contextmanager
    def _incoming(self) -> Iterator[tuple[IO[bytes], Path]]:
        """A file that is gone afterwards unless it was moved: readers never see half a blob."""
        descriptor, name = tempfile.mkstemp(dir=self._blobs.parent, prefix="incoming-")
        try:
            with os.fdopen(descriptor, "wb") as temporary:
                yield temporary, Path(name)
        finally:
            Path(name).unlink(missing_ok=True)


def config_digest(manifest: bytes) -> str:
    """The image id: the digest of the configuration that a manifest names."""
    return str(json.loads(manifest)["config"]["digest"])
