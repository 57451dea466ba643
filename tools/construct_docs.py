"""Writes docs/constructs from docstrings and signatures; a test tells when they drift."""

from __future__ import annotations

import inspect
import re
from enum import Enum
from pathlib import Path
from typing import Any

import shipway.constructs as library

DOCS = Path(__file__).parent.parent / "docs" / "constructs"
NOT_OURS = {"App", "Stack"}
GROUPS = {
    "The whole": ["BlueGreenPipeline", "PromotionPipeline", "ServiceEnvironment", "GitHubDeployRole"],
    "Sources": ["SourceRepository", "ConnectionSource", "BucketSource", "ImageSource"],
    "Build": ["ImageBuild", "BuildSpecification", "BuildChecks", "Severity", "Architecture"],
    "Service": ["BlueGreenService", "BlueGreenBalancer", "Network", "Egress", "Engine"],
    "Release": ["Release", "NativeRelease", "TrafficShift", "ReleaseDashboard"],
    "Around them": [
        "DeliveryPipeline",
        "ArtifactBucket",
        "ImageRegistry",
        "RegistryCredentials",
        "Alerts",
        "Naming",
        "Removal",
    ],
}
FUNCTIONS = ["naming_for", "environment_suffix"]
_SECTION = re.compile(r"^(Args|Attributes|Raises|Returns):$", re.MULTILINE)
_ENTRY = re.compile(r"^    (?P<names>\w+(?:, \w+)*): (?P<text>.*(?:\n     .*)*)", re.MULTILINE)


def pages() -> dict[str, str]:
    """Every page by its file name.

    Raises:
        LookupError: A name that the library offers has no page, or an argument no description.
    """
    listed = {name for names in GROUPS.values() for name in names} | set(FUNCTIONS) | NOT_OURS
    if listed != set(library.__all__):
        raise LookupError(f"not in a group of tools/construct_docs.py: {listed ^ set(library.__all__)}")
    made = {f"{name}.md": _page(name) for names in GROUPS.values() for name in names}
    return {"README.md": _index(), **made}


def _index() -> str:
    lines = ["# Constructs", "", "Generated from docstrings by `python tools/construct_docs.py`."]
    for group, names in GROUPS.items():
        lines += ["", f"## {group}", "", "| | |", "|---|---|"]
        lines += [
            f"| [{name}]({name}.md) | {_cell(_sections(getattr(library, name))[''][0])} |" for name in names
        ]
    lines += ["", "## Functions", "", "| | |", "|---|---|"]
    for name in FUNCTIONS:
        function = getattr(library, name)
        signature = str(inspect.signature(function)).replace("'", "")
        lines.append(f"| `{name}{signature}` | {_cell(_sections(function)[''][0])} |")
    return "\n".join(lines) + "\n"


def _page(name: str) -> str:
    thing = getattr(library, name)
    sections = _sections(thing)
    summary, *rest = sections[""]
    lines = [f"# {name}", "", _plain(summary)]
    for paragraph in rest:
        lines += ["", _plain(paragraph)]
    if issubclass(thing, Enum):
        lines += ["", "## Members", "", *[f"- `{name}.{member.name}`" for member in thing]]
        return "\n".join(lines) + "\n"
    lines += _arguments(thing, sections)
    lines += _entries("Attributes", sections)
    lines += _entries("Errors", sections, "Raises")
    lines += _methods(thing)
    return "\n".join(lines) + "\n"


def _arguments(thing: Any, sections: dict[str, Any]) -> list[str]:
    described = sections.get("Args", {})
    lines = ["", "## Arguments", "", "| name | type | default | |", "|---|---|---|---|"]
    for parameter in list(inspect.signature(thing.__init__).parameters.values())[1:]:
        if parameter.name not in described:
            raise LookupError(f"{thing.__name__}: the argument {parameter.name} has no description")
        default = "required" if parameter.default is parameter.empty else f"`{_default(parameter.default)}`"
        kind = str(parameter.annotation).strip("'").replace("|", "\\|")
        lines.append(f"| `{parameter.name}` | `{kind}` | {default} | {_cell(described[parameter.name])} |")
    return lines


def _default(value: Any) -> str:
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    return "…" if type(value).__name__ == "_HAS_DEFAULT_FACTORY_CLASS" else repr(value)


def _entries(title: str, sections: dict[str, Any], section: str = "") -> list[str]:
    found = sections.get(section or title, {})
    if not found:
        return []
    return [
        "",
        f"## {title}",
        "",
        "| | |",
        "|---|---|",
        *[f"| `{name}` | {_cell(text)} |" for name, text in found.items()],
    ]


def _methods(thing: Any) -> list[str]:
    own = {
        name: member.__func__ if isinstance(member, classmethod) else member
        for name, member in vars(thing).items()
        if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, classmethod))
    }
    if not own:
        return []
    lines = ["", "## Methods", "", "| | |", "|---|---|"]
    for name, method in own.items():
        parameters = ", ".join(list(inspect.signature(method).parameters)[1:])
        lines.append(f"| `{name}({parameters})` | {_cell(_sections(method)[''][0])} |")
    return lines


def _sections(thing: Any) -> dict[str, Any]:
    """A docstring by section: paragraphs before the first one, then entries by name."""
    text = inspect.getdoc(thing) or ""
    head, *parts = _SECTION.split(text)
    found: dict[str, Any] = {"": [part.replace("\n", " ") for part in head.strip().split("\n\n")]}
    for title, body in zip(parts[::2], parts[1::2], strict=True):
        found[title] = {
            name: " ".join(entry["text"].split())
            for entry in _ENTRY.finditer(body)
            for name in ([entry["names"]] if title == "Attributes" else entry["names"].split(", "))
        }
    return found


def _plain(text: str) -> str:
    return text.replace("``", "`")


def _cell(text: str) -> str:
    return _plain(text).replace("|", "\\|")


def write() -> None:
    """Writes every page and removes those of constructs that are no more."""
    DOCS.mkdir(exist_ok=True)
    wanted = pages()
    for path in DOCS.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, content in wanted.items():
        (DOCS / name).write_text(content, encoding="utf-8")
    print(f"{len(wanted)} pages in {DOCS.name}")


if __name__ == "__main__":
    write()
