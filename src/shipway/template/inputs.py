"""What a user names on the command line -> systems: templates that belong together."""

from __future__ import annotations

import os
import re
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from shipway.errors import InputError, ShipwayError
from shipway.template.attempt import attempt
from shipway.template.grouping import content_of, groups, nested_in
from shipway.template.read import STDIN, Template, read_template
from shipway.template.source_tree import DirectoryTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from shipway.model.source_tree import SourceTree
    from shipway.template.assembly import Assembly, Stack

_SUFFIXES = (".yml", ".yaml", ".json", ".template")
_LOOKS_LIKE_A_TEMPLATE = re.compile(rb"""(?:^[ \t]*|[{,]\s{0,99})["']?Resources["']?\s{0,9}:""", re.MULTILINE)
_SKIPPED = frozenset({".git", ".venv", "venv", "node_modules", "__pycache__"})


class System(NamedTuple):
    """Templates that belong together, and the project's files."""

    templates: tuple[Template, ...]
    nested: Mapping[tuple[str, str], str]
    """(template, logical id of a nested stack) -> the template that it includes."""
    sources: SourceTree | None = None


class Unit(NamedTuple):
    """What is to be read as one system: loose files that belong together, or one assembly or CDK project."""

    files: tuple[str, ...] = ()
    directory: str = ""


def find_units(paths: Sequence[str]) -> Iterator[Unit | ShipwayError]:
    """What paths name, without reading any of it for good.

    A path is a template, ``-`` for standard input, a pattern, a cdk.out directory, a CDK project (which will
    be synthesized), or a directory that is searched for templates. Templates that import from each other, or
    include each other, belong together; so do the stacks of an assembly.
    """
    files: dict[str, None] = {}
    for path in paths:
        expanded = attempt(path, _expand, path)
        for found in [expanded] if isinstance(expanded, ShipwayError) else expanded:
            if isinstance(found, ShipwayError):
                yield found
            elif found == STDIN or not Path(found).is_dir():
                files[found] = None
            elif _is_assembly(Path(found)) or (Path(found) / "cdk.json").is_file():
                yield Unit(directory=found)
            else:
                searched = attempt(found, _search, Path(found))
                if isinstance(searched, ShipwayError):
                    yield searched
                else:
                    files.update(dict.fromkeys(searched))
    for group in groups(tuple(files)):
        yield group if isinstance(group, ShipwayError) else Unit(group)


def read_unit(unit: Unit, sources: SourceTree | None = None) -> Iterator[System | ShipwayError]:
    """The system of a unit, after the errors in what could not be read of it.

    Args:
        unit: What is to be read.
        sources: The project's files; those of a CDK project are its own when none are given.
    """
    if not unit.directory:
        yield from _system([(file, None) for file in unit.files], sources)
        return
    directory = Path(unit.directory)
    finished = _is_assembly(directory)
    assembly = attempt(unit.directory, _read_assembly if finished else _synthesize, directory)
    if isinstance(assembly, ShipwayError):
        yield assembly
        return
    parts = [(str(path), stack) for stack in assembly.stacks for path in (stack.template_file, *stack.nested)]
    yield from _system(parts, sources or (None if finished else DirectoryTree(directory)))


def read_systems(paths: Sequence[str], source: str | None = None) -> Iterator[System | ShipwayError]:
    """The systems that paths name, one after the other, so that thousands need no more room than one.

    What cannot be read is an error among the systems, and the others are read all the same.
    """
    sources = source_tree(source)
    for unit in find_units(paths):
        if isinstance(unit, ShipwayError):
            yield unit
        else:
            yield from read_unit(unit, sources)


def source_tree(source: str | None) -> SourceTree | None:
    """The project's files in a directory; None when none is given."""
    return DirectoryTree(Path(source)) if source else None


def _expand(path: str) -> list[str]:
    if path == STDIN or Path(path).exists() or not has_magic(path):
        return [path]
    found = sorted(glob(path, recursive=True))  # noqa: PTH207 -- Path.glob takes no absolute pattern
    if not found:
        raise InputError("the pattern matches no file", value=path)
    return found


def _search(directory: Path) -> list[str]:
    found: list[str] = []
    for top, folders, names in os.walk(directory):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        for name in sorted(names):
            path = Path(top) / name
            if name.endswith(_SUFFIXES) and _LOOKS_LIKE_A_TEMPLATE.search(content_of(path)):
                found.append(str(path))
    if not found:
        raise InputError(
            "no template, no cdk.json and no cdk.out in the directory",
            where=str(directory),
            remedy="Name a template, a CDK project, or the directory that cdk synth wrote",
        )
    return found


def _system(
    parts: Iterable[tuple[str, Stack | None]], sources: SourceTree | None
) -> Iterator[System | ShipwayError]:
    templates: list[Template] = []
    nested: dict[tuple[str, str], str] = {}
    for path, stack in parts:
        part = attempt(path, _part, path, stack)
        if isinstance(part, ShipwayError):
            yield part
        else:
            templates.append(part[0])
            nested.update(part[1])
    if templates:
        yield System(tuple(templates), nested, sources)


def _part(path: str, stack: Stack | None) -> tuple[Template, dict[tuple[str, str], str]]:
    template = read_template(path, stack.construct_paths.get(Path(path).name) if stack else None)
    # A template by itself names others so rarely that it is not searched for it.
    return template, dict(nested_in(template, stack)) if stack or template.names_others else {}


def _is_assembly(directory: Path) -> bool:
    from shipway.template.assembly import is_assembly  # noqa: PLC0415 -- most paths are templates

    return is_assembly(directory)


def _read_assembly(directory: Path) -> Assembly:
    from shipway.template.assembly import Assembly  # noqa: PLC0415 -- most paths are templates

    return Assembly.read(directory)


def _synthesize(directory: Path) -> Assembly:
    from shipway.template.synth import CdkApp, synthesize  # noqa: PLC0415 -- starts programs; rarely needed

    # Where the CDK CLI would write it, so that findings point at files that are there.
    return synthesize(
        CdkApp.read(directory),
        directory / "cdk.out",
        account=os.environ.get("CDK_DEFAULT_ACCOUNT", "123456789012"),
        region=os.environ.get("CDK_DEFAULT_REGION", "us-east-1"),
    )
