"""``COPY`` and ``ADD``: which files land where."""

from __future__ import annotations

import posixpath
import re
import tarfile
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from shipway.localcloud.engines.dockerfile.ignore import IgnoreRules, path_pattern, read_ignore_rules
from shipway.localcloud.engines.oci.layer import Entry, Keep, tree, unpack
from shipway.localcloud.engines.oci.rootfs import inside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MAGIC = re.compile(r"[*?\[]")
_REMOTE = re.compile(r"(?:https?|git|ssh)://|git@")


class MissingSourceError(Exception):
    """A ``COPY`` of what is not there, or to where it cannot go."""


@dataclass(frozen=True)
class Origin:
    """Where files come from: the build context, or the files of a stage or image."""

    root: Path
    ignored: IgnoreRules = field(default_factory=IgnoreRules)


def build_context(context: Path, dockerfile: Path) -> Origin:
    """The context without what its ignore file names; one beside the Dockerfile goes first."""
    for candidate in (dockerfile.with_name(f"{dockerfile.name}.dockerignore"), context / ".dockerignore"):
        if candidate.is_file():
            return Origin(context, read_ignore_rules(candidate.read_text(encoding="utf-8")))
    return Origin(context)


def is_remote(source: str) -> bool:
    """Whether an ``ADD`` source has to be downloaded."""
    return _REMOTE.match(source) is not None


def copied(origin: Origin, sources: tuple[str, ...], destination: str, target: Path) -> Iterator[Entry]:
    """The entries of a layer for ``COPY sources destination``.

    Args:
        origin: Where the sources are.
        sources: Paths or patterns, from the origin's root.
        destination: Absolute path in the image; with a ``/`` at the end it is a folder.
        target: The image's files so far.

    Raises:
        MissingSourceError: A source that is not there.
    """
    matches = [match for source in sources for match in _matches(origin, source)]
    place = inside(target, destination)
    into_folder = destination.endswith("/") or place.is_dir()
    if len(matches) > 1 and not into_folder:
        raise MissingSourceError(
            "COPY with more than one source file: the destination must be a directory and end with a /"
        )
    base = place.relative_to(target).as_posix()
    base = "" if base == "." else base
    for match in matches:
        item = inside(origin.root, match)
        if item.is_dir():
            if base:
                yield Entry(base)
            yield from tree(item, base, _keep(origin, match))
        else:
            path = f"{base}/{posixpath.basename(match)}".lstrip("/") if into_folder else base
            yield Entry(path, item, mode=item.stat().st_mode & 0o777)


def unpacked_archives(entries: Iterator[Entry], scratch: Path) -> Iterator[Entry]:
    """What ``ADD`` does beyond ``COPY``: a local tar archive is unpacked where it would have been put."""
    for entry in entries:
        if entry.source is None or not tarfile.is_tarfile(entry.source):
            yield entry
            continue
        folder = Path(tempfile.mkdtemp(dir=scratch))
        with entry.source.open("rb") as archive:
            unpack(archive, folder)
        yield from tree(folder, posixpath.dirname(entry.path))


def with_mode(entries: Iterator[Entry], mode: int | None) -> Iterator[Entry]:
    """``--chmod``."""
    for entry in entries:
        yield entry if mode is None or entry.link else replace(entry, mode=mode)


def _matches(origin: Origin, source: str) -> list[str]:
    pattern = posixpath.normpath(posixpath.join("/", source)).lstrip("/")
    if not pattern:
        return [""]
    found = [""]
    for part in pattern.split("/"):
        found = [match for parent in found for match in _step(origin.root, parent, part)]
    wanted = [match for match in found if not origin.ignored.excludes(match) or _may_hold(origin, match)]
    if not wanted:
        because = " (it is excluded by .dockerignore)" if found else ""
        raise MissingSourceError(f'"/{pattern}": not found{because}')
    return wanted


def _may_hold(origin: Origin, match: str) -> bool:
    return origin.ignored.has_exceptions and inside(origin.root, match).is_dir()


def _step(root: Path, parent: str, part: str) -> list[str]:
    folder = inside(root, parent)
    if not _MAGIC.search(part):
        joined = f"{parent}/{part}".lstrip("/")
        return [joined] if inside(root, joined).exists() else []
    glob = path_pattern(part)
    names = sorted(item.name for item in folder.iterdir()) if folder.is_dir() else []
    return [f"{parent}/{name}".lstrip("/") for name in names if glob.fullmatch(name)]


def _keep(origin: Origin, folder: str) -> Callable[[str], Keep]:
    def keep(relative: str) -> Keep:
        if not origin.ignored.excludes(f"{folder}/{relative}".lstrip("/")):
            return Keep.ALL
        return Keep.CHILDREN_ONLY if origin.ignored.has_exceptions else Keep.NOTHING

    return keep
