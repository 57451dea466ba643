"""Tests of the infrastructure among a project's files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.source_tree import SourceTree

_MARKS = (
    "aws_cdk.assertions",
    "assertions.Template",
    "Template.from_",
    "Template.from",
    "cdk.out",
    ".template.json",
)
_SUFFIXES = ("_test.py", ".test.ts", ".spec.ts", ".test.js", ".spec.js")
_SCRIPTS = (".ts", ".js")


def test_files(sources: SourceTree) -> Iterator[str]:
    """The files whose names say that they hold tests."""
    for path in sources.files():
        name = path.rpartition("/")[2]
        if name.endswith(_SUFFIXES) or (name.startswith("test_") and name.endswith(".py")):
            yield path


def infrastructure_tests(sources: SourceTree) -> dict[str, str]:
    """The test files that look at a synthesized template, with their text."""
    texts = {path: sources.read(path) or "" for path in test_files(sources)}
    return {path: text for path, text in texts.items() if any(mark in text for mark in _MARKS)}


def is_python(path: str) -> bool:
    """Whether a test file can be parsed here; the others are only searched."""
    return not path.endswith(_SCRIPTS)


_CASE = re.compile(r"^\s*(?:it|test)(\.skip|\.todo)?\s*\(\s*([\"'`])(.*?)\2", re.MULTILINE)


def cases_of_script(text: str) -> Iterator[tuple[str, int, str, bool]]:
    """The tests of a TypeScript or JavaScript file: name, line from 0, text, whether it is skipped."""
    found = list(_CASE.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    for match, end in zip(found, ends, strict=True):
        line = text.count("\n", 0, match.start(3))
        yield match[3], line, text[match.start() : end], match[1] is not None
