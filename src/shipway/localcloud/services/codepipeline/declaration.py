"""A pipeline's declaration, read from the API's JSON."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from shipway.localcloud.wire import ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping


class ExecutionMode(StrEnum):
    """What happens when an execution meets a stage that another one holds."""

    SUPERSEDED = "SUPERSEDED"  # the newest waits, older ones give up
    QUEUED = "QUEUED"  # all wait in line
    PARALLEL = "PARALLEL"  # nobody waits


@dataclass(frozen=True)
class ActionType:
    """Which provider does an action."""

    category: str
    owner: str
    provider: str
    version: str

    @property
    def key(self) -> tuple[str, str]:
        """Category and provider: what tells AWS's own actions apart."""
        return self.category, self.provider

    def as_json(self) -> dict[str, str]:
        """The API's ``actionTypeId``."""
        return {
            "category": self.category,
            "owner": self.owner,
            "provider": self.provider,
            "version": self.version,
        }


@dataclass(frozen=True)
class Action:
    """One action of a stage; artifacts are names."""

    name: str
    type: ActionType
    run_order: int
    configuration: Mapping[str, str]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    role_arn: str
    region: str
    namespace: str
    timeout_minutes: int | None


@dataclass(frozen=True)
class Stage:
    """A stage; actions of the same run order run at the same time."""

    name: str
    actions: tuple[Action, ...]

    def run_orders(self) -> list[tuple[Action, ...]]:
        """The actions in groups, in the order in which the groups run."""
        orders = sorted({action.run_order for action in self.actions})
        return [tuple(a for a in self.actions if a.run_order == order) for order in orders]


@dataclass(frozen=True)
class Store:
    """Where artifacts lie; `key` is the id of a KMS key or empty for S3's own encryption."""

    bucket: str
    key: str


@dataclass(frozen=True)
class Pipeline:
    """One version of a pipeline.

    Attributes:
        stores: Region -> artifact store; the region is empty where the pipeline has a single store.
        variables: Name -> default, None when an execution must bring a value.
        raw: The declaration as GetPipeline answers it.
    """

    name: str
    version: int
    role_arn: str
    mode: ExecutionMode
    stages: tuple[Stage, ...]
    stores: Mapping[str, Store]
    variables: Mapping[str, str | None]
    raw: Mapping[str, Any]

    def stage(self, name: str) -> Stage:
        """The stage of that name; the API's StageNotFoundException when there is none."""
        for stage in self.stages:
            if stage.name == name:
                return stage
        raise ServiceError(
            "StageNotFoundException", f"Stage '{name}' does not exist in pipeline '{self.name}'"
        )

    def after(self, name: str) -> Stage | None:
        """The stage that follows `name`."""
        index = self.stages.index(self.stage(name))
        return self.stages[index + 1] if index + 1 < len(self.stages) else None

    def store(self, region: str) -> Store:
        """The artifact store that actions in `region` use."""
        return self.stores.get(region) or self.stores[""]


@dataclass(frozen=True)
class ActionSpec:
    """What a provider's action accepts.

    Attributes:
        required: Configuration keys that must be there.
        optional: Configuration keys that may be there; None when any key is accepted.
        inputs: Least and most input artifacts.
        outputs: Least and most output artifacts.
        timeout_minutes: AWS's default time limit.
        works_in_real_time: The action's work runs on this machine, where no clock makes it faster;
            its time limit counts real minutes.
    """

    required: frozenset[str]
    optional: frozenset[str] | None
    inputs: tuple[int, int]
    outputs: tuple[int, int]
    timeout_minutes: int
    works_in_real_time: bool = False


def parse(raw: Mapping[str, Any], version: int) -> Pipeline:
    """Read a declaration (``PipelineDeclaration`` of the API), which becomes version `version`."""
    complete = {
        "executionMode": ExecutionMode.SUPERSEDED.value,
        "pipelineType": "V1",
        **raw,
        "version": version,
    }
    return Pipeline(
        name=raw["name"],
        version=version,
        role_arn=raw["roleArn"],
        mode=ExecutionMode(complete["executionMode"]),
        stages=tuple(_stage(stage) for stage in raw["stages"]),
        stores=_stores(raw),
        variables={each["name"]: each.get("defaultValue") for each in raw.get("variables", [])},
        raw=complete,
    )


def _stage(raw: Mapping[str, Any]) -> Stage:
    return Stage(raw["name"], tuple(_action(action) for action in raw["actions"]))


def _action(raw: Mapping[str, Any]) -> Action:
    return Action(
        name=raw["name"],
        type=ActionType(**{k: str(v) for k, v in raw["actionTypeId"].items()}),
        run_order=int(raw.get("runOrder", 1)),
        configuration=dict(raw.get("configuration", {})),
        inputs=tuple(artifact["name"] for artifact in raw.get("inputArtifacts", [])),
        outputs=tuple(artifact["name"] for artifact in raw.get("outputArtifacts", [])),
        role_arn=raw.get("roleArn", ""),
        region=raw.get("region", ""),
        namespace=raw.get("namespace", ""),
        timeout_minutes=raw.get("timeoutInMinutes"),
    )


def _stores(raw: Mapping[str, Any]) -> dict[str, Store]:
    single, by_region = raw.get("artifactStore"), raw.get("artifactStores")
    if bool(single) == bool(by_region):
        raise ServiceError(
            "InvalidStructureException",
            "Either artifactStore or artifactStores must be specified in the pipeline, but not both",
        )
    stores = by_region or {"": single}
    return {
        region: Store(store["location"], (store.get("encryptionKey") or {}).get("id", ""))
        for region, store in stores.items()
    }
