"""The pipelines that exist, each with its versions, its board and its executions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from shipway.localcloud.wire import ServiceError

if TYPE_CHECKING:
    from datetime import datetime

    from shipway.localcloud.services.codepipeline.board import Board
    from shipway.localcloud.services.codepipeline.declaration import Pipeline
    from shipway.localcloud.services.codepipeline.runs import Execution, Transition
    from shipway.localcloud.wire import Caller


@dataclass
class Record:
    """One pipeline; guarded by the service's lock.

    Attributes:
        stage_history: Stage -> the execution that entered it last.
    """

    account: str
    region: str
    pipeline: Pipeline
    created: datetime
    updated: datetime
    board: Board
    versions: dict[int, Pipeline] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    executions: dict[str, Execution] = field(default_factory=dict)
    transitions: dict[str, Transition] = field(default_factory=dict)
    stage_history: dict[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """Without ``pipeline/``: a pipeline's ARN ends in its bare name."""
        return f"arn:aws:codepipeline:{self.region}:{self.account}:{self.pipeline.name}"

    def change(self, pipeline: Pipeline, at: datetime) -> None:
        """Take a new version; executions under way keep theirs."""
        self.pipeline = pipeline
        self.versions[pipeline.version] = pipeline
        self.board = replace(self.board, mode=pipeline.mode)
        self.updated = at

    def active(self) -> list[Execution]:
        """Executions that are not over."""
        return [execution for execution in self.executions.values() if not execution.status.is_over]

    def execution(self, execution_id: str) -> Execution:
        """An execution by id."""
        try:
            return self.executions[execution_id]
        except KeyError:
            raise ServiceError(
                "PipelineExecutionNotFoundException",
                f"Execution {execution_id} was not found for pipeline {self.pipeline.name}",
            ) from None

    def latest_in(self, stage: str) -> Execution | None:
        """The execution that entered a stage last."""
        return self.executions.get(self.stage_history.get(stage, ""))


class Records:
    """All pipelines, by account, region and name."""

    def __init__(self) -> None:
        self._records: dict[tuple[str, str, str], Record] = {}

    def add(self, record: Record) -> None:
        """Add a pipeline whose name is free."""
        key = (record.account, record.region, record.pipeline.name)
        if key in self._records:
            raise ServiceError(
                "PipelineNameInUseException",
                f"A pipeline with the name '{key[2]}' already exists in account '{key[0]}'",
            )
        self._records[key] = record

    def get(self, caller: Caller, name: str) -> Record:
        """The caller's pipeline of that name."""
        record = self._records.get((caller.account, caller.region, name))
        if record is None:
            raise ServiceError(
                "PipelineNotFoundException",
                f"Account '{caller.account}' does not have a pipeline with name '{name}'",
            )
        return record

    def by_arn(self, caller: Caller, arn: str) -> Record:
        """The pipeline of an ARN."""
        try:
            return self.get(caller, arn.split(":", 5)[5])
        except (IndexError, ServiceError):
            raise ServiceError("ResourceNotFoundException", f"Resource {arn} was not found") from None

    def remove(self, caller: Caller, name: str) -> Record | None:
        """Forget a pipeline; None when there was none."""
        return self._records.pop((caller.account, caller.region, name), None)

    def of(self, caller: Caller) -> list[Record]:
        """The caller's pipelines by name."""
        mine = (caller.account, caller.region)
        return [record for key, record in sorted(self._records.items()) if key[:2] == mine]

    def holds(self, record: Record) -> bool:
        """Whether the pipeline still exists."""
        return self._records.get((record.account, record.region, record.pipeline.name)) is record
