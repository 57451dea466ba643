"""The words and operators of a shell text: what `shell.py` reads sentences from."""

from __future__ import annotations

import re
from typing import NamedTuple

_VARIABLE = re.compile(r"\$(?:\{[#!]?([A-Za-z_]\w*)|([A-Za-z_]\w*))")
_OPERATOR = re.compile(r"&&|\|\||;;&?|;&|\|&|[;|&()\n]")
_REDIRECTION = re.compile(r"(?:\d*|&)(?:<<<|<<-?|<>|>>|>\||[<>]&|[<>])")
_ENDS_A_WORD = frozenset(" \t\n;|&()<>")


class Token(NamedTuple):
    """A word, an operator or a redirection.

    Attributes:
        text: A word without its quotes; expansions stand as written.
        start: Index in the text.
        end: Index after it.
        line: From 1.
        kind: ``word``, ``operator`` or ``redirection``.
        bare: Whether the word holds no quotes, so that it may be a reserved one.
        variables: Names that it expands.
        substitutions: Shell texts within ``$(...)`` or backticks, each with its line.
        document: What a here-document holds; on its ``<<``.
    """

    text: str
    start: int
    end: int
    line: int
    kind: str = "word"
    bare: bool = True
    variables: frozenset[str] = frozenset()
    substitutions: tuple[tuple[str, int], ...] = ()
    document: str | None = None


def tokenize(text: str, line: int = 1) -> list[Token]:
    """All tokens of a text, comments left out; an unclosed quote ends with the text."""
    tokens: list[Token] = []
    waiting: list[int] = []  # positions of `<<` whose documents begin after this line
    at = 0
    while at < len(text):
        if text[at] in " \t\r":
            at += 1
        elif text.startswith("\\\n", at):
            at, line = at + 2, line + 1
        elif text[at] == "#":
            at = _find(text, "\n", at)
        elif match := _REDIRECTION.match(text, at):
            if match[0].lstrip("0123456789") in {"<<", "<<-"}:
                waiting.append(len(tokens))
            tokens.append(Token(match[0], at, match.end(), line, "redirection"))
            at = match.end()
        elif match := _OPERATOR.match(text, at):
            tokens.append(Token(match[0], at, match.end(), line, "operator"))
            at = match.end()
            if match[0] == "\n":
                line += 1
                for position in waiting:
                    at, line = _read_document(text, at, line, tokens, position)
                waiting = []
        else:
            word = _Word(text, at, line).read()
            tokens.append(word)
            line += text.count("\n", at, word.end)
            at = word.end
    return tokens


def _read_document(text: str, at: int, line: int, tokens: list[Token], position: int) -> tuple[int, int]:
    """Attach the document that begins at `at` to its redirection; where the text goes on."""
    if position + 1 >= len(tokens):
        return at, line
    operator, delimiter = tokens[position], tokens[position + 1].text
    lines: list[str] = []
    while at < len(text):
        end = _find(text, "\n", at)
        content = text[at:end]
        at, line = min(end + 1, len(text)), line + 1
        if (content.lstrip("\t") if operator.text.endswith("-") else content) == delimiter:
            break
        lines.append(content)
    document = "".join(f"{content}\n" for content in lines)
    tokens[position] = Token(
        operator.text, operator.start, operator.end, operator.line, "redirection", document=document
    )
    return at, line


class _Word:
    """Reads one word."""

    def __init__(self, text: str, start: int, line: int) -> None:
        self._text = text
        self._start = start
        self._line = line
        self._at = start
        self._parts: list[str] = []
        self._bare = True
        self._variables: set[str] = set()
        self._substitutions: list[tuple[str, int]] = []

    def read(self) -> Token:
        while self._at < len(self._text) and self._text[self._at] not in _ENDS_A_WORD:
            character = self._text[self._at]
            if character == "'":
                end = _find(self._text, "'", self._at + 1)
                self._quoted(self._text[self._at + 1 : end], end + 1)
            elif character == '"':
                self._bare = False
                self._double_quoted()
            elif character == "\\":
                following = self._text[self._at + 1 : self._at + 2]
                self._quoted("" if following == "\n" else following, self._at + 2)
            elif character in "$`":
                self._expansion()
            else:
                self._parts.append(character)
                self._at += 1
        return Token(
            "".join(self._parts),
            self._start,
            min(self._at, len(self._text)),
            self._line,
            bare=self._bare,
            variables=frozenset(self._variables),
            substitutions=tuple(self._substitutions),
        )

    def _quoted(self, content: str, end: int) -> None:
        self._bare = False
        self._parts.append(content)
        self._at = end

    def _double_quoted(self) -> None:
        self._at += 1
        while self._at < len(self._text) and self._text[self._at] != '"':
            character = self._text[self._at]
            if character == "\\":
                following = self._text[self._at + 1 : self._at + 2]
                kept = following if following in {'"', "\\", "$", "`"} else f"\\{following}"
                self._parts.append("" if following == "\n" else kept)
                self._at += 2
            elif character in "$`":
                self._expansion()
            else:
                self._parts.append(character)
                self._at += 1
        self._at += 1

    def _expansion(self) -> None:
        text, start = self._text, self._at
        if text[start] == "`":
            end = _find(text, "`", start + 1) + 1
            self._substitution(start + 1, end - 1)
        elif text.startswith("$((", start):
            end = _closing(text, start + 2, ")")
        elif text.startswith("$(", start):
            end = _closing(text, start + 2, ")")
            self._substitution(start + 2, end - 1)
        elif text.startswith("${", start):
            end = _closing(text, start + 2, "}")
        else:
            match = _VARIABLE.match(text, start)
            end = match.end() if match else start + 1
        if not text.startswith(("`", "$("), start):
            found = _VARIABLE.finditer(text, start, end)
            self._variables.update(match[1] or match[2] for match in found)
        self._parts.append(text[start:end])
        self._at = end

    def _substitution(self, start: int, end: int) -> None:
        line = self._line + self._text.count("\n", self._start, start)
        self._substitutions.append((self._text[start:end], line))


def _closing(text: str, at: int, closer: str) -> int:
    """The index after the closer of what was opened before `at`, quotes and nesting respected."""
    open_ = [closer]
    while at < len(text) and open_:
        character = text[at]
        if character == "\\":
            at += 1
        elif character == open_[-1]:
            open_.pop()
        elif text.startswith(("$(", "${"), at):
            open_.append(")" if text[at + 1] == "(" else "}")
            at += 1
        elif character == '"':
            open_.append('"')
        elif character == "'" and open_[-1] != '"':
            at = _find(text, "'", at + 1)
        elif character == "(" and open_[-1] == ")":
            open_.append(")")
        at += 1
    return min(at, len(text))


def _find(text: str, wanted: str, at: int) -> int:
    """The index of `wanted` from `at` on; the end of the text when it does not come."""
    found = text.find(wanted, at)
    return found if found >= 0 else len(text)
