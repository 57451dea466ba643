"""The answer to one call, with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from shipway.permissions.explain import NearMiss, failures_of, nearest

if TYPE_CHECKING:
    from shipway.permissions.policies import Policies
    from shipway.permissions.policy import Attachment, Statement
    from shipway.permissions.request import Request


class Verdict(Enum):
    """What happens to a call; UNKNOWN where the template leaves it open."""

    ALLOW = "allow"
    DENY = "deny"
    UNKNOWN = "unknown"


class Cause(Enum):
    """Why."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicit deny"
    NOT_ALLOWED = "not allowed"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True)
class Decision:
    """The answer to one call: which statements decided and, unless they allow, which came nearest."""

    verdict: Verdict
    cause: Cause
    request: Request
    policies: Policies
    attachment: Attachment | None
    """The kind of policy that decided or, when nothing allows, the kind that lacks the permission."""
    statements: tuple[Statement, ...] = ()
    """Those that allow, that deny, or that leave the answer open; none when nothing allows."""

    @cached_property
    def nearest(self) -> NearMiss | None:
        """What stands between the call and an Allow; None when it is allowed, or nothing comes near."""
        if self.cause is Cause.UNDETERMINED:
            for statement in self.statements:
                failures = failures_of(statement, self.request)
                if failures:
                    return NearMiss(statement, failures)
        if self.cause is Cause.NOT_ALLOWED:
            return nearest(self.policies.allowing(self.attachment), self.request)
        return None

    @property
    def reason(self) -> str:
        """One sentence: who decided, or what is missing and what came nearest."""
        shown = " and ".join(statement.shown for statement in self.statements)
        match self.cause:
            case Cause.ALLOWED:
                return f"allowed by {shown}"
            case Cause.EXPLICIT_DENY:
                return f"denied by {shown}"
            case Cause.UNDETERMINED if not (self.nearest or shown):
                return f"cannot be told: {self.request.resource} may be in another account"
            case Cause.UNDETERMINED:
                return f"cannot be told from {self.nearest.sentence if self.nearest else shown}"
        kind = self.attachment.value if self.attachment else "policy"
        near = f"; nearest is {self.nearest.sentence}" if self.nearest else ""
        return f"no {kind} allows {self.request.action} on {self.request.resource}{near}"
