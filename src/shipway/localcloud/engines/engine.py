"""What the local cloud asks of whatever builds its images and runs its tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT_GRACE_SECONDS = 30.0  # ECS_CONTAINER_STOP_TIMEOUT's own default


@dataclass(frozen=True)
class Limit:
    """One thing that was asked for and is not done for real.

    Args:
        subject: What is meant, e.g. ``"Dockerfile:12 USER"`` or ``"container web"``.
        detail: One sentence that says what happens instead.
    """

    subject: str
    detail: str


Report = Callable[[Limit], None]
"""Receives each limit as it is met; may be called from any thread, and more than once for the same one."""

Log = Callable[[str], None]
"""Receives one line of output without its line end; called from a thread of the engine."""


@dataclass(frozen=True)
class Registry:
    """The emulated ECR: the name that images carry, and where its ``/v2/`` API answers.

    Args:
        host: e.g. ``"123456789012.dkr.ecr.us-east-1.amazonaws.com"``.
        endpoint: e.g. ``"http://127.0.0.1:4566"``.
    """

    host: str
    endpoint: str


@dataclass(frozen=True)
class Credentials:
    """What ``docker login`` was given; ECR's user is always ``AWS``."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class ContainerSpec:
    """One container of an ECS task, as the engine needs to know it.

    Args:
        name: The container's name in its task definition.
        image: URI with a tag or an ``@sha256:`` digest.
        registry: Where images of ``registry.host`` are pulled from.
        command: Overrides the image's ``CMD``; ``None`` keeps it.
        entry_point: Overrides the image's ``ENTRYPOINT`` (and, as in Docker, drops its ``CMD``).
        environment: Added to, and stronger than, the image's ``ENV``.
        container_ports: The ports that the task definition maps; the engine makes them reachable.
        working_directory: Overrides the image's ``WORKDIR``.
        credentials: For the pull; ``None`` pulls anonymously.
    """

    name: str
    image: str
    registry: Registry
    command: tuple[str, ...] | None = None
    entry_point: tuple[str, ...] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    container_ports: tuple[int, ...] = ()
    working_directory: str | None = None
    credentials: Credentials | None = None


class RunningContainer(Protocol):
    """A started container; every method may be called from any thread and after the end."""

    @property
    def ip(self) -> str:
        """The private address of the task, where this machine can reach it."""

    def address(self, container_port: int) -> tuple[str, int]:
        """Where a connection to ``container_port`` must go; ``KeyError`` for a port not in the spec."""

    def poll(self) -> int | None:
        """The exit code (128 + signal when killed, as Docker counts), or ``None`` while it runs."""

    def stop(self, grace_seconds: float = DEFAULT_GRACE_SECONDS) -> int:
        """Ask it to end (SIGTERM), kill it after ``grace_seconds``, and return its exit code. Blocks."""


class BuildEnvironment(Protocol):
    """Where a build's commands run: ``docker``, ``aws``, ``python``, ``pip``, ``git`` are on its PATH."""

    @property
    def variables(self) -> Mapping[str, str]:
        """The whole environment of the build's shell: PATH, HOME, DOCKER_CONFIG, ...

        Nothing of the user's own environment leaks into it; add the build's variables on top.
        """

    @property
    def directory(self) -> Path:
        """Scratch of the build; its sources do not belong here."""

    def drain(self) -> None:
        """Report the limits that the build's ``docker`` has met since the last call."""

    def close(self) -> None:
        """Drain, then remove all that the build left, unpushed images included. May be called twice."""


class Engine(Protocol):
    """Builds images and runs tasks. All calls block: call them from a worker thread; all are thread-safe."""

    @property
    def name(self) -> str:
        """``process`` or ``docker``."""

    def limits(self) -> tuple[str, ...]:
        """What this engine never does for real, one sentence each, for the report of a run."""

    def prepare(self) -> None:
        """Begin slow preparations in the background and return at once. Optional: what needs them waits."""

    def build_environment(self, scratch: Path, registry: Registry) -> BuildEnvironment:
        """An environment for one build, below the existing folder ``scratch``.

        Raises:
            MissingRequirementError: The machine lacks a program that a build needs.
        """

    def run(self, spec: ContainerSpec, log: Log) -> RunningContainer:
        """Pull the image and start the container; ``log`` receives its output line by line.

        Raises:
            ImageUnavailableError: The image cannot be pulled (ECS: ``CannotPullContainerError``).
            ContainerStartError: The program cannot be started (ECS: ``CannotStartContainerError``).
        """

    def close(self) -> None:
        """Stop every container and remove every file: nothing is left. May be called twice."""


class EngineError(Exception):
    """Why a container did not start, in a sentence fit for a task's ``stoppedReason``."""


class ImageUnavailableError(EngineError):
    """The image cannot be pulled; ECS reports it as ``CannotPullContainerError``."""


class ContainerStartError(EngineError):
    """The image is there but its program cannot be started; ECS: ``CannotStartContainerError``."""
