"""What a rule says about a place: that something is wrong there, or that it cannot be seen."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shipway.model.location import Location


class Severity(Enum):
    """How bad it is when the finding is true."""

    ERROR = "error"
    """It does not deploy, does not run, or does harm."""
    WARNING = "warning"
    """It works, and is not what one would want in production."""
    INFO = "info"
    """Worth knowing."""

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


class Confidence(Enum):
    """How sure it is that the finding is true."""

    HIGH = "high"
    """Everything that it rests on stands in the template."""
    MEDIUM = "medium"
    """It rests on something that another stack, or somebody by hand, may have made."""
    LOW = "low"
    """It rests on a guess, such as on what a name means."""


class Finding(NamedTuple):
    """Something is wrong at a place."""

    location: Location
    message: str
    """One sentence without a full stop that names the thing and the value, e.g. ``deployment group Release
    does not roll back when a deployment fails``."""
    confidence: Confidence = Confidence.HIGH
    remedy: str = ""
    """What to do about this very finding; empty where the rule's own remediation says it."""
    severity: Severity | None = None
    """Only where this finding is worse, or less bad, than the rule's others."""
    about: str = ""
    """What tells it from others of its rule at the same place, such as the action that is missing there."""


class Undetermined(NamedTuple):
    """The rule cannot tell: neither a pass nor a finding."""

    location: Location
    reason: str
    """Completes "undetermined, because ...": usually the reason of an ``Unresolved``."""
    about: str = ""
    """As in ``Finding``."""
