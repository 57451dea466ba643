"""What names mean inside one template, in one reading of its parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from shipway.model.text import Text, Token, TokenKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.template.read import Template

OTHER = object()
"""Stands for a parameter's value that is none of those its template compares it with."""

# The same string in every template that is deployed to one account and Region.
_SHARED = frozenset(
    {"AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::URLSuffix", "AWS::NotificationARNs"}
)
_FIXED = {"AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com"}
"""What a pseudo parameter is wherever most people deploy; names in other partitions compare alike."""


class Neighbours(Protocol):
    """The other templates of the same call, as far as one of them can be named from here."""

    def exported(self, name: Text) -> Any | None:
        """What a stack exports under a name, evaluated; None when none of the given ones does."""

    def output_of(self, stack: str, logical_id: str, output: str) -> Any | None:
        """An output of the stack nested under ``logical_id``, evaluated; None when it was not given."""

    def passed_to(self, stack: str, parameter: str) -> Any | None:
        """What a parent passes to a parameter of its nested stack, evaluated; None when it passes nothing."""


class Scope:
    """The parameters, mappings and conditions that expressions in a template refer to."""

    def __init__(
        self,
        template: Template,
        reading: Mapping[str, Any] | None = None,
        neighbours: Neighbours | None = None,
    ) -> None:
        self.template = template
        self.stack = template.name
        self.neighbours = neighbours
        self.reading = reading or {}
        self.resources = template.section("Resources")
        self.mappings = template.section("Mappings")
        self.conditions = template.section("Conditions")
        self.parameters = template.section("Parameters")
        self.decided: dict[str, bool | None] = {}
        """Conditions that were evaluated already; None for those that cannot be."""

    def parameter(self, name: str) -> Text | list[Text] | None:
        """What a parameter stands for; None when the template does not declare it."""
        declared = self.parameters.get(name)
        if not isinstance(declared, dict):
            return None
        passed = self.neighbours.passed_to(self.stack, name) if self.neighbours is not None else None
        if isinstance(passed, (Text, list)):
            return passed
        kind = str(declared.get("Type", "String"))
        value = self.reading.get(name, declared.get("Default"))
        if value is OTHER or value is None or isinstance(value, (dict, list)):
            return Text((Token(TokenKind.PARAMETER, name, stack=self.stack),))
        if kind.startswith("AWS::SSM::Parameter::Value"):
            # The default is the name of a stored parameter, not its value.
            return Text((Token(TokenKind.PARAMETER, name, stack=self.stack),))
        text = _scalar(value)
        if kind == "CommaDelimitedList" or kind.startswith("List<"):
            return [
                Text((Token(TokenKind.PARAMETER, name, str(index), self.stack, item.strip()),))
                for index, item in enumerate(text.split(","))
            ]
        return Text((Token(TokenKind.PARAMETER, name, stack=self.stack, value=text),))

    def pseudo(self, name: str) -> Text:
        """A pseudo parameter such as ``AWS::Region``."""
        value = self.reading.get(name)
        fixed = _FIXED.get(name) if value is None else value
        return Text(
            (
                Token(
                    TokenKind.PSEUDO,
                    name,
                    stack="" if name in _SHARED else self.stack,
                    value=fixed if isinstance(fixed, str) else None,
                ),
            )
        )


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
