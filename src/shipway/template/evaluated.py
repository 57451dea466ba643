"""What an evaluated expression says: its string, that there is none, or why it cannot be known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from shipway.model.text import Text, Token, TokenKind
from shipway.model.value import Cause, Known, Unresolved

if TYPE_CHECKING:
    from shipway.model.value import Value


class _Absent:
    """The type of ``ABSENT``."""


ABSENT: Final = _Absent()
"""``AWS::NoValue``: as if the property did not stand there."""


def value_of(evaluated: Any) -> Value[str] | None:
    """The string that an evaluated expression stands for; None where there is none at all."""
    if isinstance(evaluated, Text):
        return _text_value(evaluated)
    if evaluated is ABSENT:
        return None
    if isinstance(evaluated, Unresolved):
        return evaluated
    kind = "a mapping" if isinstance(evaluated, dict) else "a list"
    return Unresolved(f"{kind} stands where a string belongs", Cause.INVALID)


def _text_value(text: Text) -> Value[str]:
    if text.literal is not None:
        return Known(text.literal)
    filled = text.filled()
    if filled.literal is None:
        return Unresolved(*_why(next(filled.tokens)), text)
    if "{{resolve:" in filled.literal:  # put together around a parameter
        return Unresolved(f"{filled.literal} is read at deployment", Cause.DYNAMIC, text)
    return Known(filled.literal, text)


def _why(token: Token) -> tuple[str, Cause]:
    match token.kind:
        case TokenKind.PARAMETER:
            return f"parameter {token.name} has no value before deployment", Cause.PARAMETER
        case TokenKind.IMPORT:
            return f"{token.name} is exported by no given template", Cause.IMPORTED
        case TokenKind.DYNAMIC:
            return f"{token} is read at deployment", Cause.DYNAMIC
        case TokenKind.OPAQUE:
            return f"Shipway does not evaluate {token.name}", Cause.UNSUPPORTED
    return f"{token} is known only once it is deployed", Cause.DEPLOYED
