"""The part of Go's templates that ``--format`` is used with: fields, ``index``, ``json``, ``len``. Pure."""

from __future__ import annotations

import json
import re
from typing import Any

from shipway.localcloud.engines.docker_cli.options import UsageError

_ACTION = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}", re.DOTALL)
_TOKEN = re.compile(r"\s*(?:(\.[A-Za-z_][\w.]*|\.)|(\"(?:[^\"\\]|\\.)*\")|(\d+)|([A-Za-z]+)|([()|]))")


class TemplateError(Exception):
    """The template asks for what the document does not have; the message is Go's."""


def render(template: str, document: Any) -> str:
    """Fill in the template.

    Raises:
        UsageError: It uses more of Go's templates than this.
        TemplateError: A field or element that does not exist.
    """
    return _ACTION.sub(lambda action: _shown(_Evaluation(action.group(1), document).value()), template)


def _shown(value: Any) -> str:
    match value:
        case None:
            return "<no value>"
        case bool():
            return str(value).lower()
        case list():
            return f"[{' '.join(map(_shown, value))}]"
        case dict():
            pairs = " ".join(f"{key}:{_shown(item)}" for key, item in sorted(value.items()))
            return f"map[{pairs}]"
        case _:
            return str(value)


class _Evaluation:
    def __init__(self, expression: str, document: Any) -> None:
        self._expression = expression
        self._document = document
        self._tokens = self._split(expression)

    def value(self) -> Any:
        value = self._command()
        while self._tokens and self._tokens[0] == "|":
            self._tokens.pop(0)
            value = self._call(self._word(), [value])
        if self._tokens:
            raise self._unsupported()
        return value

    def _split(self, expression: str) -> list[str]:
        tokens: list[str] = []
        at = 0
        while at < len(expression):
            match = _TOKEN.match(expression, at)
            if match is None:
                raise self._unsupported()
            tokens.append(match.group().strip())
            at = match.end()
        return tokens

    def _command(self) -> Any:
        if self._tokens and self._tokens[0].isalpha():
            function = self._word()
            arguments: list[Any] = []
            while self._tokens and self._tokens[0] not in {")", "|"}:
                arguments.append(self._operand())
            return self._call(function, arguments)
        return self._operand()

    def _operand(self) -> Any:
        word = self._word()
        if word == "(":
            value = self._command()
            if self._word() != ")":
                raise self._unsupported()
            return value
        if word.startswith('"'):
            return json.loads(word)
        if word.isdigit():
            return int(word)
        if not word.startswith("."):
            raise self._unsupported()
        value = self._document
        for name in word.strip(".").split(".") if word != "." else ():
            if not isinstance(value, dict) or name not in value:
                raise TemplateError(
                    f'template: :1:2: executing "" at <{word}>: map has no entry for key "{name}"'
                )
            value = value[name]
        return value

    def _call(self, function: str, arguments: list[Any]) -> Any:
        match function, arguments:
            case "json", [value]:
                return json.dumps(value, separators=(",", ":"))
            case "len", [value]:
                return len(value)
            case "index", [value, *keys]:
                for key in keys:
                    try:
                        value = value[key]
                    except (LookupError, TypeError) as error:
                        raise TemplateError(
                            f'template: :1:2: executing "" at <{self._expression}>: '
                            f"error calling index: index out of range: {key}"
                        ) from error
                return value
            case _:
                raise self._unsupported()

    def _word(self) -> str:
        if not self._tokens:
            raise self._unsupported()
        return self._tokens.pop(0)

    def _unsupported(self) -> UsageError:
        return UsageError(
            f"the template {{{{{self._expression}}}}} is more than Shipway's docker understands"
        )
