"""From an image and a container definition to a command line of this machine."""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shipway.localcloud.engines.engine import ContainerSpec, ContainerStartError
from shipway.localcloud.engines.oci.rootfs import inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from shipway.localcloud.engines.oci.image import Settings

_DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_SYSTEM_PATH = "/usr/bin:/bin:/usr/sbin:/sbin"  # never a user's own folders
_PYTHON = re.compile(r"python(?:3(?:\.\d+)?)?")
_PYTHON_SCRIPT = re.compile(rb"#![^\n]*\bpython[0-9.]*[^\n]*\n")
_PATH_LISTS = ("PYTHONPATH", "LD_LIBRARY_PATH")


@dataclass(frozen=True)
class Launch:
    """What to start.

    Args:
        arguments: The first is a program of this machine.
        directory: Working directory, below the image's root.
        environment: All of it.
        stop_signal: What asks the program to end.
        is_python: Whether the program is known to be Python, so that its sockets are steered.
    """

    arguments: tuple[str, ...]
    directory: Path
    environment: Mapping[str, str]
    stop_signal: signal.Signals
    is_python: bool


@dataclass(frozen=True)
class Room:
    """The folders of one container.

    Args:
        root: The image's files.
        python: The task's interpreter; may be made later.
        temporary: For TMPDIR.
    """

    root: Path
    python: Path
    temporary: Path


def site_packages(settings: Settings, root: Path) -> tuple[Path, ...]:
    """The image's folders of packages, of whichever Python 3: beside each folder of PATH, and the user's."""
    environment = settings.environment
    prefixes = [posixpath.dirname(place.rstrip("/")) for place in _image_path(environment)]
    found: list[Path] = []
    for prefix in dict.fromkeys((*prefixes, f"{environment.get('HOME', '/root')}/.local")):
        library = inside(root, f"{prefix}/lib")
        if library.is_dir():
            found += sorted(library.glob("python3.*/site-packages"))
    return tuple(dict.fromkeys(found))


def plan_launch(settings: Settings, spec: ContainerSpec, room: Room) -> Launch:
    """The command line, as Docker and ECS put it together.

    Raises:
        ContainerStartError: No command, or a program that neither the image nor this machine has.
    """
    words = _words(settings, spec)
    environment = {**settings.environment, **spec.environment}
    directory = inside(room.root, spec.working_directory or settings.working_directory)
    directory.mkdir(parents=True, exist_ok=True)
    program = _program(words[0], environment, directory, room)
    arguments = (*program, *(_localised(word, room.root) for word in words[1:]))
    return Launch(
        arguments,
        directory,
        _environment(environment, room),
        _stop_signal(settings.stop_signal),
        is_python=program[0] == str(room.python),
    )


def localise_scripts(settings: Settings, room: Room) -> None:
    """Let the image's own commands, e.g. ``gunicorn``, start the task's Python when a shell calls them."""
    for place in _image_path(settings.environment):
        folder = inside(room.root, place)
        for script in folder.iterdir() if folder.is_dir() else ():
            if script.is_file() and not script.is_symlink() and _is_python_script(script):
                content = script.read_bytes()
                script.write_bytes(_PYTHON_SCRIPT.sub(f"#!{room.python}\n".encode(), content, count=1))


def _words(settings: Settings, spec: ContainerSpec) -> tuple[str, ...]:
    entry_point = settings.entry_point if spec.entry_point is None else spec.entry_point
    command = spec.command
    if command is None and spec.entry_point is None:
        command = settings.command
    words = (*(entry_point or ()), *(command or ()))
    if not words:
        raise ContainerStartError(
            "no command specified: neither the image nor the container definition has one"
        )
    return words


def _program(name: str, environment: Mapping[str, str], directory: Path, room: Room) -> tuple[str, ...]:
    """The program and, for a script of the image, its interpreter."""
    if _PYTHON.fullmatch(posixpath.basename(name)):  # even where the image brings one: ours can be steered
        return (str(room.python),)
    candidates: Iterator[str]
    if "/" in name:
        below = posixpath.join("/", directory.relative_to(room.root).as_posix(), name)
        candidates = iter([below])
    else:
        candidates = (posixpath.join(place, name) for place in _image_path(environment))
    for candidate in candidates:
        place = inside(room.root, candidate)
        if place.is_file():
            if not os.access(place, os.X_OK):
                raise ContainerStartError(f'exec: "{name}": permission denied')
            return (str(room.python), str(place)) if _is_python_script(place) else (str(place),)
    found = shutil.which(name, path=_SYSTEM_PATH)
    if found is None:
        where = "no such file or directory" if "/" in name else "executable file not found in $PATH"
        raise ContainerStartError(f'exec: "{name}": {where}')
    return (found,)


def _environment(wanted: Mapping[str, str], room: Room) -> dict[str, str]:
    image_path = [str(inside(room.root, place)) for place in _image_path(wanted)]
    home = inside(room.root, wanted.get("HOME", "/root"))
    home.mkdir(parents=True, exist_ok=True)
    environment = {name: _localised(value, room.root) for name, value in wanted.items()}
    for name in _PATH_LISTS:
        if name in wanted:
            parts = wanted[name].split(":")
            environment[name] = ":".join(_localised(part, room.root) for part in parts)
    path = ":".join([str(room.python.parent), *image_path, _SYSTEM_PATH])
    return {"TMPDIR": str(room.temporary), **environment, "PATH": path, "HOME": str(home)}


def _image_path(environment: Mapping[str, str]) -> list[str]:
    return [place for place in environment.get("PATH", _DEFAULT_PATH).split(":") if place.startswith("/")]


def _localised(word: str, root: Path) -> str:
    """An absolute path of something in the image becomes its path on this machine; ``--x=/path`` too."""
    option, equals, value = word.partition("=") if word.startswith("-") else ("", "", word)
    if not value.startswith("/"):
        return word
    place = inside(root, value)
    return f"{option}{equals}{place}" if place != root and place.exists() else word


def _is_python_script(place: Path) -> bool:
    with place.open("rb") as script:
        return _PYTHON_SCRIPT.match(script.read(256)) is not None


def _stop_signal(name: str) -> signal.Signals:
    if not name:
        return signal.SIGTERM
    try:
        if name.isdigit():
            return signal.Signals(int(name))
        return signal.Signals[name if name.startswith("SIG") else f"SIG{name}"]
    except (ValueError, KeyError) as error:
        raise ContainerStartError(f"invalid stop signal: {name}") from error
