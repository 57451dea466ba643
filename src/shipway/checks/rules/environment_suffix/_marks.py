"""What tells the environments of a template apart: a parameter, or the stack's own name."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from shipway.model.text import Text, Token, TokenKind
from shipway.model.value import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.declarations import Parameter, Stack
    from shipway.model.graph import PipelineGraph
    from shipway.model.resource import Resource
    from shipway.model.value import Value

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_ENVIRONMENT = frozenset({"env", "environment", "stage", "suffix"})
# `CodeBuildEnvironmentImage`, `EnvironmentVariables` and the like are about something else.
_SOMETHING_ELSE = frozenset(
    {"build", "compute", "image", "variable", "variables", "beanstalk", "application", "domain", "policy"}
)
_STACK = frozenset({"AWS::StackName", "AWS::StackId"})
_ENOUGH = 2
"""How many names must bear a mark that is not an environment's by its name."""
SEGMENT = re.compile(r"[A-Za-z0-9]+")
WORDS = frozenset(
    {"dev", "development", "qa", "uat", "stg", "stage", "staging", "preprod", "prod", "production", "sandbox"}
)
"""What environments are called. `test` and `demo` are missing: much else is called so."""


class Mark(NamedTuple):
    """What the names of one environment have, and those of another one have otherwise."""

    tokens: frozenset[str]
    """Parameters, `AWS::StackName`, or environment words."""
    said: str
    bearers: int
    named: int
    is_environment: bool
    """Whether it is a parameter that is called after environments."""


def is_environment(parameter: str) -> bool:
    """Whether a parameter is called as one that tells environments apart."""
    words = {word.lower() for word in _WORD.findall(parameter)}
    return bool(words & _ENVIRONMENT) and not words & _SOMETHING_ELSE


def environment_parameters(stack: Stack) -> tuple[Parameter, ...]:
    """The parameters of a template that tell environments apart, by what they are called."""
    return tuple(each for each in stack.parameters if is_environment(each.name))


def named_resources(stack: Stack, graph: PipelineGraph) -> list[Resource]:
    """The resources of a template that have a physical name."""
    return [each for each in graph.resources if each.stack == stack.name and each.name is not None]


def mark_of(stack: Stack, graph: PipelineGraph) -> Mark | None:
    """What the template's names have in common that differs between environments."""
    texts = [text_of(each.name) for each in named_resources(stack, graph)]
    counted = Counter(token for text in texts for token in _varying(text))
    environments = [name for name in counted if is_environment(name)]
    if environments:
        bearers = sum(bool(_varying(text) & {*environments, *_STACK}) for text in texts)
        most = max(environments, key=lambda name: counted[name])
        return Mark(frozenset(environments), f"${{{most}}}", bearers, len(texts), is_environment=True)
    suffixes = [each.name for each in stack.parameters if "suffix" in each.name.lower()]
    if suffixes and texts:
        # There to tell environments apart, and forgotten everywhere.
        return Mark(frozenset(suffixes), f"${{{suffixes[0]}}}", 0, len(texts), is_environment=True)
    if counted:
        name, times = counted.most_common(1)[0]
        if times >= _ENOUGH and times * 2 >= len(texts):
            return Mark(frozenset({name}), f"${{{name}}}", times, len(texts), is_environment=False)
        return None
    return _spelt_out(texts)


def _spelt_out(texts: list[Text]) -> Mark | None:
    """An environment's word that most names hold, as those of a CDK app do."""
    counted = Counter(word for text in texts for word in _words(text))
    if not counted:
        return None
    word, times = counted.most_common(1)[0]
    wanted = 3
    if times < wanted or times * 3 < len(texts) * 2:
        return None
    return Mark(frozenset({word}), f"`{word}`", times, len(texts), is_environment=False)


def _words(text: Text) -> frozenset[str]:
    return frozenset(word for literal in text.literals for word in SEGMENT.findall(literal)) & WORDS


def _varying(text: Text) -> frozenset[str]:
    return frozenset(
        token.name for token in text.tokens if token.kind is TokenKind.PARAMETER or token.name in _STACK
    )


def is_told_apart(value: Value[str] | None, mark: Mark) -> bool:
    """Whether a name can differ between environments, or cannot be seen well enough to say so."""
    text = text_of(value)
    if not text.parts or _varying(text) & {*mark.tokens, *_STACK} or _words(text) & mark.tokens:
        return True
    # A name that holds another resource's differs as that one's does; an expression may be anything.
    if any(token.kind not in {TokenKind.PARAMETER, TokenKind.PSEUDO} for token in text.tokens):
        return True
    return text.sole is not None and text.sole.value is None


def holds_account(value: Value[str] | None) -> bool:
    """Whether a name differs between accounts."""
    return any(token.name == "AWS::AccountId" for token in text_of(value).tokens)


def values_of(parameter: Parameter) -> tuple[str, ...]:
    """The values that a parameter is known to take."""
    default = (parameter.default,) if parameter.default else ()
    return tuple(dict.fromkeys((*default, *parameter.allowed_values)))


def fillings(text: Text, stack: Stack) -> Iterator[tuple[str, Text]]:
    """A name with the values of this reading, and with every other value that its parameters may have.

    Yields:
        What is assumed, in words (empty for this reading's values), and the name.
    """
    yield "", text.filled()
    declared = {each.name: each for each in stack.parameters}
    for token in dict.fromkeys(text.tokens):
        parameter = declared.get(token.name) if token.kind is TokenKind.PARAMETER else None
        for value in parameter.allowed_values if parameter is not None else ():
            if value != token.value:
                yield f" when {token.name} is {value}", _put(text, token, value).filled()


def _put(text: Text, token: Token, value: str) -> Text:
    return Text.of(value if part == token else part for part in text.parts)
