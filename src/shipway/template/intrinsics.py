"""CloudFormation's intrinsic functions, evaluated as far as a template allows.

The result of ``evaluate`` is a ``Text``, a list, a mapping, ``ABSENT``, or ``Unresolved``. Numbers, booleans
and null are texts already: CloudFormation converts between them and strings as each property asks.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from shipway.model.text import Text, Token, TokenKind
from shipway.model.value import Cause, Known, Unresolved
from shipway.template.conditions import decide
from shipway.template.evaluated import ABSENT, value_of
from shipway.template.limits import MAX_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable

    from shipway.template.scope import Scope


_VARIABLE = re.compile(r"\$\{(!?)([^}$]*)\}")  # no "$" in a name: "${${${..." is read once, not once for each
_DYNAMIC = re.compile(r"\{\{(resolve:[^}]*)\}\}")


def is_intrinsic(raw: Any) -> bool:
    """Whether a mapping is a call of an intrinsic function."""
    if not isinstance(raw, dict) or len(raw) != 1:
        return False
    (name,) = raw
    return isinstance(name, str) and (name == "Ref" or name.startswith("Fn::"))


def evaluate(raw: Any, scope: Scope) -> Any:
    """What an expression stands for."""
    if isinstance(raw, str):
        return _string(raw)
    if isinstance(raw, dict):
        if is_intrinsic(raw):
            ((name, argument),) = raw.items()
            function = _FUNCTIONS.get(name)
            return function(argument, scope) if function else _opaque(name, argument)
        evaluated = {key: evaluate(value, scope) for key, value in raw.items()}
        return {key: value for key, value in evaluated.items() if value is not ABSENT}
    if isinstance(raw, list):
        return [value for value in (evaluate(each, scope) for each in raw) if value is not ABSENT]
    if isinstance(raw, bool):
        return Text(("true" if raw else "false",))
    return Text() if raw is None else Text((str(raw),))


def _opaque(name: str, argument: Any) -> Text:
    """A call that is not evaluated: equal calls are equal strings, which is all that is known."""
    try:
        written = json.dumps(argument, sort_keys=True, default=str)[:200]
    except (ValueError, RecursionError):
        written = "..."
    return Text((Token(TokenKind.OPAQUE, f"{name} {written}"),))


def _string(text: str) -> Text:
    if "{{resolve:" not in text:
        return Text((text,)) if text else Text()
    parts: list[str | Token] = []
    end = 0
    for match in _DYNAMIC.finditer(text):
        parts += [text[end : match.start()], Token(TokenKind.DYNAMIC, match.group(1))]
        end = match.end()
    return Text.of([*parts, text[end:]])


def _ref(argument: Any, scope: Scope) -> Any:
    if not isinstance(argument, str):
        return Unresolved("Ref takes the name of a parameter or a resource", Cause.INVALID)
    if argument == "AWS::NoValue":
        return ABSENT
    if argument.startswith("AWS::"):
        return scope.pseudo(argument)
    parameter = scope.parameter(argument)
    if parameter is not None:
        return parameter
    if argument not in scope.resources:
        return Unresolved(f"{argument} is neither a parameter nor a resource", Cause.INVALID)
    return Text((Token(TokenKind.RESOURCE, argument, stack=scope.stack),))


def _get_att(argument: Any, scope: Scope) -> Any:
    if isinstance(argument, str):
        argument = argument.split(".", 1)
    wanted = 2
    if not isinstance(argument, list) or len(argument) != wanted or not isinstance(argument[0], str):
        return Unresolved("Fn::GetAtt takes a logical id and an attribute", Cause.INVALID)
    logical_id = argument[0]
    if logical_id not in scope.resources:
        return Unresolved(f"{logical_id} is no resource of the template", Cause.INVALID)
    attribute = value_of(evaluate(argument[1], scope))
    if not isinstance(attribute, Known):
        return _opaque("Fn::GetAtt", argument)
    return _attribute(logical_id, attribute.value, scope)


def _attribute(logical_id: str, attribute: str, scope: Scope) -> Any:
    if attribute.startswith("Outputs.") and scope.neighbours is not None:
        found = scope.neighbours.output_of(scope.stack, logical_id, attribute.removeprefix("Outputs."))
        if found is not None:
            return found
    return Text((Token(TokenKind.RESOURCE, logical_id, attribute, scope.stack),))


def _sub(argument: Any, scope: Scope) -> Any:
    template, variables = argument, {}
    if isinstance(argument, list):
        template = argument[0] if argument else None
        variables = argument[1] if len(argument) > 1 and isinstance(argument[1], dict) else {}
    if not isinstance(template, str):
        return Unresolved("Fn::Sub takes a string", Cause.INVALID)
    parts: list[str | Token] = []
    end = 0
    for match in _VARIABLE.finditer(template):
        parts.append(template[end : match.start()])
        end = match.end()
        literal, name = match.group(1), match.group(2).strip()
        if literal:
            parts.append(f"${{{name}}}")
            continue
        value = _variable(name, variables, scope)
        if isinstance(value, Unresolved):
            return value
        parts.extend(value.parts if isinstance(value, Text) else (Token(TokenKind.OPAQUE, f"${{{name}}}"),))
    parts.append(template[end:])
    return _bounded(parts, "Fn::Sub")


def _variable(name: str, variables: dict[str, Any], scope: Scope) -> Any:
    if name in variables:
        return evaluate(variables[name], scope)
    if name.startswith("AWS::") or "." not in name:
        return _ref(name, scope)
    return _get_att(name, scope)


def _bounded(parts: list[str | Token], name: str) -> Any:
    if sum(len(part) if isinstance(part, str) else 1 for part in parts) > MAX_TEXT:
        return Unresolved(f"{name} makes a string of more than {MAX_TEXT} characters")
    text = Text.of(parts)
    if any("{{resolve:" in literal for literal in text.literals):
        return Text.of(
            each
            for part in text.parts
            for each in (_string(part).parts if isinstance(part, str) else (part,))
        )
    return text


def _join(argument: Any, scope: Scope) -> Any:
    wanted = 2
    if not isinstance(argument, list) or len(argument) != wanted or not isinstance(argument[0], str):
        return Unresolved("Fn::Join takes a delimiter and a list", Cause.INVALID)
    delimiter, items = argument[0], evaluate(argument[1], scope)
    if not isinstance(items, list):
        return items if isinstance(items, Unresolved) else _opaque("Fn::Join", argument)
    parts: list[str | Token] = []
    for index, item in enumerate(items):
        if isinstance(item, Unresolved):
            return item
        if not isinstance(item, Text):
            return Unresolved("Fn::Join takes strings", Cause.INVALID)
        parts += [delimiter] if index else []
        parts.extend(item.parts)
    return _bounded(parts, "Fn::Join")


def _split(argument: Any, scope: Scope) -> Any:
    wanted = 2
    if not isinstance(argument, list) or len(argument) != wanted or not isinstance(argument[0], str):
        return Unresolved("Fn::Split takes a delimiter and a string", Cause.INVALID)
    delimiter, text = argument[0], evaluate(argument[1], scope)
    if not isinstance(text, Text):
        return text if isinstance(text, Unresolved) else _opaque("Fn::Split", argument)
    if not delimiter:
        return Unresolved("Fn::Split takes a delimiter", Cause.INVALID)
    if text.filled().sole is not None:  # an ARN has fields, though none of them can be seen here
        return _opaque("Fn::Split", argument)
    pieces: list[list[str | Token]] = [[]]
    for part in text.filled().parts:
        if isinstance(part, str):
            first, *others = part.split(delimiter)
            pieces[-1].append(first)
            pieces.extend([each] for each in others)
        else:
            pieces[-1].append(part)
    return [Text.of(piece) for piece in pieces]


def _select(argument: Any, scope: Scope) -> Any:
    wanted = 2
    if not isinstance(argument, list) or len(argument) != wanted:
        return Unresolved("Fn::Select takes an index and a list", Cause.INVALID)
    index = value_of(evaluate(argument[0], scope))
    items = evaluate(argument[1], scope)
    if isinstance(items, Unresolved):
        return items
    if not isinstance(items, list) or not isinstance(index, Known) or not index.value.isdecimal():
        return _opaque("Fn::Select", argument)
    if len(index.value) > len(str(len(items))) or int(index.value) >= len(items):
        return Unresolved(f"Fn::Select takes item {index.value[:20]} of {len(items)}", Cause.INVALID)
    return items[int(index.value)]


def _if(argument: Any, scope: Scope) -> Any:
    wanted = 3
    if not isinstance(argument, list) or len(argument) != wanted or not isinstance(argument[0], str):
        return Unresolved("Fn::If takes a condition and two values", Cause.INVALID)
    decided = decide(argument[0], scope)
    if decided is None:
        return Unresolved(f"condition {argument[0]} cannot be evaluated")
    return evaluate(argument[1 if decided else 2], scope)


def _find_in_map(argument: Any, scope: Scope) -> Any:
    keys = 3
    if not isinstance(argument, list) or len(argument) < keys:
        return Unresolved("Fn::FindInMap takes a map and two keys", Cause.INVALID)
    found: Any = scope.mappings
    assumed: list[Token] = []
    for each in argument[:keys]:
        text = evaluate(each, scope)
        key = value_of(text)
        if not isinstance(key, Known):
            return _opaque("Fn::FindInMap", argument)
        assumed += key.text.tokens
        if not isinstance(found, dict) or key.value not in found:
            return Unresolved(f"no mapping holds {key.value}", Cause.INVALID)
        found = found[key.value]
    if assumed and isinstance(found, (str, int, float)):
        # The value hangs on a parameter: keep the parameter in the text, with what it leads to.
        return Text((Token(TokenKind.PARAMETER, assumed[0].name, "", scope.stack, str(found)),))
    return evaluate(found, scope)


def _import_value(argument: Any, scope: Scope) -> Any:
    name = evaluate(argument, scope)
    if not isinstance(name, Text):
        return name if isinstance(name, Unresolved) else Unresolved("a name is no string", Cause.INVALID)
    found = scope.neighbours.exported(name) if scope.neighbours is not None else None
    return Text((Token(TokenKind.IMPORT, str(name.filled())),)) if found is None else found


def _base64(argument: Any, scope: Scope) -> Any:
    # What a template encodes is a script; rules that look into it want the script.
    return evaluate(argument, scope)


def _condition(argument: Any, scope: Scope) -> Any:
    decided = decide(argument, scope) if isinstance(argument, str) else None
    return Unresolved("a condition cannot be evaluated") if decided is None else evaluate(decided, scope)


_FUNCTIONS: dict[str, Callable[[Any, Scope], Any]] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Split": _split,
    "Fn::Select": _select,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::ImportValue": _import_value,
    "Fn::Base64": _base64,
}
