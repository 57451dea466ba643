"""The examples of a rule: templates and files in one text, with the lines on which findings stand.

A text is one template, unless lines such as ``# template: network.yml`` or ``# file: buildspec.yml``
divide it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from shipway.checks.engine import Outcome, run
from shipway.template.build_graph import build_graphs
from shipway.template.read import parse_template
from shipway.template.source_tree import MemoryTree

if TYPE_CHECKING:
    from shipway.checks.rule import Rule

MARK = "# <-"
_DIVIDER = re.compile(r"# (template|file): (\S+)\s*\Z")


class Example(NamedTuple):
    """An example, divided."""

    templates: dict[str, str]
    files: dict[str, str]
    """Files of the source directory; none means that no source directory is given."""
    marks: frozenset[tuple[str, int]]
    """File and line, counted from 1."""


def read_example(text: str) -> Example:
    """The parts of an example."""
    parts: dict[tuple[str, str], list[str]] = {}
    current = ("template", "template.yml")
    for line in text.strip("\n").split("\n"):
        divider = _DIVIDER.match(line)
        if divider:
            current = (divider.group(1), divider.group(2))
            parts[current] = []
        else:
            parts.setdefault(current, []).append(line)
    return Example(
        {name: "\n".join([*lines, ""]) for (kind, name), lines in parts.items() if kind == "template"},
        {name: "\n".join([*lines, ""]) for (kind, name), lines in parts.items() if kind == "file"},
        frozenset(
            (name, number)
            for (_, name), lines in parts.items()
            for number, line in enumerate(lines, 1)
            if line.rstrip().endswith(MARK)
        ),
    )


def check_example(rule: Rule, text: str) -> Outcome:
    """What a rule says about an example."""
    example = read_example(text)
    templates = [parse_template(content, name) for name, content in example.templates.items()]
    sources = MemoryTree(example.files) if example.files else None
    return run(tuple(build_graphs(templates, sources)), (rule,))
