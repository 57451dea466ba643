"""What a user names on the command line -> systems: templates that belong together."""

from __future__ import annotations

import os
import re
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from shipway.errors import InputError
from shipway.template.assembly import Assembly, is_assembly
from shipway.template.grouping import content_of, groups, nested_in
from shipway.template.read import STDIN, Template, read_template
from shipway.template.source_tree import DirectoryTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from shipway.model.source_tree import SourceTree

_SUFFIXES = (".yml", ".yaml", ".json", ".template")
_LOOKS_LIKE_A_TEMPLATE = re.compile(rb"""^\s*["']?Resources["']?\s*:""", re.MULTILINE)
_SKIPPED = frozenset({".git", ".venv", "venv", "node_modules", "__pycache__"})


class System(NamedTuple):
    """Templates that belong together, and the project's files."""

    templates: tuple[Template, ...]
    nested: Mapping[tuple[str, str], str]
    """(template, logical id of a nested stack) -> the template that it includes."""
    sources: SourceTree | None = None


def read_systems(paths: Sequence[str], source: str | None = None) -> Iterator[System | InputError]:
    """The systems that paths name, one after the other, so that thousands need no more room than one.

    A path is a template, ``-`` for standard input, a pattern, a cdk.out directory, a CDK project (which is
    synthesized), or a directory that is searched for templates. Templates that import from each other, or
    include each other, are one system; so are the stacks of an assembly. What cannot be read is an error
    among the systems, and the others are read all the same.
    """
    sources = DirectoryTree(Path(source)) if source else None
    files: dict[str, None] = {}
    for path in paths:
        try:
            for found in _expand(path):
                directory = Path(found)
                if found != STDIN and directory.is_dir():
                    yield from _directory(directory, sources, files)
                else:
                    files[found] = None
        except InputError as error:
            yield error
    for group in groups(tuple(files)):
        yield from _loose(group, sources)


def _expand(path: str) -> Iterator[str]:
    if path == STDIN or Path(path).exists() or not has_magic(path):
        yield path
        return
    found = sorted(glob(path, recursive=True))  # noqa: PTH207 -- Path.glob takes no absolute pattern
    if not found:
        raise InputError("the pattern matches no file", value=path)
    yield from found


def _directory(directory: Path, sources: SourceTree | None, files: dict[str, None]) -> Iterator[System]:
    if is_assembly(directory):
        yield _assembly(Assembly.read(directory), sources)
    elif (directory / "cdk.json").is_file():
        yield _assembly(_synthesize(directory), sources or DirectoryTree(directory))
    else:
        found = list(_search(directory))
        if not found:
            raise InputError(
                "no template, no cdk.json and no cdk.out in the directory",
                where=str(directory),
                remedy="Name a template, a CDK project, or the directory that cdk synth wrote",
            )
        files.update(dict.fromkeys(found))


def _search(directory: Path) -> Iterator[str]:
    for top, folders, names in os.walk(directory):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        for name in sorted(names):
            if name.endswith(_SUFFIXES):
                path = Path(top) / name
                if _LOOKS_LIKE_A_TEMPLATE.search(content_of(path)):
                    yield str(path)


def _synthesize(directory: Path) -> Assembly:
    from shipway.template.synth import CdkApp, synthesize  # noqa: PLC0415 -- starts programs; rarely needed

    # Where the CDK CLI would write it, so that findings point at files that are there.
    return synthesize(
        CdkApp.read(directory),
        directory / "cdk.out",
        account=os.environ.get("CDK_DEFAULT_ACCOUNT", "123456789012"),
        region=os.environ.get("CDK_DEFAULT_REGION", "us-east-1"),
    )


def _assembly(assembly: Assembly, sources: SourceTree | None) -> System:
    templates: list[Template] = []
    nested: dict[tuple[str, str], str] = {}
    for stack in assembly.stacks:
        for path in (stack.template_file, *stack.nested):
            template = read_template(path, stack.construct_paths.get(path.name))
            templates.append(template)
            nested.update(nested_in(template, stack))
    return System(tuple(templates), nested, sources)


def _loose(files: Iterable[str], sources: SourceTree | None) -> Iterator[System | InputError]:
    templates: list[Template] = []
    nested: dict[tuple[str, str], str] = {}
    for file in files:
        try:
            template = read_template(file)
        except InputError as error:
            yield error
            continue
        templates.append(template)
        if template.names_others:
            nested.update(nested_in(template))
    if templates:
        yield System(tuple(templates), nested, sources)
