"""Templates -> graphs: one graph per reading of everything that belongs together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shipway.model.declarations import DuplicateKey, Output, Parameter, Stack
from shipway.model.graph import PipelineGraph
from shipway.model.location import Location
from shipway.model.text import Text
from shipway.template.conditions import decide
from shipway.template.cursor import Cursor
from shipway.template.intrinsics import evaluate
from shipway.template.readings import MAX_READINGS, Reading, readings_of
from shipway.template.resources import parse_resource
from shipway.template.scope import Scope
from shipway.template.steady import steady_resources

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shipway.model.resource import Resource
    from shipway.model.source_tree import SourceTree
    from shipway.template.read import Template


def build_graphs(
    templates: Sequence[Template],
    sources: SourceTree | None = None,
    nested: Mapping[tuple[str, str], str] | None = None,
) -> Iterator[PipelineGraph]:
    """The graph of templates that belong together, once per reading; the defaults' reading comes first.

    Args:
        templates: They see each other's exports; their names must differ.
        sources: The project's files, when they were given.
        nested: (template, logical id of a nested stack) -> the template that it includes.
    """
    readings = _readings(templates)
    # Templates that import from each other hand on what varies: only one by itself is known to be steady.
    alone = len(templates) == 1 and len(readings) > 1
    steady: dict[str, Resource | None] = dict.fromkeys(
        steady_resources(templates[0], readings) if alone else ()
    )
    for reading in readings:
        neighbourhood = _Neighbourhood(templates, reading, nested or {})
        yield PipelineGraph(
            [_stack(scope) for scope in neighbourhood.scopes.values()],
            [
                resource
                for scope in neighbourhood.scopes.values()
                for resource in _resources(scope, sources, steady)
            ],
            sources,
            reading.words,
        )


def _readings(templates: Sequence[Template]) -> list[Reading]:
    readings: dict[str, Reading] = {}
    for template in templates:
        for reading in readings_of(template):
            # The first reading of each template changes nothing: together they are one.
            readings.setdefault(reading.words, reading)
    return list(readings.values())[:MAX_READINGS]


class _Neighbourhood:
    """The scopes of templates that name each other."""

    def __init__(
        self, templates: Sequence[Template], reading: Reading, nested: Mapping[tuple[str, str], str]
    ) -> None:
        self.nested = nested
        self.parents = {child: parent for parent, child in nested.items()}
        alone = len(templates) == 1
        self.scopes = {
            template.name: Scope(template, reading.values, None if alone else self) for template in templates
        }
        self._exports: dict[Text, tuple[str, str]] | None = None
        self._open: set[tuple[str, ...]] = set()

    def exported(self, name: Text) -> Any | None:
        if self._exports is None:
            self._exports = {}
            for scope in self.scopes.values():
                for key, output in scope.template.section("Outputs").items():
                    export = output.get("Export") if isinstance(output, dict) else None
                    if isinstance(export, dict) and "Name" in export:
                        exported = evaluate(export["Name"], scope)
                        if isinstance(exported, Text):
                            self._exports.setdefault(exported.filled(), (scope.stack, key))
        found = self._exports.get(name.filled())
        return self._output(*found) if found else None

    def output_of(self, stack: str, logical_id: str, output: str) -> Any | None:
        child = self.nested.get((stack, logical_id))
        return self._output(child, output) if child in self.scopes else None

    def passed_to(self, stack: str, parameter: str) -> Any | None:
        parent = self.parents.get(stack)
        if parent is None or parent[0] not in self.scopes:
            return None
        scope = self.scopes[parent[0]]
        passed = Cursor(scope.resources.get(parent[1]), Location(scope.template), scope).child(
            "Properties", "Parameters", parameter
        )
        return self._once((stack, parameter), passed) if passed.present else None

    def _output(self, stack: str, output: str) -> Any | None:
        scope = self.scopes[stack]
        declared = scope.template.section("Outputs").get(output)
        if not isinstance(declared, dict) or "Value" not in declared:
            return None
        return self._once(
            (stack, "Outputs", output), Cursor(declared["Value"], Location(scope.template), scope)
        )

    def _once(self, key: tuple[str, ...], cursor: Cursor) -> Any | None:
        """The value at a place; None when evaluating it leads back to itself."""
        if key in self._open:
            return None
        self._open.add(key)
        try:
            return cursor.evaluated()
        finally:
            self._open.discard(key)


def _resources(
    scope: Scope, sources: SourceTree | None, steady: dict[str, Resource | None]
) -> Iterator[Resource]:
    """The resources that exist in a reading; those that are steady are parsed in the first that has them."""
    for logical_id, raw in scope.resources.items():
        if not isinstance(raw, dict):
            continue
        condition = raw.get("Condition")
        if isinstance(condition, str) and decide(condition, scope) is False:
            continue
        resource = steady.get(logical_id)
        if resource is None:
            location = Location(scope.template, ("Resources", logical_id))
            resource = parse_resource(Cursor(raw, location, scope), sources)
            if logical_id in steady:
                steady[logical_id] = resource
        yield resource


def _stack(scope: Scope) -> Stack:
    top = Cursor(scope.template.data, Location(scope.template), scope)
    return Stack(
        location=top.location,
        name=scope.stack,
        description=_plain(top.child("Description").raw),
        metadata=scope.template.section("Metadata"),
        parameters=tuple(_parameter(name, each) for name, each in top.entries("Parameters")),
        outputs=tuple(_output(name, each) for name, each in top.entries("Outputs")),
        transforms=top.texts("Transform"),
        duplicate_keys=tuple(
            DuplicateKey(key=str(path[-1]), location=Location(scope.template, path))
            for path in scope.template.duplicates
        ),
    )


def _parameter(name: str, cursor: Cursor) -> Parameter:
    default, maximum = cursor.child("Default").raw, cursor.child("MaxLength").raw
    allowed = cursor.child("AllowedValues").raw
    return Parameter(
        location=cursor.location,
        name=name,
        type=_plain(cursor.child("Type").raw),
        default=_written(default) if cursor.has("Default") else None,
        allowed_values=tuple(_written(each) for each in allowed) if isinstance(allowed, list) else (),
        allowed_pattern=_plain(cursor.child("AllowedPattern").raw),
        maximum_length=int(maximum) if str(maximum).isdecimal() else None,
        no_echo=_written(cursor.child("NoEcho").raw) == "true",
    )


def _output(name: str, cursor: Cursor) -> Output:
    return Output(
        location=cursor.location, name=name, value=cursor.text("Value"), export=cursor.text("Export", "Name")
    )


def _plain(raw: object) -> str:
    return raw if isinstance(raw, str) else ""


def _written(raw: object) -> str:
    return str(raw).lower() if isinstance(raw, bool) else str(raw)
