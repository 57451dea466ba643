"""What the pipeline asks of the provider of an action, and what it gives it to work with."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from shipway.localcloud.services.codepipeline import artifacts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shipway.localcloud.kernel import Kernel
    from shipway.localcloud.services.codepipeline.declaration import Action, ActionSpec
    from shipway.localcloud.services.codepipeline.runs import Location, Revision

_POLL_AWS_SECONDS = 5.0
_LONGEST_POLL = 0.25  # seconds of this machine: what AWS sees after 15 s, nobody here wants to wait for


class ActionFailedError(Exception):
    """An action's failure as GetPipelineState shows it.

    Args:
        message: AWS's sentence where it is known.
        code: AWS's ``FailureType``.
    """

    def __init__(self, message: str, code: str = "JobFailed") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class ActionAbandonedError(Exception):
    """The execution was stopped with ``abandon``: nobody waits for this action any more."""


@dataclass(frozen=True)
class Outcome:
    """What a successful action leaves behind."""

    summary: str = ""
    external_id: str = ""
    external_url: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    revision: Revision | None = None


@dataclass(frozen=True)
class Work:
    """One action at work.

    Attributes:
        configuration: With every variable resolved.
        inputs: Artifact -> where it lies.
        outputs: Artifact -> where it must be put.
        revision: The revision that StartPipelineExecution asked for; empty takes the newest.
        token: The approval's token.
        progress: Shows the external execution's id, URL and summary while it runs.
        approval: Gives the answer of PutApprovalResult once there is one.
        role_arn: The role in which the action acts.
        via: The role that assumes it; empty when it is the pipeline's own.
        session: Name of the role's session.
        seconds_left: Seconds of this machine until the action's time limit.
        abandoned: Whether the execution was abandoned.
    """

    kernel: Kernel
    pipeline: str
    execution: str
    stage: str
    action: Action
    account: str
    region: str
    configuration: Mapping[str, str]
    inputs: Mapping[str, Location]
    outputs: Mapping[str, Location]
    revision: str
    token: str
    role_arn: str
    via: str
    session: str
    progress: Callable[[str, str, str], None]
    approval: Callable[[], tuple[str, str] | None]
    abandoned: Callable[[], bool]
    deadline: float

    def client(self, api: str) -> Any:
        """A client that acts as the action's role."""
        return self.kernel.clients.client(api, role_arn=self.role_arn, session=self.session, via=self.via)

    def read(self, artifact: str) -> bytes:
        """An input artifact's zip."""
        return artifacts.read(self.client("s3"), self.inputs[artifact])

    def write(self, artifact: str, content: bytes) -> None:
        """Store an output artifact."""
        artifacts.write(self.client("s3"), self.outputs[artifact], content)

    def wait(self) -> None:
        """Let a moment pass before asking again.

        Raises:
            ActionFailedError: The time limit has passed.
            ActionAbandonedError: The execution was abandoned.
        """
        if self.abandoned():
            raise ActionAbandonedError
        if time.monotonic() > self.deadline:
            raise ActionFailedError("The action execution has timed out")
        self.kernel.clock.pause(min(self.kernel.clock.real(_POLL_AWS_SECONDS), _LONGEST_POLL))

    def console(self, service: str, path: str) -> str:
        """The address of AWS's console that the API would show."""
        return f"https://{self.region}.console.aws.amazon.com/{service}/home?region={self.region}#/{path}"


class Provider(Protocol):
    """Does the actions of one category and provider."""

    @property
    def key(self) -> tuple[str, str]:
        """Category and provider, as an action type names them."""
        ...

    @property
    def spec(self) -> ActionSpec:
        """What the action accepts."""
        ...

    def run(self, work: Work) -> Outcome:
        """Do the action and wait until it is done.

        Raises:
            ActionFailedError: It failed.
        """
        ...


class Watched(Protocol):
    """A source that CodePipeline polls when ``PollForSourceChanges`` is not false."""

    def newest(self, client: Callable[[str], Any], configuration: Mapping[str, str]) -> str:
        """The newest revision's id; empty when there is none."""
        ...
