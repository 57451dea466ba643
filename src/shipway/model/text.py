"""Symbolic strings: what a template says before CloudFormation fills in what only it knows.

``!Sub "arn:aws:s3:::${Bucket}/${Suffix}/*"`` is neither a known string nor an unknown one: its beginning is
known, it holds a resource and a parameter. Names are compared, and permissions matched, on these parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class TokenKind(Enum):
    """What stands behind a placeholder."""

    PARAMETER = "parameter"
    PSEUDO = "pseudo parameter"
    RESOURCE = "resource"
    IMPORT = "import"
    DYNAMIC = "dynamic reference"
    OPAQUE = "expression"


class Token(NamedTuple):
    """A placeholder in a symbolic string. Two equal tokens become the same string when deployed."""

    kind: TokenKind
    name: str
    """Parameter, pseudo parameter, logical id, export name, or the whole expression."""
    attribute: str = ""
    """The attribute of ``Fn::GetAtt``; empty for ``Ref``."""
    stack: str = ""
    """The template that declares it; empty for what is the same everywhere, such as ``AWS::Region``."""
    value: str | None = None
    """What a parameter stands for in this reading: its default, or the value that a condition asks for."""

    def __str__(self) -> str:
        """The placeholder as ``Fn::Sub`` writes it."""
        if self.kind is TokenKind.DYNAMIC:
            return f"{{{{{self.name}}}}}"
        return f"${{{self.name}.{self.attribute}}}" if self.attribute else f"${{{self.name}}}"


@dataclass(frozen=True, slots=True)
class Text:
    """A string made of literal parts and placeholders; neighbouring literals are joined, none is empty."""

    parts: tuple[str | Token, ...] = ()

    @classmethod
    def of(cls, parts: Iterable[str | Token]) -> Text:
        """A text in normal form."""
        joined: list[str | Token] = []
        for part in parts:
            if not part:
                continue
            if isinstance(part, str) and joined and isinstance(joined[-1], str):
                joined[-1] += part
            else:
                joined.append(part)
        return cls(tuple(joined))

    @property
    def literal(self) -> str | None:
        """The string, where nothing in it depends on anything; otherwise None."""
        match self.parts:
            case ():
                return ""
            case (str() as only,):
                return only
        return None

    @property
    def sole(self) -> Token | None:
        """The placeholder that the text consists of; None when there is more, or none."""
        match self.parts:
            case (Token() as only,):
                return only
        return None

    @property
    def tokens(self) -> Iterator[Token]:
        """The placeholders, in order."""
        return (part for part in self.parts if isinstance(part, Token))

    @property
    def parameters(self) -> tuple[str, ...]:
        """The template parameters that the text depends on, in order."""
        return tuple(token.name for token in self.tokens if token.kind is TokenKind.PARAMETER)

    @property
    def literals(self) -> tuple[str, ...]:
        """The literal parts, in order."""
        return tuple(part for part in self.parts if isinstance(part, str))

    def filled(self) -> Text:
        """The text with every parameter that has a value replaced by it."""
        return Text.of(
            part.value if isinstance(part, Token) and part.value is not None else part for part in self.parts
        )

    def after(self, separator: str) -> Text:
        """What follows the last occurrence of a separator in a literal part; without one, the text."""
        for index in range(len(self.parts) - 1, -1, -1):
            part = self.parts[index]
            if isinstance(part, str) and separator in part:
                return Text.of((part.rpartition(separator)[2], *self.parts[index + 1 :]))
        return self

    def before(self, separator: str) -> Text:
        """What precedes the first occurrence of a separator in a literal part; without one, the text."""
        for index, part in enumerate(self.parts):
            if isinstance(part, str) and separator in part:
                return Text.of((*self.parts[:index], part.partition(separator)[0]))
        return self

    def __contains__(self, needle: str) -> bool:
        """Whether a literal part holds the needle; what placeholders stand for is not looked at."""
        return any(needle in part for part in self.literals)

    def __str__(self) -> str:
        """The text as ``Fn::Sub`` writes it."""
        return "".join(map(str, self.parts))


def without_values(text: Text) -> Text:
    """The text as it stands in the template, whatever its parameters stand for in this reading."""
    return Text(tuple(part._replace(value=None) if isinstance(part, Token) else part for part in text.parts))
