"""Image references of Amazon ECR, and which repository is meant by one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.permissions.symbols import SOME_TEXT

if TYPE_CHECKING:
    from shipway.permissions.names import Names

_ECR = re.compile(
    r"(?P<account>[^./]+)\.dkr\.ecr\.(?P<region>[^./]+)\.amazonaws\.com(?:\.cn)?/(?P<name>[^:@]+)", re.DOTALL
)


def repository_arn(image: str) -> str | None:
    """ARN of the repository that an image reference is in; None when it is none of Amazon ECR."""
    found = _ECR.match(image)
    if found is None:
        return None
    return f"arn:aws:ecr:{found['region']}:{found['account']}:repository/{found['name']}"


def any_repository(names: Names) -> str:
    """ARN of some repository of the account."""
    return names.here("ecr", f"repository/{SOME_TEXT}")
