"""Paths of an image on this machine: a folder plays the root, and nothing leads out of it."""

from __future__ import annotations

import os
from pathlib import Path

_MAX_LINKS = 40  # the kernel's own limit, see path_resolution(7)


class PathEscapeError(Exception):
    """A path that leads out of the image's root, or in circles; the message shows it."""


def inside(root: Path, path: str, *, follow_last: bool = True) -> Path:
    """Where ``path`` of the image lies below ``root``, as a process confined to ``root`` would find it.

    ``..`` stops at the root, an absolute link starts at it. What does not exist is kept as it is named.

    Args:
        root: The folder that plays ``/``.
        path: Absolute or relative to ``/``.
        follow_last: Whether a link in last place is followed.

    Raises:
        PathEscapeError: More than 40 links.
    """
    pending = [part for part in reversed(path.split("/")) if part not in {"", "."}]
    found: list[str] = []
    links = 0
    while pending:
        part = pending.pop()
        if part in {"", "."}:
            continue
        if part == "..":
            found = found[:-1]
            continue
        candidate = root.joinpath(*found, part)
        if (pending or follow_last) and candidate.is_symlink():
            links += 1
            if links > _MAX_LINKS:
                raise PathEscapeError(f"too many levels of symbolic links: {path}")
            target = candidate.readlink().as_posix()
            found = [] if target.startswith("/") else found
            pending += reversed(target.split("/"))
            continue
        found.append(part)
    return root.joinpath(*found)


def confined_target(root: Path, link: Path, target: str) -> str:
    """A relative link target that means on this machine what ``target`` means in the image.

    Args:
        root: The folder that plays ``/``.
        link: Where the link lies; its parent is free of links (see ``inside``).
        target: As the image has it, absolute or relative.
    """
    here = link.parent.relative_to(root).parts
    wanted: list[str] = [] if target.startswith("/") else list(here)
    for part in target.split("/"):
        if part == "..":
            wanted = wanted[:-1]
        elif part not in {"", "."}:
            wanted.append(part)
    return os.path.relpath(Path("/", *wanted), Path("/", *here))
