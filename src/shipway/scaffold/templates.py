"""The templates of a project, one for each revision.

A revision that was released does not change any more: a project is brought up to date by comparing what its
own revision makes of it with what the newest does, and every machine must come to the same result. The older
ones are therefore kept here rather than fetched.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TEMPLATES = Path(__file__).with_name("templates")
SOURCE = "shipway:template"  # what a project's answers call the repository of all revisions
_REVISION = re.compile(r"v\d+")
# Nobody's configuration, hooks or signing key takes part.
_CONFIGURATION = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
_AUTHOR = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "shipway"), ("EMAIL", "shipway@localhost"))
}


def revisions(templates: Path = TEMPLATES) -> tuple[str, ...]:
    """The revisions there are, the oldest first: ``v1``, ``v2``, ..."""
    found = [path.name for path in templates.iterdir() if _REVISION.fullmatch(path.name)]
    return tuple(sorted(found, key=lambda name: int(name.removeprefix("v"))))


def make_repository(folder: Path, templates: Path = TEMPLATES) -> Mapping[str, str]:
    """Make a git repository whose tags are the revisions: by these copier tells them apart.

    Args:
        folder: Where it is made; must not exist.
        templates: Where the revisions are.

    Returns:
        Variables for a process in which git finds ``SOURCE`` there.
    """
    _git("init", "--quiet", "--bare", str(folder))
    for revision in revisions(templates):
        at = (f"--git-dir={folder}", f"--work-tree={templates / revision}")
        _git(*at, "add", "--all", "--force")
        _git(*at, "commit", "--quiet", "--allow-empty", f"--message={revision}")
        _git(*at, "tag", revision)
    return {
        **_CONFIGURATION,
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{folder.as_posix()}.insteadOf",
        "GIT_CONFIG_VALUE_0": SOURCE,
    }


def _git(*arguments: str) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(
        ["git", "-c", "core.hooksPath=/dev/null", *arguments],
        env={**inherited, **_CONFIGURATION, **_AUTHOR},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
    )
