"""The commits that a rehearsal pushes: made in a copy, so that the user's repository stays as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from shipway.errors import InputError, MissingRequirementError
from shipway.rehearsal.ports import StepFailedError

if TYPE_CHECKING:
    from pathlib import Path

    from shipway.rehearsal.drills import Change

# Nobody's configuration, hooks, credentials or signing key takes part; nothing ever asks a question.
_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": "shipway",
    "GIT_AUTHOR_EMAIL": "shipway@localhost",
    "GIT_COMMITTER_NAME": "shipway",
    "GIT_COMMITTER_EMAIL": "shipway@localhost",
}


class GitError(StepFailedError):
    """A git command failed; the text is what git said."""


def require_git() -> None:
    """Make sure that there is a git.

    Raises:
        MissingRequirementError: There is none on PATH.
    """
    if shutil.which("git") is None:
        raise MissingRequirementError(
            "no git",
            where="PATH",
            remedy="Install git: a rehearsal pushes to the pipeline's repository with it",
        )


def project_files(project: Path, scratch: Path) -> tuple[str, ...]:
    """Paths of the files that a commit of the project would hold: tracked or not, ``.gitignore`` honoured.

    Args:
        project: Folder of the project; it need not be a repository.
        scratch: A folder that does not exist yet, below which a repository may be made for a while.

    Raises:
        InputError: The project holds no such file.
    """
    listing = ("ls-files", "--cached", "--others", "--exclude-standard", "-z")
    try:
        listed = _git(project, *listing)
    except GitError:  # not inside a repository: ask one that has nothing but this folder as its work tree
        _git(project, "init", "--quiet", "--bare", str(scratch))
        try:
            listed = _git(project, f"--git-dir={scratch}", f"--work-tree={project}", *listing)
        finally:
            shutil.rmtree(scratch)
    files = tuple(
        path
        for path in sorted(set(listed.split("\0")))
        if path and not path.startswith((".shipway/", "cdk.out/")) and (project / path).is_file()
    )
    if not files:
        raise InputError(
            "no file to push",
            where=str(project),
            remedy="Check .gitignore: all files of the project are ignored",
        )
    return files


class WorkingCopy:
    """A clone-like copy of the project's files with a history of its own.

    Args:
        folder: Where it is made; must not exist.
        project: Where the files are copied from.
        files: Their paths.
        branch: The branch that is pushed.
    """

    def __init__(self, folder: Path, project: Path, files: tuple[str, ...], branch: str) -> None:
        self._folder = folder
        self._branch = branch
        folder.mkdir(parents=True)
        for path in files:
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(project / path, target)
        _git(folder, "init", "--quiet", f"--initial-branch={branch}")
        # A file that is tracked although .gitignore names it belongs to the commit as well.
        _git(folder, "add", "--all", "--force")
        self._released = self._commit(f"Release {project.resolve().name}")

    @property
    def released(self) -> str:
        """Id of the commit that holds the project as it is."""
        return self._released

    def commit(self, change: Change) -> str:
        """Commit the project as it is plus ``change``, on top of what was committed before; return its id."""
        _git(self._folder, "read-tree", "-u", "--reset", self._released)
        for path, text in change.writes:
            target = self._folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        for path, text in change.appends:
            with (self._folder / path).open("a", encoding="utf-8") as file:
                file.write(text)
        _git(self._folder, "add", "--all", "--force")
        return self._commit(change.message)

    def push(self, url: str) -> None:
        """Push the branch to ``url``.

        Raises:
            StepFailedError: git could not.
        """
        _git(self._folder, "push", "--quiet", url, f"HEAD:refs/heads/{self._branch}")

    def _commit(self, message: str) -> str:
        _git(self._folder, "commit", "--quiet", "--no-verify", f"--message={message}")
        return _git(self._folder, "rev-parse", "HEAD").strip()


def _git(folder: Path, *arguments: str) -> str:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    # In a session of its own, so that Ctrl-C reaches only us.
    done = subprocess.run(
        ["git", "-c", "core.hooksPath=/dev/null", "-c", "http.proxy=", *arguments],
        cwd=folder,
        env={**inherited, **_ENVIRONMENT},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    if done.returncode != 0:
        raise GitError(f"git {arguments[0]}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout
