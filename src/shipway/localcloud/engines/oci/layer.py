"""A layer: files in, deterministic tar out; and back, safely.

The same files give the same bytes: sorted, no times, no owners (https://reproducible-builds.org/docs/archives/).
"""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import stat
import tarfile
from dataclasses import dataclass
from enum import Enum
from typing import IO, TYPE_CHECKING, Protocol

from shipway.localcloud.engines.oci.rootfs import PathEscapeError, confined_target, inside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"
_FOLDER_MODE = 0o755


@dataclass(frozen=True)
class Entry:
    """One file, folder or link of a layer.

    Args:
        path: In the image, without a leading ``/``.
        source: The file on this machine; ``None`` for a folder or a link.
        link: What a symbolic link points to; empty otherwise.
        mode: Permission bits.
    """

    path: str
    source: Path | None = None
    link: str = ""
    mode: int = _FOLDER_MODE


class Keep(Enum):
    """What becomes of a path of a ``tree``: a folder that stays out may still hold files that do not."""

    ALL = "all"
    CHILDREN_ONLY = "children only"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Packed:
    """A written layer: digest and size of the blob, and the digest of the tar within (``diff_id``)."""

    digest: str
    size: int
    diff_id: str


class _Writable(Protocol):
    def write(self, data: bytes, /) -> int: ...

    def flush(self) -> None: ...


class _Hashing:
    """Passes writes on and hashes them on the way."""

    def __init__(self, target: _Writable) -> None:
        self._target = target
        self.hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self.hash.update(data)
        self.size += len(data)
        self._target.write(data)
        return len(data)

    def flush(self) -> None:
        self._target.flush()


def pack(entries: Iterable[Entry], target: IO[bytes]) -> Packed:
    """Write a gzipped tar of ``entries`` to ``target``; of two entries with one path the later counts."""
    unique = {entry.path: entry for entry in entries}
    blob = _Hashing(target)
    # Level 1: the blob only crosses loopback. No name and no time in the header, for the same digest.
    with gzip.GzipFile(filename="", mode="wb", compresslevel=1, fileobj=blob, mtime=0) as zipped:
        plain = _Hashing(zipped)
        with tarfile.open(fileobj=plain, mode="w|", format=tarfile.PAX_FORMAT) as archive:  # type: ignore[call-overload]  # the same
            for path in sorted(unique):
                _add(archive, unique[path])
    return Packed(f"sha256:{blob.hash.hexdigest()}", blob.size, f"sha256:{plain.hash.hexdigest()}")


def _add(archive: tarfile.TarFile, entry: Entry) -> None:
    info = tarfile.TarInfo(entry.path)
    info.mode = entry.mode
    if entry.link:
        info.type, info.linkname, info.mode = tarfile.SYMTYPE, entry.link, 0o777
        archive.addfile(info)
    elif entry.source is None:
        info.type = tarfile.DIRTYPE
        archive.addfile(info)
    else:
        with entry.source.open("rb") as content:
            info.size = os.fstat(content.fileno()).st_size
            archive.addfile(info, content)


def tree(folder: Path, at: str = "", keep: Callable[[str], Keep] = lambda _: Keep.ALL) -> Iterator[Entry]:
    """Everything below ``folder``, placed at ``at``; sockets, pipes and devices are left out.

    Args:
        folder: On this machine.
        at: Where its content stands in the image.
        keep: Decides by the path below ``folder``, e.g. as a ``.dockerignore`` does.
    """
    pending = [(folder, "")]
    while pending:
        parent, below = pending.pop()
        for item in sorted(parent.iterdir()):
            relative = f"{below}{item.name}"
            decision = keep(relative)
            status = item.lstat()
            if stat.S_ISDIR(status.st_mode) and decision is not Keep.NOTHING:
                pending.append((item, f"{relative}/"))
            if decision is Keep.ALL and (entry := _entry(item, status, f"{at}/{relative}".lstrip("/"))):
                yield entry


def _entry(item: Path, status: os.stat_result, path: str) -> Entry | None:
    mode = stat.S_IMODE(status.st_mode)
    if stat.S_ISLNK(status.st_mode):
        return Entry(path, link=str(item.readlink()))
    if stat.S_ISDIR(status.st_mode):
        return Entry(path, mode=mode)
    return Entry(path, item, mode=mode) if stat.S_ISREG(status.st_mode) else None


def unpack(blob: IO[bytes], root: Path) -> tuple[str, ...]:
    """Apply a layer (tar, gzipped or not) to ``root``; returns the paths that were left out (devices, pipes).

    Nothing is written outside ``root``, whatever the archive says: links are followed within ``root`` only,
    and are stored so that they stay within it.

    Raises:
        PathEscapeError: A member is named with ``..``, or links in circles.
        tarfile.TarError: Not a tar.
    """
    left_out: list[str] = []
    # Seekable input, so that hard links and gzip detection work.
    with tarfile.open(fileobj=blob, mode="r:*") as archive:
        for member in archive:
            if ".." in member.name.split("/") or "\0" in member.name:
                raise PathEscapeError(f"the layer has a path that leads out of the image: {member.name}")
            place = inside(root, member.name, follow_last=False)
            if place == root:
                continue
            if place.name.startswith(_WHITEOUT):
                _white_out(place)
            elif not _place(archive, member, root, place):
                left_out.append(member.name)
    return tuple(left_out)


def _white_out(place: Path) -> None:
    if not place.parent.is_dir():
        return
    if place.name == _OPAQUE:
        for child in place.parent.iterdir():
            _remove(child)
    elif (name := place.name.removeprefix(_WHITEOUT)) not in {"", ".", ".."}:
        _remove(place.with_name(name))


def _place(archive: tarfile.TarFile, member: tarfile.TarInfo, root: Path, place: Path) -> bool:
    if not (member.isdir() or member.isreg() or member.issym() or member.islnk()):
        return False
    _make_parents(root, place)
    if member.isdir():
        if place.is_symlink() or not place.is_dir():
            _remove(place)
            place.mkdir()
        place.chmod((member.mode & 0o777) | stat.S_IRWXU)  # ours to remove again; never setuid
        return True
    if member.issym():
        _remove(place)
        place.symlink_to(confined_target(root, place, member.linkname))
        return True
    if member.islnk():
        original = inside(root, member.linkname)
        if not original.is_file():
            raise PathEscapeError(f"the layer has a hard link to what it lacks: {member.linkname}")
        if original != place:
            _remove(place)
            shutil.copy2(original, place)
        return True
    _remove(place)
    content = archive.extractfile(member)
    with place.open("xb") as target:
        if content is not None:
            shutil.copyfileobj(content, target, 1 << 20)
    place.chmod((member.mode & 0o777) | stat.S_IRUSR | stat.S_IWUSR)
    return True


def _make_parents(root: Path, place: Path) -> None:
    """Folders up to ``place``; a file in the way gives way, as it does in an overlay."""
    current = root
    for part in place.parent.relative_to(root).parts:
        current /= part
        if not current.is_dir():
            _remove(current)
            current.mkdir()


def _remove(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)
