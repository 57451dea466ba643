"""What a build works with: the store, a registry to pull from, pip, and two voices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from shipway.localcloud.engines.engine import Report
    from shipway.localcloud.engines.oci.reference import Reference
    from shipway.localcloud.engines.oci.store import Store


class Pull(Protocol):
    """Finds an image, in the store or in the emulated registry."""

    def __call__(self, reference: Reference, /) -> str | None:
        """The manifest's digest; ``None`` when the image is of a registry that is not emulated."""


class BuildFailedError(Exception):
    """The build ends here; the message is written as BuildKit writes it."""


@dataclass(frozen=True)
class Request:
    """One ``docker build``.

    Args:
        context: Folder of the sources.
        dockerfile: Its path.
        arguments: ``--build-arg``.
        architecture: Of the image, in OCI's words.
        target: ``--target``; the last stage by default.
        labels: ``--label``, stronger than ``LABEL``.
    """

    context: Path
    dockerfile: Path
    arguments: Mapping[str, str]
    architecture: str
    target: str | None
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Workshop:
    """What the instructions of a build share.

    Args:
        store: Where layers and images go.
        scratch: An empty folder for the build alone; the caller removes it.
        python: The interpreter whose pip carries out ``pip install``.
        pip_environment: Its environment; ``PIP_*`` of the image are added.
        pull: See ``Pull``.
        report: Receives what is not done for real.
        say: Receives the lines of the build log.
    """

    store: Store
    scratch: Path
    python: Path
    pip_environment: Mapping[str, str]
    pull: Pull
    report: Report
    say: Callable[[str], None]
