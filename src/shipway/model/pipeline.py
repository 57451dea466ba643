"""CodePipeline: pipelines, their stages and actions, and what starts them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shipway.model.node import Link, Names, Node, Record, Relation
from shipway.model.resource import Resource
from shipway.model.value import known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from shipway.model.location import Location
    from shipway.model.value import Many, Value

# Configuration key -> what it names, per provider. Source: the action structure reference,
# https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference.html
_NAMED: dict[str, dict[str, tuple[Relation, str]]] = {
    "CodeCommit": {"RepositoryName": (Relation.READS_FROM, "CodeRepository")},
    "CodeStarSourceConnection": {"ConnectionArn": (Relation.READS_FROM, "Connection")},
    "ECR": {"RepositoryName": (Relation.READS_FROM, "ImageRepository")},
    "S3": {
        "S3Bucket": (Relation.READS_FROM, "Bucket"),
        "BucketName": (Relation.DEPLOYS_TO, "Bucket"),
    },
    "CodeBuild": {"ProjectName": (Relation.BUILDS_WITH, "Project")},
    "CodeDeploy": {
        "ApplicationName": (Relation.DEPLOYS_WITH, "Application"),
        "DeploymentGroupName": (Relation.DEPLOYS_WITH, "DeploymentGroup"),
    },
    "CodeDeployToECS": {
        "ApplicationName": (Relation.DEPLOYS_WITH, "Application"),
        "DeploymentGroupName": (Relation.DEPLOYS_WITH, "DeploymentGroup"),
    },
    "ECS": {
        "ClusterName": (Relation.DEPLOYS_TO, "Cluster"),
        "ServiceName": (Relation.DEPLOYS_TO, "Service"),
    },
    "CloudFormation": {"RoleArn": (Relation.RUNS_AS, "Role")},
    "Lambda": {"FunctionName": (Relation.INVOKES, "Function")},
    "StepFunctions": {"StateMachineArn": (Relation.INVOKES, "StateMachine")},
    "Manual": {"NotificationArn": (Relation.NOTIFIES, "Topic")},
}


class Action(Node):
    """One action of a stage."""

    label: ClassVar[str] = "action"
    names: ClassVar[tuple[Names, ...]] = (Names("role", Relation.RUNS_AS, ("Role",), ("RoleArn",)),)

    name: Value[str] | None
    stage: Value[str] | None
    """The name of its stage."""
    category: Value[str] | None
    """Source, Build, Test, Deploy, Approval, Invoke or Compute."""
    owner: Value[str] | None
    """AWS, ThirdParty or Custom."""
    provider: Value[str] | None
    """CodeCommit, CodeBuild, CodeDeployToECS, ..."""
    configuration: Mapping[str, Value[str]]
    configuration_seen: bool = True
    """False when the configuration as a whole is an expression, whose keys we do not see."""
    inputs: Many[Value[str]]
    outputs: Many[Value[str]]
    role: Value[str] | None = None
    region: Value[str] | None = None
    run_order: Value[int] | None = None
    """1 where it is absent."""
    namespace: Value[str] | None = None

    @property
    def said(self) -> str:
        """How messages name it: ``action Deploy``."""
        return f"action {known(self.name) or '?'}"

    def is_a(self, *providers: str) -> bool:
        """Whether the action is known to be of one of these providers, e.g. ``"CodeDeployToECS"``."""
        return known(self.provider) in providers

    def at_configuration(self, key: str) -> Location:
        """Where a key of the configuration stands, or would stand."""
        return self.at("Configuration", key)

    def links(self) -> Iterator[Link]:
        """Its role, and whatever its configuration names."""
        yield from super().links()
        for key, (relation, kind) in _NAMED.get(known(self.provider) or "", {}).items():
            value = self.configuration.get(key)
            if value is not None:
                yield Link(relation, value, (kind,), self.at("Configuration", key))


class Stage(Node):
    """One stage of a pipeline."""

    label: ClassVar[str] = "stage"

    name: Value[str] | None
    actions: Many[Action]

    def children(self) -> Iterable[Node]:
        """The actions."""
        return self.actions


class ArtifactStore(Node):
    """The bucket that holds a pipeline's artifacts, one per Region."""

    label: ClassVar[str] = "artifact store"
    names: ClassVar[tuple[Names, ...]] = (
        Names("bucket", Relation.STORES_IN, ("Bucket",), ("Location",)),
        Names("key", Relation.ENCRYPTED_WITH, ("Key", "KeyAlias"), ("EncryptionKey", "Id")),
    )

    region: Value[str] | None
    """None for the pipeline's own Region."""
    bucket: Value[str] | None
    key: Value[str] | None
    """The customer managed key; None for the key of S3."""


class Trigger(Record):
    """A trigger of a V2 pipeline, for sources over a connection."""

    location: Location
    provider: Value[str] | None
    source_action: Value[str] | None
    events: tuple[str, ...]
    """Which of Push and PullRequest it filters."""
    branches: Many[Value[str]]
    """Branch patterns that are included; empty and complete when branches are not filtered."""


class Variable(Record):
    """A variable of a V2 pipeline."""

    location: Location
    name: Value[str] | None
    default: Value[str] | None


class Pipeline(Resource):
    """AWS::CodePipeline::Pipeline."""

    type_name: ClassVar[str] = "AWS::CodePipeline::Pipeline"
    label: ClassVar[str] = "pipeline"
    names: ClassVar[tuple[Names, ...]] = (Names("role", Relation.RUNS_AS, ("Role",), ("RoleArn",)),)

    type: Value[str] | None
    """V1 or V2; V1 where it is absent."""
    role: Value[str] | None
    stages: Many[Stage]
    stores: Many[ArtifactStore]
    triggers: Many[Trigger]
    variables: Many[Variable]
    execution_mode: Value[str] | None = None

    @property
    def actions(self) -> tuple[Action, ...]:
        """All actions, in the order in which they stand."""
        return tuple(action for stage in self.stages for action in stage.actions)

    @property
    def sources(self) -> tuple[Action, ...]:
        """The actions that are known to be sources."""
        return tuple(action for action in self.actions if known(action.category) == "Source")

    @property
    def complete(self) -> bool:
        """Whether all stages and actions can be seen."""
        return self.stages.complete and all(stage.actions.complete for stage in self.stages)

    def children(self) -> Iterable[Node]:
        """The stages and the artifact stores."""
        yield from self.stages
        yield from self.stores


class Webhook(Resource):
    """AWS::CodePipeline::Webhook: how a third party starts a pipeline."""

    type_name: ClassVar[str] = "AWS::CodePipeline::Webhook"
    label: ClassVar[str] = "webhook"
    names: ClassVar[tuple[Names, ...]] = (
        Names("target_pipeline", Relation.STARTS, ("Pipeline",), ("TargetPipeline",)),
    )

    target_pipeline: Value[str] | None
    target_action: Value[str] | None
    authentication: Value[str] | None
    secret: Value[str] | None
    registers: Value[bool] | None
    """RegisterWithThirdParty."""
    filters: Many[WebhookFilter]


class WebhookFilter(Record):
    """One filter of a webhook."""

    location: Location
    json_path: Value[str] | None
    match_equals: Value[str] | None
