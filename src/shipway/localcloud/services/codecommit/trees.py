"""Trees of a repository, read and written without a working copy."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from shipway.localcloud.services.codecommit.git import Git

_NAMES = {"100755": "EXECUTABLE", "100644": "NORMAL", "120000": "SYMLINK"}
MODES = {name: mode for mode, name in _NAMES.items()}


@dataclass(frozen=True)
class TreeEntry:
    """One line of a tree: a file, folder, link or submodule."""

    mode: str
    kind: str
    id: str
    path: str

    @property
    def file_mode(self) -> str:
        """In CodeCommit's words."""
        return _NAMES.get(self.mode, "NORMAL")


def entries(
    git: Git, repository: Path, commit: str, path: str, *, recursive: bool = False
) -> list[TreeEntry]:
    """What stands directly below a folder (empty: the root), or everywhere below it."""
    folder = f"{path.strip('/')}/" if path.strip("/") else ""
    options = ["-r"] if recursive else []
    listing = git.run(
        repository, "ls-tree", "-z", *options, "--full-tree", commit, "--", *([folder] if folder else [])
    )
    return [_entry(line) for line in listing.decode(errors="surrogateescape").split("\0") if line]


def entry(git: Git, repository: Path, commit: str, path: str) -> TreeEntry | None:
    """The entry of exactly that path."""
    listing = git.run(repository, "ls-tree", "-z", "--full-tree", commit, "--", path.strip("/"))
    return next((_entry(line) for line in listing.decode().split("\0") if line), None)


def _entry(line: str) -> TreeEntry:
    head, path = line.split("\t", 1)
    mode, kind, object_id = head.split()
    return TreeEntry(mode, kind, object_id, path)


@dataclass(frozen=True)
class Author:
    """Who makes a commit."""

    name: str
    email: str

    def environment(self) -> dict[str, str]:
        """As git takes it."""
        return {
            f"GIT_{role}_{what}": value
            for role in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", self.name or "unknown"), ("EMAIL", self.email or "unknown"))
        }


@dataclass(frozen=True)
class NewFile:
    """Content that a commit puts at a path; without content only the mode changes."""

    path: str
    content: bytes | None
    mode: str | None = None


def write_tree(
    git: Git, repository: Path, parent: str | None, files: Sequence[NewFile], deleted: Sequence[str]
) -> tuple[str, Mapping[str, str]]:
    """A tree that is the parent's with changes; its id, and the blob of each file written."""
    blobs: dict[str, str] = {}
    with tempfile.TemporaryDirectory(dir=repository) as folder:
        index = {"GIT_INDEX_FILE": os.path.join(folder, "index")}  # noqa: PTH118 - a variable for git

        def run(*arguments: str, stdin: bytes = b"") -> str:
            return git.run(repository, *arguments, stdin=stdin, extra=index).decode().strip()

        if parent is not None:
            run("read-tree", parent)
        for path in deleted:
            run("update-index", "--force-remove", "--", path)
        for file in files:
            before = entry(git, repository, parent, file.path) if parent else None
            mode = MODES[file.mode] if file.mode else before.mode if before else "100644"
            if file.content is not None:
                blobs[file.path] = run("hash-object", "-w", "--stdin", stdin=file.content)
            blob = blobs.get(file.path) or (before.id if before else "")
            run("update-index", "--add", "--cacheinfo", f"{mode},{blob},{file.path}")
            blobs[file.path] = blob
        return run("write-tree"), blobs


def write_commit(
    git: Git, repository: Path, tree: str, *, parent: str | None, message: str, author: Author
) -> str:
    """A commit of a tree; no reference stands on it yet."""
    parents = ["-p", parent] if parent else []
    made = git.run(
        repository, "commit-tree", tree, *parents, stdin=message.encode(), extra=author.environment()
    )
    return made.decode().strip()
