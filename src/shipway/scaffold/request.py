"""What a new project is to be: checked before anything is written."""

from __future__ import annotations

import re
from dataclasses import dataclass

from shipway.errors import InputError
from shipway.model.naming import Kind, Naming

ENVIRONMENTS = ("dev", "staging", "prod")
# Of all names that a project's stacks hold, these come first to the limit of their service.
_TIGHT = ((Kind.CONNECTION, "source"), (Kind.TARGET_GROUP, "green"), (Kind.LOAD_BALANCER, "lb"))
LONGEST_NAME = min(
    kind.longest - len(f"-{resource}-{suffix}") for kind, resource in _TIGHT for suffix in ENVIRONMENTS
)
_EMAIL = re.compile(r"[^\s@\"']+@[^\s@\"']+\.[^\s@\"']+")
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)


@dataclass(frozen=True)
class Request:
    """A project that can be written.

    Args:
        name: The service's name; the project's folder bears it, too.
        email: Who is told of failures.
        github: ``OWNER/NAME`` of its repository on GitHub; empty for a CodeCommit repository.

    Raises:
        InputError: The name cannot be part of every AWS name that the project needs, or another value cannot
            be what it should.
    """

    name: str
    email: str = "team@example.com"
    github: str = ""

    def __post_init__(self) -> None:
        _require_name(self.name)
        if not _EMAIL.fullmatch(self.email):
            raise InputError(
                "not an address that AWS could send mail to",
                where="--email",
                value=repr(self.email),
                remedy="Use e.g. team@example.com",
            )
        if self.github and not _REPOSITORY.fullmatch(self.github):
            raise InputError(
                "a repository on GitHub is named with its owner",
                where="--github",
                value=repr(self.github),
                remedy="Use e.g. acme/hello",
            )


def _require_name(name: str) -> None:
    if len(name) > LONGEST_NAME:
        raise InputError(
            f"the name has {len(name)} characters, {LONGEST_NAME} are allowed",
            where="NAME",
            value=repr(name),
            remedy="AWS takes 32 for a connection, a target group and a load balancer, which bear it",
        )
    naming = Naming(name, ENVIRONMENTS[0])
    for kind, resource in _TIGHT:  # a load balancer refuses more than the others
        naming.name(kind, resource)
