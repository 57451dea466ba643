"""Policy documents: reading any shape of them into statements that can be asked.

Reading never fails. What is not AWS's grammar is kept as a problem of its statement, and a statement with a
problem is never certain: AWS refuses such a document when it is deployed, so nobody knows what was meant.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from shipway.permissions.conditions import Condition, read_conditions
from shipway.permissions.elements import ActionElement, ResourceElement
from shipway.permissions.principal import PrincipalElement, read_principals

_VERSION, _OLD_VERSION = "2012-10-17", "2008-10-17"
_POLICY_KEYS = frozenset({"Version", "Id", "Statement"})
_STATEMENT_KEYS = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)


class Effect(Enum):
    """What a statement does; UNDETERMINED may be either."""

    ALLOW = "Allow"
    DENY = "Deny"
    UNDETERMINED = "?"


class Attachment(Enum):
    """Where a policy hangs. The value is the name that AWS's messages give it."""

    IDENTITY = "identity-based policy"
    BOUNDARY = "permissions boundary"
    RESOURCE = "resource-based policy"
    TRUST = "role trust policy"

    @property
    def on_principal(self) -> bool:
        """Whether it hangs on the caller, so that its statements name no principal."""
        return self in {Attachment.IDENTITY, Attachment.BOUNDARY}


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One statement. An absent element is None; what absence means depends on where the policy hangs."""

    policy: str
    """Name of the policy, for people."""
    index: int
    """Its place in the policy, from 0."""
    attachment: Attachment
    effect: Effect
    sid: str = ""
    action: ActionElement | None = None
    resource: ResourceElement | None = None
    principal: PrincipalElement | None = None
    conditions: tuple[Condition, ...] = ()
    problems: tuple[str, ...] = ()
    source: Any = field(default=None, repr=False)
    """The statement as it was written."""

    @property
    def shown(self) -> str:
        """Such as ``statement 2 (AllowPush) of policy BuildPolicy``."""
        sid = f" ({self.sid})" if self.sid else ""
        return f"statement {self.index + 1}{sid} of policy {self.policy}"


class Policy(NamedTuple):
    """A policy document and where it hangs."""

    name: str
    attachment: Attachment
    statements: tuple[Statement, ...]
    problems: tuple[str, ...] = ()
    """What is wrong with the document as a whole."""


def read_policy(document: Any, *, name: str, attachment: Attachment = Attachment.IDENTITY) -> Policy:
    """The policy of any document: an object, its JSON text, or anything else (one open statement then)."""
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except (ValueError, RecursionError):
            return unreadable_policy("the document is neither an object nor JSON", name, attachment)
    if not isinstance(document, dict):
        return unreadable_policy(f"the document is not an object: {document!r}", name, attachment)
    # YAML reads an unquoted 2012-10-17 as a date.
    version = str(document.get("Version", _OLD_VERSION))
    problems = [f"the element {key!r} does not exist" for key in document if key not in _POLICY_KEYS]
    if version not in {_VERSION, _OLD_VERSION}:
        problems.append(f"Version {version!r} does not exist")
    if "Statement" not in document:
        problems.append("Statement is missing")
    listed = document.get("Statement", [])
    reader = _StatementReader(name, attachment, variables=version != _OLD_VERSION, suspect=tuple(problems))
    statements = [
        reader.read(index, one) for index, one in enumerate(listed if isinstance(listed, list) else [listed])
    ]
    return Policy(name, attachment, tuple(statements), tuple(problems))


def unreadable_policy(why: str, name: str, attachment: Attachment = Attachment.IDENTITY) -> Policy:
    """A policy that exists but cannot be read: it may allow and may deny anything."""
    return Policy(
        name, attachment, (Statement(name, 0, attachment, Effect.UNDETERMINED, problems=(why,)),), (why,)
    )


class _StatementReader(NamedTuple):
    policy: str
    attachment: Attachment
    variables: bool
    suspect: tuple[str, ...]

    def read(self, index: int, source: Any) -> Statement:
        if not isinstance(source, dict):
            why = f"the statement is not an object: {source!r}"
            return Statement(
                self.policy, index, self.attachment, Effect.UNDETERMINED, problems=(why,), source=source
            )
        problems = [*self.suspect, *self._misplaced(source)]
        effect = source.get("Effect")
        if effect not in (Effect.ALLOW.value, Effect.DENY.value):
            problems.append(f"Effect is neither Allow nor Deny: {effect!r}")
            effect = Effect.UNDETERMINED.value
        action = ActionElement.read(*self._either(source, "Action", problems), problems)
        resource = ResourceElement.read(
            *self._either(source, "Resource", problems), problems, variables=self.variables
        )
        conditions, wrong = read_conditions(source.get("Condition"), variables=self.variables)
        return Statement(
            self.policy,
            index,
            self.attachment,
            Effect(effect),
            str(source.get("Sid", "")),
            action,
            resource,
            self._principal(source, problems),
            conditions,
            (*problems, *wrong),
            source,
        )

    def _misplaced(self, source: dict[Any, Any]) -> list[str]:
        problems = [f"the element {key!r} does not exist" for key in source if key not in _STATEMENT_KEYS]
        if "Action" not in source and "NotAction" not in source:
            problems.append("Action is missing")
        names_principal = "Principal" in source or "NotPrincipal" in source
        if self.attachment.on_principal:
            if names_principal:
                problems.append("a policy of a role takes no Principal")
            if "Resource" not in source and "NotResource" not in source:
                problems.append("Resource is missing")
        elif not names_principal:
            problems.append("Principal is missing")
        if self.attachment is Attachment.TRUST and ("Resource" in source or "NotResource" in source):
            problems.append("a trust policy takes no Resource")
        return problems

    @staticmethod
    def _either(source: dict[Any, Any], element: str, problems: list[str]) -> tuple[Any, bool]:
        """The value of an element or of its Not form, and which of the two it is."""
        if element in source and f"Not{element}" in source:
            problems.append(f"{element} and Not{element} exclude each other")
        negated = element not in source and f"Not{element}" in source
        return source.get(f"Not{element}" if negated else element), negated

    def _principal(self, source: dict[Any, Any], problems: list[str]) -> PrincipalElement | None:
        value, negated = self._either(source, "Principal", problems)
        if value is None or self.attachment.on_principal:
            return None
        element, wrong = read_principals(value, negated=negated)
        problems += wrong
        return element
