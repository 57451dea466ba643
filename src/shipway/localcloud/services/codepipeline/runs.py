"""What is known of an execution and of its actions; guarded by the lock of the service."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from shipway.localcloud.services.codepipeline.declaration import Action, Pipeline


class Status(StrEnum):
    """States of executions, stages and actions, in the API's words."""

    IN_PROGRESS = "InProgress"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    STOPPING = "Stopping"
    STOPPED = "Stopped"
    SUPERSEDED = "Superseded"
    CANCELLED = "Cancelled"
    ABANDONED = "Abandoned"

    @property
    def is_over(self) -> bool:
        """Whether nothing follows by itself."""
        return self not in (Status.IN_PROGRESS, Status.STOPPING)


@dataclass(frozen=True)
class Trigger:
    """What started an execution: AWS's trigger type, and the user's or rule's ARN."""

    type: str
    detail: str


@dataclass(frozen=True)
class Location:
    """An artifact's object in its store.

    Attributes:
        key_id: The KMS key of the store, or empty.
        revision: What its source action found; empty for what a build made.
    """

    bucket: str
    key: str
    key_id: str = ""
    revision: str = ""

    def as_json(self) -> dict[str, str]:
        """``s3location`` of the API and of events."""
        return {"bucket": self.bucket, "key": self.key}


@dataclass(frozen=True)
class Revision:
    """Which change a source action found."""

    id: str
    summary: str = ""
    url: str = ""
    created: datetime | None = None


@dataclass(frozen=True)
class Failure:
    """Why an action failed; `code` is one of AWS's ``FailureType``."""

    code: str
    message: str


@dataclass
class ActionRun:
    """One run of one action.

    Attributes:
        token: What PutApprovalResult must bring; empty unless it is an approval.
        approval: Set by PutApprovalResult: status and summary.
    """

    id: str
    stage: str
    action: Action
    started: datetime
    updated: datetime
    inputs: Mapping[str, Location]
    outputs: Mapping[str, Location]
    configuration: Mapping[str, str] = field(default_factory=dict)
    status: Status = Status.IN_PROGRESS
    summary: str = ""
    external_id: str = ""
    external_url: str = ""
    failure: Failure | None = None
    revision: Revision | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    token: str = ""
    approval: tuple[str, str] | None = None
    updated_by: str = ""


@dataclass
class StageRun:
    """The latest run of a stage within an execution; a retry adds its actions to `actions`."""

    name: str
    started: datetime
    status: Status = Status.IN_PROGRESS
    actions: list[ActionRun] = field(default_factory=list)
    retried: datetime | None = None

    def latest(self, action: str) -> ActionRun | None:
        """The latest run of an action."""
        return next((run for run in reversed(self.actions) if run.action.name == action), None)


@dataclass
class Execution:
    """One execution; `pipeline` is the version that it runs, whatever UpdatePipeline does meanwhile."""

    id: str
    pipeline: Pipeline
    trigger: Trigger
    started: datetime
    updated: datetime
    variables: Mapping[str, str]
    revisions: Mapping[str, str] = field(default_factory=dict)  # source action -> revision to take
    status: Status = Status.IN_PROGRESS
    summary: str = ""
    stop_reason: str = ""
    attempt: int = 1
    stages: dict[str, StageRun] = field(default_factory=dict)
    artifacts: dict[str, Location] = field(default_factory=dict)
    namespaces: dict[str, Mapping[str, str]] = field(default_factory=dict)
    abandoned: threading.Event = field(default_factory=threading.Event)

    def action_runs(self) -> list[ActionRun]:
        """All runs of all actions, oldest first."""
        return [run for stage in self.stages.values() for run in stage.actions]

    def source_revisions(self) -> list[tuple[Action, Revision]]:
        """What the source actions found."""
        return [(run.action, run.revision) for run in self.action_runs() if run.revision]

    def visible_namespaces(self) -> dict[str, Mapping[str, str]]:
        """The variables that an action may refer to now."""
        implicit: dict[str, Mapping[str, str]] = {
            "codepipeline": {"PipelineExecutionId": self.id},
            "variables": self.variables,
        }
        return {**self.namespaces, **implicit}


@dataclass
class Transition:
    """An inbound transition that somebody switched."""

    enabled: bool
    by: str
    at: datetime
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """``inboundTransitionState``."""
        return {
            "enabled": self.enabled,
            "lastChangedBy": self.by,
            "lastChangedAt": self.at,
            "disabledReason": self.reason or None,
        }
