"""Where a build's commands run: our ``docker`` and ``aws`` on PATH, a HOME of its own."""

from __future__ import annotations

import importlib.util
import json
import os
import shlex
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from shipway.errors import MissingRequirementError
from shipway.localcloud.engines.docker_cli.shop import Shop
from shipway.localcloud.engines.engine import BuildEnvironment, Limit, Registry, Report

if TYPE_CHECKING:
    from collections.abc import Mapping

_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# How this machine reaches package registries: a build needs that, as CodeBuild would need its own.
_PASSED_ON = frozenset({
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE", "AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "TZ", "XDG_CONFIG_DIRS",
})  # fmt: skip


class BuildRoom(BuildEnvironment):
    """See ``BuildEnvironment``.

    Args:
        scratch: An existing folder; the room is a new one in it.
        registry: The emulated ECR.
        python: The interpreter of the builds; its folder goes on PATH.
        report: Receives what the build's ``docker`` does not do for real.

    Raises:
        MissingRequirementError: No git, or no AWS CLI in Shipway's environment.
    """

    def __init__(self, scratch: Path, registry: Registry, python: Path, report: Report) -> None:
        git = shutil.which("git")
        if git is None:
            raise MissingRequirementError("git is not installed", remedy="Install git and try again")
        if importlib.util.find_spec("awscli") is None:
            raise MissingRequirementError(
                "the AWS CLI is not installed, and a buildspec may call it",
                where=sys.prefix,
                remedy="Run: pip install 'shipway[rehearse]'",
            )
        self._folder = Path(tempfile.mkdtemp(dir=scratch, prefix="build-"))
        self._report = report
        self._python = python
        self._shop = Shop(self._folder / "docker", registry, python)
        self._reported = 0
        commands = self._folder / "bin"
        for each in (commands, self.directory, self._folder / "tmp"):
            each.mkdir()
        self._shop.save()
        start = f"import sys; sys.path.insert(0, {_source_folder()!r}); "
        start += "from shipway.localcloud.engines.docker_cli.app import main; "
        start += f"sys.exit(main({str(self._shop.folder)!r}, sys.argv[1:]))"
        _write_command(commands / "docker", [sys.executable, "-I", "-c", start])
        _write_command(commands / "aws", [sys.executable, "-I", "-m", "awscli"])
        (commands / "git").symlink_to(git)

    @property
    def directory(self) -> Path:
        """HOME of the build."""
        return self._folder / "home"

    @property
    def variables(self) -> Mapping[str, str]:
        """See ``BuildEnvironment``."""
        path = [str(self._folder / "bin"), str(self._python.parent), *_tools_path()]
        return {
            **_pip_variables(),
            **{name: value for name, value in os.environ.items() if name.upper() in _PASSED_ON},
            # Whatever proxy there is: the emulated AWS is on this machine.
            **{name: _no_proxy() for name in ("NO_PROXY", "no_proxy")},
            "PATH": ":".join(path),
            "HOME": str(self.directory),
            "TMPDIR": str(self._folder / "tmp"),
            "DOCKER_CONFIG": str(self._shop.folder / "config"),
            "LANG": "C.UTF-8",
        }

    def drain(self) -> None:
        """See ``BuildEnvironment``."""
        if not self._shop.limits.exists():
            return
        lines = self._shop.limits.read_text(encoding="utf-8").splitlines()
        for line in lines[self._reported :]:
            self._report(Limit(**json.loads(line)))
        self._reported = len(lines)

    def close(self) -> None:
        """See ``BuildEnvironment``."""
        self.drain()
        shutil.rmtree(self._folder, ignore_errors=True)


def _write_command(place: Path, command: list[str]) -> None:
    place.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', encoding="utf-8")
    place.chmod(0o755)


def _source_folder() -> str:
    return str(Path(__file__).resolve().parents[3])


def _tools_path() -> list[str]:
    """The user's PATH without Python environments: CodeBuild has not got the user's ``pytest``."""
    folders = [Path(folder) for folder in os.environ.get("PATH", _SYSTEM_PATH).split(os.pathsep) if folder]
    return list(dict.fromkeys(str(folder) for folder in folders if not _is_python_environment(folder)))


def _is_python_environment(folder: Path) -> bool:
    prefix = folder.parent
    is_pyenv = folder.name == "shims" or ".pyenv" in folder.parts
    return is_pyenv or (prefix / "pyvenv.cfg").exists() or (prefix / "conda-meta").exists()


def _pip_variables() -> dict[str, str]:
    """The user's own configuration and cache of pip, though HOME is another."""
    home = Path.home()
    is_mac = sys.platform == "darwin"
    cache = os.environ.get("XDG_CACHE_HOME", str(home / ("Library/Caches" if is_mac else ".cache")))
    settings = Path(os.environ.get("XDG_CONFIG_HOME", home / ".config"))
    folders = (home / "Library/Application Support/pip", settings / "pip", home / ".pip")
    candidates = [folder / "pip.conf" for folder in folders]
    variables = {"PIP_CACHE_DIR": str(Path(cache) / "pip"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    if (found := next((each for each in candidates if each.is_file()), None)) is not None:
        variables["PIP_CONFIG_FILE"] = str(found)
    return {**variables, **{name: value for name, value in os.environ.items() if name.startswith("PIP_")}}


def _no_proxy() -> str:
    given = os.environ.get("NO_PROXY") or os.environ.get("no_proxy")
    return ",".join(filter(None, (given, "127.0.0.1,localhost")))
