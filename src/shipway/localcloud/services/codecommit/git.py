"""Runs git on bare repositories, shielded from the configuration of this machine's user."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shipway.errors import MissingRequirementError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# No gc or maintenance: they run on in the background after a push and would outlive the cloud.
_CONFIG = {"gc.auto": "0", "receive.autogc": "false", "maintenance.auto": "false", "http.receivepack": "true"}
# A source artifact is the tree as it stands; `export-ignore` is git's idea of a release, not CodePipeline's.
_ATTRIBUTES = "* -export-ignore -export-subst\n"


class GitError(Exception):
    """A git command failed; the message is what git said."""


@dataclass(frozen=True)
class Git:
    """Git for the repositories below one folder.

    Args:
        home: Stands in for the user's home, so that no configuration, hook or template of theirs leaks in.
    """

    home: Path

    def program(self) -> str:
        """The path of git.

        Raises:
            MissingRequirementError: This machine has none.
        """
        found = shutil.which("git")
        if found is None:
            raise MissingRequirementError(
                "CodeCommit needs git, and this machine has none on its PATH",
                remedy="Install git (https://git-scm.com/downloads)",
            )
        return found

    def environment(self) -> dict[str, str]:
        """The variables of a git process."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "LC_ALL": "C",
        }

    def run(
        self, repository: Path, *arguments: str, stdin: bytes = b"", extra: Mapping[str, str] | None = None
    ) -> bytes:
        """The output of ``git ARGUMENTS`` in a bare repository.

        Raises:
            GitError: It failed.
            MissingRequirementError: There is no git.
        """
        done = subprocess.run(
            [self.program(), f"--git-dir={repository}", *arguments],
            input=stdin,
            capture_output=True,
            env={**self.environment(), **(extra or {})},
            check=False,
        )
        if done.returncode != 0:
            raise GitError(done.stderr.decode(errors="replace").strip() or f"git {arguments[0]} failed")
        return done.stdout

    def text(self, repository: Path, *arguments: str) -> str:
        """The output as text without its last line end."""
        return self.run(repository, *arguments).decode(errors="replace").rstrip("\n")

    def create(self, repository: Path) -> None:
        """Make an empty bare repository."""
        self.run(
            repository, "init", "--quiet", "--bare", "--template=", "--initial-branch=main", str(repository)
        )
        for name, value in _CONFIG.items():
            self.run(repository, "config", name, value)
        attributes = repository / "info" / "attributes"
        attributes.parent.mkdir(exist_ok=True)
        attributes.write_text(_ATTRIBUTES, encoding="utf-8")

    def references(self, repository: Path) -> dict[str, str]:
        """Full name of each branch and tag -> the commit it stands on."""
        listing = self.text(
            repository,
            "for-each-ref",
            "--format=%(refname) %(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end)",
            "refs/heads",
            "refs/tags",
        )
        pairs = (line.rpartition(" ") for line in listing.splitlines())
        return {name: commit for name, _, commit in pairs}

    def resolve(self, repository: Path, specifier: str) -> str | None:
        """The commit that a branch, tag, HEAD or id names; None when there is none."""
        try:
            return self.text(
                repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{specifier}^{{commit}}"
            )
        except GitError:
            return None

    def archive(self, repository: Path, commit: str) -> bytes:
        """The tree of a commit as a zip."""
        return self.run(repository, "archive", "--format=zip", commit)
