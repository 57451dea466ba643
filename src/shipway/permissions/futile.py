"""Grants that can never match a call: they look right, are deployed, and the call is denied at run time."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from shipway.permissions.catalogue import Action, expand, has_key
from shipway.permissions.datafiles import read_lines
from shipway.permissions.formats import any_of_format
from shipway.permissions.pattern import glob
from shipway.permissions.policy import Attachment
from shipway.permissions.symbols import Kind, is_opaque, kind_of
from shipway.permissions.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.permissions.conditions import Condition
    from shipway.permissions.policy import Statement

_SERVICE_FIELD, _RESOURCE_FIELD = 2, 5
_WILDCARD = re.compile(r"[*?]")
_SIX = re.compile(r"-[A-Za-z0-9]{6}$")

# Its resource is `log-group::log-stream:` and a name left empty, which no list of formats shows.
_UNCERTAIN = frozenset({"logs:DescribeLogGroups"})


class Flaw(Enum):
    """Why a grant never matches. The value completes the sentence "it never matches: ..."."""

    NO_SUCH_SERVICE = "no service has this prefix"
    NO_SUCH_ACTION = "the service has no such action"
    NOT_AN_ARN = "a name stands where an ARN belongs"
    BLANK = "a blank or line break is in the ARN"
    DOUBLE_SLASH = "the ARN has a doubled slash"
    NO_SECRET_SUFFIX = "a secret's ARN ends in six random characters"  # noqa: S105 - a sentence about secrets
    OTHER_RESOURCES = "the action is never about such a resource"
    ONLY_STAR = "the action knows no resources: only * matches"
    NO_SUCH_KEY = "calls of the action never carry the condition key"


class Futile(NamedTuple):
    """One part of a statement that never matches a call."""

    statement: Statement
    element: str
    """Action, Resource or Condition."""
    text: str
    flaw: Flaw
    actions: tuple[str, ...] = ()
    """The actions that are lost by it, where not all of the statement's are."""


def futile_parts(statement: Statement) -> tuple[Futile, ...]:
    """Everything in the statement that can never match. Negated elements and opaque values are left out."""
    return (*_actions(statement), *_resources(statement), *_pairs(statement), *_conditions(statement))


def _actions(statement: Statement) -> Iterator[Futile]:
    if statement.action is None or statement.action.negated:
        return
    for text in statement.action.texts:
        prefix, separator, _ = text.lower().partition(":")
        if not separator or is_opaque(text) or set(prefix) & set("*?"):
            continue
        if prefix not in read_lines("service-prefixes"):
            yield Futile(statement, "Action", text, Flaw.NO_SUCH_SERVICE)
        elif expand(text) == ():
            yield Futile(statement, "Action", text, Flaw.NO_SUCH_ACTION)


def _resources(statement: Statement) -> Iterator[Futile]:
    if statement.resource is None or statement.resource.negated:
        return
    for text in statement.resource.texts:
        flaw = resource_flaw(text)
        if flaw is not None:
            yield Futile(statement, "Resource", text, flaw)


def resource_flaw(text: str) -> Flaw | None:
    """What is wrong with the Resource by itself; None when nothing is."""
    fields = text.split(":", _RESOURCE_FIELD)
    if not text or kind_of(text[0]) is Kind.ANYTHING or not text.strip("*"):
        return None
    if fields[0] != "arn":
        return None if "arn:".startswith(_WILDCARD.split(text)[0]) else Flaw.NOT_AN_ARN
    # The key of an object in S3 may have blanks and doubled slashes.
    in_s3 = len(fields) > _SERVICE_FIELD and fields[_SERVICE_FIELD] == "s3"
    suspicious = text.partition("/")[0] if in_s3 else text
    if re.search(r"\s", suspicious) or text != text.strip():
        return Flaw.BLANK
    if "//" in suspicious:
        return Flaw.DOUBLE_SLASH
    if len(fields) > _RESOURCE_FIELD and _lacks_suffix(fields):
        return Flaw.NO_SECRET_SUFFIX
    return None


def _lacks_suffix(fields: list[str]) -> bool:
    rest = fields[_RESOURCE_FIELD]
    named = fields[_SERVICE_FIELD] == "secretsmanager" and rest.startswith("secret:")
    return named and not (set(rest) & set("*?")) and not is_opaque(rest[-1]) and not _SIX.search(rest)


def _pairs(statement: Statement) -> Iterator[Futile]:
    """Actions that none of the resources can be about, and resources that no action is about."""
    action, resource = statement.action, statement.resource
    if action is None or resource is None or action.negated or resource.negated:
        return
    texts = [text for text in resource.texts if resource_flaw(text) is None]
    known = {text: expand(text) for text in action.texts if "*" not in text.partition(":")[0]}
    if not texts or len(known) < len(action.texts) or None in known.values():
        return
    for text, contained in known.items() if len(texts) == len(resource.texts) else ():
        if contained and not any(_can_be_about(one, where) for one in contained for where in texts):
            only_star = not any(one.arns for one in contained)
            flaw = Flaw.ONLY_STAR if only_star else Flaw.OTHER_RESOURCES
            yield Futile(statement, "Action", text, flaw, (text,))
    everything = [one for contained in known.values() for one in contained or ()]
    for where in texts:
        if everything and not any(_can_be_about(one, where) for one in everything):
            yield Futile(statement, "Resource", where, Flaw.OTHER_RESOURCES)


def _can_be_about(action: Action, text: str) -> bool:
    if action.name in _UNCERTAIN:
        return True
    wanted = glob(text)
    if not action.arns:
        return wanted.matches("*") is not Truth.NO
    return any(wanted.matches(any_of_format(arn)) is not Truth.NO for arn in action.arns)


def _conditions(statement: Statement) -> Iterator[Futile]:
    # A trust policy's keys come from identity providers, which no list of actions knows.
    if statement.action is None or statement.action.negated or statement.attachment is Attachment.TRUST:
        return
    for condition in statement.conditions:
        if not _needs_key(condition):
            continue
        lost = [
            text
            for text in statement.action.texts
            if (contained := expand(text)) and not any(has_key(one, condition.key) for one in contained)
        ]
        if lost:
            yield Futile(statement, "Condition", condition.key, Flaw.NO_SUCH_KEY, tuple(lost))


def _needs_key(condition: Condition) -> bool:
    """Whether the line fails when the call does not have its key."""
    if condition.base is None:
        return condition.values == ("false",)
    if condition.if_exists or condition.quantifier == "ForAllValues":
        return False
    return not condition.base.negated or bool(condition.quantifier)
