"""What happened in a rehearsal: frozen, past tense, in an envelope that says when and because of what."""

from __future__ import annotations

from dataclasses import dataclass

# At run time too: jsonl.py revives events by their type hints.
from shipway.rehearsal.facts import (  # noqa: TC001 - see above
    FailedRequests,
    Fidelity,
    LedgerEntry,
    Leftover,
    Outcome,
    TaskSet,
    Weight,
)


@dataclass(frozen=True)
class RehearsalStarted:
    """A rehearsal began; ``steps`` are the names of those that are to come, in order."""

    project: str
    folder: str
    engine: str
    time_scale: float
    steps: tuple[str, ...]


@dataclass(frozen=True)
class CloudStarted:
    """The local cloud answers at ``endpoint``."""

    endpoint: str
    engine: str
    account: str
    region: str


@dataclass(frozen=True)
class StepStarted:
    """A step began; it ends with the next ``StepFinished`` of the same name."""

    name: str
    fidelity: Fidelity


@dataclass(frozen=True)
class StepFinished:
    """A step ended; ``detail`` is one sentence, empty when there is nothing to add."""

    name: str
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True)
class ResourceChanged:
    """CloudFormation reported a new status of one resource (or of the stack itself)."""

    stack: str
    logical_id: str
    resource_type: str
    status: str
    reason: str = ""


@dataclass(frozen=True)
class DeliveryFound:
    """The deployed pipeline was found: what a push starts, and what traffic it moves."""

    pipeline: str
    stages: tuple[str, ...]
    repository: str
    branch: str
    service: str
    url: str
    shift: str


@dataclass(frozen=True)
class SubscriptionConfirmed:
    """A person would have clicked the link in the mail that asks for it."""

    to: str
    topic: str


@dataclass(frozen=True)
class ChangePushed:
    """A commit was pushed with git."""

    commit: str
    branch: str
    message: str


@dataclass(frozen=True)
class ExecutionChanged:
    """An execution of the pipeline has a new status."""

    execution: str
    status: str
    detail: str = ""


@dataclass(frozen=True)
class ActionChanged:
    """An action of an execution has a new status."""

    execution: str
    stage: str
    action: str
    provider: str
    status: str
    detail: str = ""


@dataclass(frozen=True)
class BuildPhaseChanged:
    """A phase of a build has a new status (``IN_PROGRESS`` while it runs)."""

    build: str
    phase: str
    status: str
    detail: str = ""


@dataclass(frozen=True)
class DeploymentChanged:
    """A deployment has a new status."""

    deployment: str
    status: str
    detail: str = ""


@dataclass(frozen=True)
class LifecycleEventChanged:
    """A lifecycle event of a deployment (``BeforeInstall`` ... ``AfterAllowTraffic``) has a new status."""

    deployment: str
    lifecycle_event: str
    status: str


@dataclass(frozen=True)
class WeightsChanged:
    """The production listener divides the traffic anew; the weights sum to 100."""

    weights: tuple[Weight, ...]


@dataclass(frozen=True)
class TargetsChanged:
    """The health of the targets of one group changed; ``states`` count targets by state."""

    target_group: str
    healthy: int
    states: str


@dataclass(frozen=True)
class TaskSetsChanged:
    """The service's task sets are now these."""

    task_sets: tuple[TaskSet, ...]


@dataclass(frozen=True)
class RequestsCounted:
    """Requests since the load began; ``rate`` is the number of answers in the last second or so."""

    sent: int
    failed: int
    rate: float
    failures: tuple[FailedRequests, ...] = ()


@dataclass(frozen=True)
class ShiftObserved:
    """The traffic moved; percentages of the new version, in order, as they were seen and as predicted."""

    predicted: tuple[float, ...]
    observed: tuple[float, ...]
    agrees: bool


@dataclass(frozen=True)
class MailArrived:
    """A mail reached a mailbox."""

    id: str
    to: str
    subject: str
    body: str


@dataclass(frozen=True)
class DrillPredicted:
    """What a drill must bring about, said before it is done."""

    name: str
    predicted: str


@dataclass(frozen=True)
class DrillObserved:
    """What a drill brought about."""

    name: str
    observed: str
    agrees: bool


@dataclass(frozen=True)
class DrillSkipped:
    """A drill that this project gives no hold for, and why."""

    name: str
    why: str


@dataclass(frozen=True)
class LeftoversListed:
    """Every service was asked what is left; empty when the deletion was clean."""

    leftovers: tuple[Leftover, ...]


@dataclass(frozen=True)
class LedgerRead:
    """What was emulated, executed locally, simulated and not honoured."""

    entries: tuple[LedgerEntry, ...]


@dataclass(frozen=True)
class KeptRunning:
    """The rehearsal is over and the cloud stays up until it is interrupted."""

    endpoint: str


@dataclass(frozen=True)
class Interrupted:
    """The user asked to stop."""


@dataclass(frozen=True)
class RehearsalFinished:
    """The verdict; ``reasons`` are empty when it succeeded."""

    outcome: Outcome
    reasons: tuple[str, ...] = ()


Event = (
    RehearsalStarted
    | CloudStarted
    | StepStarted
    | StepFinished
    | ResourceChanged
    | DeliveryFound
    | SubscriptionConfirmed
    | ChangePushed
    | ExecutionChanged
    | ActionChanged
    | BuildPhaseChanged
    | DeploymentChanged
    | LifecycleEventChanged
    | WeightsChanged
    | TargetsChanged
    | TaskSetsChanged
    | RequestsCounted
    | ShiftObserved
    | MailArrived
    | DrillPredicted
    | DrillObserved
    | DrillSkipped
    | LeftoversListed
    | LedgerRead
    | KeptRunning
    | Interrupted
    | RehearsalFinished
)


@dataclass(frozen=True)
class Envelope:
    """An event with its number, its time (seconds since the epoch, UTC) and the number of its cause."""

    seq: int
    run_id: str
    at: float
    follows: int | None
    event: Event
