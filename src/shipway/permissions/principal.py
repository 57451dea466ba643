"""Who calls, and whom a policy's ``Principal`` element names."""

from __future__ import annotations

from typing import Any, NamedTuple

from shipway.permissions.pattern import literal
from shipway.permissions.symbols import UNTOLD, Kind, kind_of
from shipway.permissions.truth import Truth, any_of

_TYPES = ("AWS", "Service", "Federated", "CanonicalUser")


class Principal(NamedTuple):
    """Who makes a call: exactly one of a role (or user) and a service."""

    arn: str = ""
    """The role's or user's own ARN; empty for a service."""
    service: str = ""
    """Such as ``events.amazonaws.com``; empty for a role."""
    account: str = ""
    session: str = ""
    """ARN of the assumed-role session, when there is one."""

    @staticmethod
    def role(arn: str, *, session: str = "") -> Principal:
        """The role with this ARN; `session` is the name of its session, where one acts."""
        account = _field(arn, 4)
        # A session's ARN leaves out the role's path.
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
        name = f"{arn.rpartition('/')[2]}/{session}"
        session_arn = f"arn:{_field(arn, 1)}:sts::{account}:assumed-role/{name}" if session else ""
        return Principal(arn=arn, account=account, session=session_arn)

    @staticmethod
    def of(text: str) -> Principal:
        """A principal from its ARN, or from a service's name such as ``events.amazonaws.com``."""
        return Principal.role(text) if text.startswith("arn:") else Principal(service=text)

    @property
    def shown(self) -> str:
        """The name that AWS's messages use: the session's ARN, the role's, or the service."""
        return self.session or self.arn or self.service


class Grant(NamedTuple):
    """How far a ``Principal`` element reaches someone."""

    direct: Truth
    """Named by itself, or everyone is."""
    delegated: Truth = Truth.NO
    """Their account is named: its own policies decide then."""

    @property
    def either(self) -> Truth:
        """Reached in one way or the other."""
        return max(self.direct, self.delegated)


EVERYONE = Grant(Truth.YES)


class PrincipalElement(NamedTuple):
    """A ``Principal`` or ``NotPrincipal``: pairs of type (AWS, Service, ...) and value."""

    entries: tuple[tuple[str, str], ...]
    negated: bool = False

    def names(self, caller: Principal) -> Grant:
        """Whether and how the element names the caller."""
        grants = [_names(kind, value, caller) for kind, value in self.entries]
        direct = any_of(grant.direct for grant in grants)
        delegated = any_of(grant.delegated for grant in grants)
        if not self.negated:
            return Grant(direct, delegated)
        # To be left out of a NotPrincipal, a role must be listed, and its account as well.
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
        if direct is Truth.YES and not caller.service and delegated is not Truth.YES:
            direct = Truth.UNKNOWN
        return Grant(direct.negated())


def read_principals(value: Any, *, negated: bool = False) -> tuple[PrincipalElement, list[str]]:
    """The element, and what in it is not AWS's grammar (each as one sentence)."""
    if value == "*":
        return PrincipalElement((("AWS", "*"),), negated), []
    if not isinstance(value, dict):
        return PrincipalElement((("AWS", UNTOLD),), negated), [
            f"Principal is neither '*' nor an object: {value!r}"
        ]
    entries, problems = [], []
    for kind, listed in value.items():
        if kind not in _TYPES:
            problems.append(f"Principal has an unknown type {kind!r}")
            entries.append(("AWS", UNTOLD))
            continue
        for one in listed if isinstance(listed, list) else [listed]:
            entries.append((str(kind), one if isinstance(one, str) else UNTOLD))
            if not isinstance(one, str):
                problems.append(f"Principal {kind} is not a string: {one!r}")
    return PrincipalElement(tuple(entries), negated), problems


def same_account(one: str, other: str) -> Truth:
    """Whether two account numbers are the same; an empty one (an S3 ARN has none) fits any."""
    return literal(one).matches(other) if one and other else Truth.YES


def _names(kind: str, value: str, caller: Principal) -> Grant:
    if value == UNTOLD:
        return Grant(Truth.UNKNOWN, Truth.UNKNOWN)
    if value == "*":
        return EVERYONE if kind == "AWS" else Grant(Truth.UNKNOWN)
    if kind == "Service":
        return Grant(_service(value, caller.service) if caller.service else Truth.NO)
    if kind == "CanonicalUser":
        return Grant(Truth.NO if caller.service else Truth.UNKNOWN)
    if kind == "Federated" or caller.service:
        return Grant(Truth.NO)
    return _account_or_arn(value, caller)


def _account_or_arn(value: str, caller: Principal) -> Grant:
    if len(value) == 1 and kind_of(value) is Kind.ANYTHING:
        return Grant(Truth.UNKNOWN, Truth.UNKNOWN)
    if ":" not in value:
        return Grant(Truth.NO, same_account(value, caller.account))
    if value.endswith(":root"):
        return Grant(Truth.NO, same_account(_field(value, 4), caller.account))
    named = literal(value)
    return Grant(any_of(named.matches(arn) for arn in (caller.arn, caller.session) if arn))


def _service(value: str, service: str) -> Truth:
    """A service by its name, or by that of one region's endpoint: ``codedeploy.eu-west-1.amazonaws.com``."""
    exact = literal(value).matches(service)
    if exact is not Truth.NO:
        return exact
    name, _, rest = value.partition(".")
    regional = f"{name}.{rest.partition('.')[2]}" == service
    return Truth.UNKNOWN if regional else Truth.NO


def _field(arn: str, index: int) -> str:
    parts = arn.split(":", 5)
    return parts[index] if len(parts) > index else ""
