"""The commands of a buildspec, read far enough to know which Dockerfile it builds and where it tests.

What hangs on a variable that only the build knows is unknown, and an unknown is never held against anybody.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shipway.template.shell import read_shell

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from shipway.model.build import BuildSpec

_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
# Options of `docker build` whose value is the next word, https://docs.docker.com/reference/cli/docker/buildx/build/
# fmt: off
_DOCKER_VALUES = frozenset([
    "--add-host", "--allow", "--annotation", "--attest", "--build-arg", "--build-context", "--builder",
    "--cache-from", "--cache-to", "--cgroup-parent", "--file", "-f", "--iidfile", "--label",
    "--memory", "-m", "--metadata-file", "--network", "--no-cache-filter", "--output", "-o",
    "--platform", "--progress", "--provenance", "--sbom", "--secret", "--shm-size", "--ssh", "--tag",
    "-t", "--target", "--ulimit",
])
# fmt: on


@dataclass(frozen=True)
class Command:
    """One program with its arguments, and the folder of the sources that it runs in."""

    words: tuple[str, ...]
    folder: str


def commands(spec: BuildSpec) -> tuple[Command, ...]:
    """The commands of all phases in order."""
    variables = {"CODEBUILD_SRC_DIR": "."}
    variables.update((setting.name, setting.value) for setting in spec.env.variables)
    found: list[Command] = []
    folder = "."
    for phase in spec.phases:
        for command in phase.commands:
            for invocation in read_shell(command.text):
                words = tuple(
                    _expand(word, variables) for word in (invocation.program, *invocation.arguments)
                )
                # One shell runs all commands of a 0.2 buildspec, so that `cd` outlives its line.
                if words[0] == "cd":
                    folder = posixpath.normpath(posixpath.join(folder, (*words, ".")[1]))
                elif words[0]:
                    found.append(Command(words, folder))
    return tuple(found)


def dockerfiles(found: Collection[Command]) -> tuple[str, ...]:
    """Paths, from the root of the sources, of the Dockerfiles that are built; unknown ones left out."""
    paths = [path for command in found if (path := _dockerfile(command)) is not None]
    return tuple(dict.fromkeys(path for path in paths if "$" not in path and not path.startswith("..")))


def pytest_folders(found: Collection[Command], files: Collection[str]) -> tuple[str, ...]:
    """The folders, from the root of the sources, in which pytest collects; empty when no command runs it.

    Args:
        found: The build's commands.
        files: Paths of the sources.
    """
    folders = {posixpath.dirname(file) for file in files}
    every = {parent for folder in folders for parent in _parents(folder)}
    collected: list[str] = []
    for command in found:
        if (arguments := _pytest_arguments(command.words)) is None:
            continue
        paths = [posixpath.normpath(posixpath.join(command.folder, word)) for word in arguments]
        given = [path for path in paths if path in every]
        given += [posixpath.dirname(path) for path in paths if path in files]
        collected += given or _where_tests_are(command.folder, files)
    return tuple(dict.fromkeys(collected))


def _expand(word: str, variables: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: variables.get(found[1] or found[2], found[0]), word)


def _dockerfile(command: Command) -> str | None:
    words = command.words
    if words[:2] == ("docker", "build"):
        arguments = words[2:]
    elif words[:3] in {("docker", "buildx", "build"), ("docker", "image", "build")}:
        arguments = words[3:]
    else:
        return None
    file: str | None = None
    context: str | None = None
    rest = iter(arguments)
    for word in rest:
        name, equals, value = word.partition("=")
        if name in _DOCKER_VALUES:
            value = value if equals else next(rest, "")
            file = value if name in {"-f", "--file"} else file
        elif not word.startswith("-"):
            context = word
    if context is None or context == "-" or "://" in context:
        return None
    path = file if file is not None else posixpath.join(context, "Dockerfile")
    return None if path == "-" else posixpath.normpath(posixpath.join(command.folder, path))


def _pytest_arguments(words: tuple[str, ...]) -> tuple[str, ...] | None:
    for position, word in enumerate(words):
        if posixpath.basename(word) in {"pytest", "py.test"}:
            return words[position + 1 :]
    return None


def _where_tests_are(folder: str, files: Collection[str]) -> list[str]:
    inside = "" if folder == "." else folder + "/"
    tests = [
        file
        for file in sorted(files)
        if file.startswith(inside) and re.fullmatch(r"test_.*\.py|.*_test\.py", posixpath.basename(file))
    ]
    return [posixpath.dirname(tests[0]) or "."] if tests else [folder]


def _parents(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield "."
