"""What a template declares beside its resources: parameters, outputs, and what it cannot say twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shipway.model.node import Node, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shipway.model.location import Location
    from shipway.model.value import Many, Value


class Parameter(Node):
    """A parameter of a template."""

    label: ClassVar[str] = "parameter"

    name: str
    type: str
    """String, Number, List<...>, CommaDelimitedList, AWS::SSM::Parameter::Value<...>, ..."""
    default: str | None
    allowed_values: tuple[str, ...]
    allowed_pattern: str
    maximum_length: int | None
    no_echo: bool


class Output(Node):
    """An output of a template."""

    label: ClassVar[str] = "output"

    name: str
    value: Value[str] | None
    export: Value[str] | None
    """The name under which other stacks import it; None when it is not exported."""


class DuplicateKey(Record):
    """A key that stands twice in one mapping: CloudFormation silently keeps the last."""

    key: str
    location: Location


class NestedStack(Record):
    """A template that another one includes."""

    logical_id: str
    template: str


class Stack(Node):
    """One template of the graph."""

    label: ClassVar[str] = "stack"

    name: str
    """The template's file."""
    description: str
    metadata: Mapping[str, object]
    parameters: tuple[Parameter, ...]
    outputs: tuple[Output, ...]
    transforms: Many[Value[str]]
    """Macros, such as AWS::Serverless-2016-10-31: they may add resources that nobody sees here."""
    duplicate_keys: tuple[DuplicateKey, ...]

    def children(self) -> Iterable[Node]:
        """Parameters and outputs."""
        yield from self.parameters
        yield from self.outputs
