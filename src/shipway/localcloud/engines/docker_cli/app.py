"""The ``docker`` of a build: finds the command, and turns every failure into a sentence and an exit code."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from shipway.localcloud.engines.docker_cli.build import command_build
from shipway.localcloud.engines.docker_cli.buildx import command_buildx
from shipway.localcloud.engines.docker_cli.console import answer, tell
from shipway.localcloud.engines.docker_cli.errors import CommandFailedError
from shipway.localcloud.engines.docker_cli.images import (
    command_images,
    command_inspect,
    command_pull,
    command_push,
    command_tag,
)
from shipway.localcloud.engines.docker_cli.login import command_login, command_logout
from shipway.localcloud.engines.docker_cli.options import Option, UsageError, read_options
from shipway.localcloud.engines.docker_cli.run import command_run
from shipway.localcloud.engines.docker_cli.shop import Shop, open_shop
from shipway.localcloud.engines.docker_cli.template import TemplateError, render
from shipway.localcloud.engines.oci.reference import InvalidNameError
from shipway.localcloud.engines.oci.registry import host_architecture

_NOT_UNDERSTOOD = 125  # Docker's own, for an error of the command itself
_VERSION = "28.0.0"  # whose command line this shim speaks; scripts compare it


def main(folder: str, words: Sequence[str]) -> int:
    """Run one command in the shop of ``folder``; returns its exit code."""
    try:
        return _command(words)(open_shop(Path(folder)))
    except UsageError as error:
        tell(f"docker: {error} (this is Shipway's docker, see its process engine)")
        return _NOT_UNDERSTOOD
    except CommandFailedError as error:
        tell(str(error))
        return error.code
    except (InvalidNameError, TemplateError) as error:
        tell(f"Error: {error}")
        return 1
    except KeyboardInterrupt:
        return 130


def _command(words: Sequence[str]) -> Callable[[Shop], int]:
    if not words:
        raise UsageError("no command")
    first, rest = words[0], words[1:]
    if first in {"--version", "-v"}:
        return lambda _: _say_version()
    if first in {"image", "container", "builder"} and rest:
        group, first, rest = _GROUPS[first], rest[0], rest[1:]
    else:
        group = _COMMANDS
    command = group.get(first)
    if command is None:
        raise UsageError(f"docker {first} is not supported by Shipway's process engine")
    return lambda shop: command(shop, rest)


def _say_version() -> int:
    answer(f"Docker version {_VERSION}, build shipway")
    return 0


def _version(_shop: Shop, words: Sequence[str]) -> int:
    facts = {
        "Version": _VERSION,
        "Os": "linux",
        "Arch": host_architecture(),
        "Engine": "Shipway process engine",
    }
    return _facts(words, {"Client": facts, "Server": facts})


def _info(shop: Shop, words: Sequence[str]) -> int:
    facts = {
        "ServerVersion": _VERSION,
        "Driver": "shipway-process",
        "OperatingSystem": platform.platform(),
        "Architecture": platform.machine(),
        "Images": len(shop.store.names()),
        "Name": platform.node(),
    }
    return _facts(words, facts)


def _facts(words: Sequence[str], facts: dict[str, Any]) -> int:
    template = read_options(words, (Option("format", "f"),)).last("format")
    if template is not None:
        answer(render("{{json .}}" if template == "json" else template, facts))
        return 0
    for name, value in facts.items():
        if isinstance(value, dict):
            answer(f"{name}:")
            for key, item in value.items():
                answer(f" {key}: {item}")
        else:
            answer(f"{name}: {value}")
    return 0


_Command = Callable[[Shop, Sequence[str]], int]
_IMAGE: dict[str, _Command] = {
    "build": command_build,
    "inspect": command_inspect,
    "ls": command_images,
    "list": command_images,
    "pull": command_pull,
    "push": command_push,
    "tag": command_tag,
}
_COMMANDS: dict[str, _Command] = {
    "build": command_build,
    "buildx": command_buildx,
    "images": command_images,
    "info": _info,
    "inspect": command_inspect,
    "login": command_login,
    "logout": command_logout,
    "pull": command_pull,
    "push": command_push,
    "run": command_run,
    "tag": command_tag,
    "version": _version,
}
_GROUPS: dict[str, dict[str, _Command]] = {
    "image": _IMAGE,
    "container": {"run": command_run},
    "builder": {"build": command_build},
}
