"""Names of images: ``registry/repository:tag@digest``, with Docker's defaults.

https://pkg.go.dev/github.com/distribution/reference
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

DOCKER_HUB = "docker.io"
_REPOSITORY = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_ECR = re.compile(r"\d{12}\.dkr\.ecr(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?")


class InvalidNameError(ValueError):
    """Not the name of an image; the message is Docker's."""


@dataclass(frozen=True)
class Reference:
    """The name of an image; a missing registry is Docker Hub."""

    registry: str
    repository: str
    tag: str | None = None
    digest: str | None = None

    @property
    def name(self) -> str:
        """``registry/repository`` as Docker shows it: without the registry for Docker Hub."""
        if self.registry == DOCKER_HUB:
            return self.repository.removeprefix("library/")
        return f"{self.registry}/{self.repository}"

    @property
    def version(self) -> str:
        """What a registry is asked for: the digest, else the tag, else ``latest``."""
        return self.digest or self.tag or "latest"

    def tagged(self) -> Reference:
        """The same with ``latest`` where neither tag nor digest stands."""
        return self if self.tag or self.digest else replace(self, tag="latest")

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.name}{tag}{digest}"


def parse_reference(text: str) -> Reference:
    """Read the name of an image.

    Raises:
        InvalidNameError: It is not one, e.g. for an upper case repository.
    """
    rest, _, digest = text.partition("@")
    if digest and not _DIGEST.fullmatch(digest):
        raise InvalidNameError(f"invalid reference format: {text!r} has a malformed digest")
    head, _, tail = rest.rpartition("/")
    last, _, tag = tail.partition(":")
    path = f"{head}/{last}" if head else last
    first, slash, remainder = path.partition("/")
    has_registry = bool(slash) and ("." in first or ":" in first or first == "localhost")
    registry, repository = (first, remainder) if has_registry else (DOCKER_HUB, path)
    if repository != repository.lower():
        raise InvalidNameError(f"invalid reference format: repository name ({repository}) must be lowercase")
    if not _REPOSITORY.fullmatch(repository) or (":" in tail and not _TAG.fullmatch(tag)):
        raise InvalidNameError(f"invalid reference format: {text!r}")
    if registry == DOCKER_HUB and "/" not in repository:
        repository = f"library/{repository}"
    return Reference(registry, repository, tag or None, digest or None)


def is_ecr(registry: str) -> bool:
    """Whether ``registry`` is a private ECR registry, of whatever account and region."""
    return _ECR.fullmatch(registry) is not None
