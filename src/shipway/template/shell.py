"""A small shell reader: which programs a text runs, with which words, under which conditions.

It reads what build commands look like, tolerates everything else, and never raises: what it cannot
follow (``eval``, aliases, a function's arguments) is simply not among the invocations.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.model.build import Invocation
from shipway.template.shell_words import Token, tokenize

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_DEPTH = 20  # blocks and substitutions within each other; deeper ones are left as text
_MAX_GUARD = 2_000  # characters of a condition; a chain of 10,000 `||` would hold each beginning of itself
_MAX_REFUSED = 50  # branches of an `if` that were not taken, of which a later one knows
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)\+?=(.*)", re.DOTALL)
_EXPORTING = frozenset({"export", "declare", "local", "readonly", "typeset"})
_SEPARATORS = frozenset({";", "&", "\n"})
_PIPES = frozenset({"|", "|&"})
_CLOSING = ("}", "fi", "done", "esac", "then", "do", "else", "elif")
Guards = tuple[str, ...]


def read_shell(text: str) -> tuple[Invocation, ...]:
    """The programs that a shell text runs, in the order in which they are written."""
    found: list[Invocation] = []
    _Reader(text, 1, found, inside=None, depth=0).read_list((), frozenset())
    return tuple(found)


class _Reader:
    """Recursive descent over the tokens of one text; each method reads what its name says."""

    def __init__(
        self, text: str, line: int, found: list[Invocation], *, inside: int | None, depth: int
    ) -> None:
        self._text = text
        self._tokens = tokenize(text, line)
        self._found = found
        self._inside = inside
        self._depth = depth
        self._at = 0
        self._compounds: dict[str, Callable[[Guards], None]] = {
            "(": self._subshell,
            "{": self._group,
            "if": self._if,
            "while": self._loop,
            "until": self._loop,
            "for": self._for,
            "select": self._for,
            "case": self._case,
            "function": self._function,
            **dict.fromkeys(_CLOSING, self._misplaced),
        }

    def read_list(self, guards: Guards, closers: frozenset[str]) -> None:
        """Commands until one of the closing words, which is left for the caller."""
        while (token := self._peek()) is not None:
            if token.bare and token.text in closers:
                return
            before = self._at
            if token.text not in _SEPARATORS:
                self._and_or(guards)
            if self._at == before:
                self._at += 1  # a separator, or a word out of place

    def _and_or(self, guards: Guards) -> None:
        begin = self._at
        condition: Guards = ()
        while True:
            self._pipeline((*guards, *condition))
            operator = self._peek_operator()
            if operator not in {"&&", "||"}:
                return
            left = self._source(begin, self._at)
            condition = (left if operator == "&&" else f"! {left}",)
            self._at += 1
            self._skip_newlines()

    def _pipeline(self, guards: Guards) -> None:
        source = self._command(guards, None)
        while self._peek_operator() in _PIPES:
            self._at += 1
            self._skip_newlines()
            source = self._command(guards, source)

    def _command(self, guards: Guards, reads_from: int | None) -> int | None:
        """One command, simple or compound; the index of the last invocation it added."""
        while (token := self._peek()) is not None and token.bare and token.text == "!":
            self._at += 1
        if token is None:
            return None
        compound = self._compounds.get(token.text) if token.bare and self._depth < _MAX_DEPTH else None
        if compound is None:
            return None if token.kind == "operator" else self._simple(guards, reads_from)
        compound(guards)
        while (token := self._peek()) is not None and token.kind == "redirection":
            self._at += 2  # of the whole compound: `done < file`
        return len(self._found) - 1 if self._found else None

    def _misplaced(self, _guards: Guards) -> None:
        self._at += 1  # a closing word that nothing opened: the text is broken, or cut

    def _function(self, _guards: Guards) -> None:
        self._at += 2  # its body is read as if it ran where it stands

    def _group(self, guards: Guards) -> None:
        self._block(guards, "}")

    def _subshell(self, guards: Guards) -> None:
        self._block(guards, ")")

    def _block(self, guards: Guards, closer: str) -> None:
        self._at += 1
        self._nested(guards, closer)
        self._at += 1

    def _if(self, guards: Guards) -> None:
        refused: Guards = ()
        while (token := self._peek()) is not None and token.text in {"if", "elif"}:
            condition = self._condition((*guards, *refused), "then")
            self._at += 1
            self._nested((*guards, *refused, condition), "elif", "else", "fi")
            refused = (*refused[-_MAX_REFUSED:], f"! {condition}")
        if (token := self._peek()) is not None and token.text == "else":
            self._at += 1
            self._nested((*guards, *refused), "fi")
        self._at += 1

    def _loop(self, guards: Guards) -> None:
        condition = self._condition(guards, "do")
        self._at += 1
        self._nested((*guards, condition), "done")
        self._at += 1

    def _for(self, guards: Guards) -> None:
        head = self._skip_words(guards, "do")
        self._nested((*guards, head), "done")
        self._at += 1

    def _case(self, guards: Guards) -> None:
        head = self._skip_words(guards, "in")
        self._skip_newlines()
        while (token := self._peek()) is not None and token.text != "esac":
            pattern = self._skip_words(guards, ")")
            self._nested((*guards, f"{head} {pattern}"), ";;", ";&", ";;&", "esac")
            if (token := self._peek()) is not None and token.text != "esac":
                self._at += 1
            self._skip_newlines()
        self._at += 1

    def _nested(self, guards: Guards, *closers: str) -> None:
        self._depth += 1
        self.read_list(guards, frozenset(closers))
        self._depth -= 1

    def _condition(self, guards: Guards, closer: str) -> str:
        """The commands between ``if`` or ``while`` and `closer`, which is left; as written."""
        self._at += 1
        begin = self._at
        self._nested(guards, closer)
        return self._source(begin, self._at)

    def _skip_words(self, guards: Guards, last: str) -> str:
        """Step over words up to and including `last`; as written, without it."""
        begin = self._at
        while (token := self._peek()) is not None and token.text != last:
            self._substitutions(token, guards, self._inside)
            self._at += 1
        self._at += 1
        return self._source(begin, self._at - 1)

    def _simple(self, guards: Guards, reads_from: int | None) -> int | None:
        begin = self._at
        while (token := self._peek()) is not None and token.kind != "operator":
            self._at += 1
        tokens = self._tokens[begin : self._at]
        if self._peek_operator() == "(":  # name() { ... }
            self._at += 1
            return None
        words, stdin, written = _redirected(tokens)
        assignments: list[tuple[str, str]] = []
        while words and words[0].kind == "word" and (match := _ASSIGNMENT.fullmatch(words[0].text)):
            assignments.append((match[1], match[2]))
            words = words[1:]
        if not words and not assignments:
            return None
        program, *arguments = [word.text for word in words] or [""]
        if program in _EXPORTING:
            assignments += [(m[1], m[2]) for m in map(_ASSIGNMENT.fullmatch, arguments) if m]
        index = len(self._found)
        self._found.append(
            Invocation(
                program=program,
                arguments=tuple(arguments),
                assignments=tuple(assignments),
                variables=frozenset(name for token in tokens for name in token.variables),
                line=tokens[0].line,
                guards=guards,
                reads_from=reads_from,
                stdin=stdin,
                writes_to=written,
                inside=self._inside,
            )
        )
        for token in tokens:
            self._substitutions(token, guards, index)
        return index

    def _substitutions(self, token: Token, guards: Guards, inside: int | None) -> None:
        if self._depth < _MAX_DEPTH:
            for text, line in token.substitutions:
                nested = _Reader(text, line, self._found, inside=inside, depth=self._depth + 1)
                nested.read_list(guards, frozenset())

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _peek_operator(self) -> str:
        token = self._peek()
        return token.text if token is not None and token.kind == "operator" else ""

    def _skip_newlines(self) -> None:
        while self._peek_operator() == "\n":
            self._at += 1

    def _source(self, begin: int, end: int) -> str:
        """The text of the tokens from `begin` to before `end`, as written."""
        end = min(end, len(self._tokens))
        if begin >= end:
            return ""
        start = self._tokens[begin].start
        return self._text[start : min(self._tokens[end - 1].end, start + _MAX_GUARD)].strip(" \t\n;")


def _redirected(tokens: list[Token]) -> tuple[list[Token], str | None, tuple[str, ...]]:
    """The words without redirections, what is read instead of standard input, the files written."""
    words: list[Token] = []
    stdin: str | None = None
    written: list[str] = []
    operator: Token | None = None
    for token in tokens:
        if token.kind == "redirection":
            operator = token
            stdin = token.document if token.document is not None else stdin
        elif operator is None:
            words.append(token)
        else:
            if operator.text.endswith("<<<"):
                stdin = token.text
            elif ">" in operator.text and not operator.text.endswith("&"):
                written.append(token.text)
            operator = None
    return words, stdin, tuple(written)
