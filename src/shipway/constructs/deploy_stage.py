"""How one environment is deployed to: what pipeline, build and alerts need to know of a release."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_iam as iam


class Engine(Enum):
    """What shifts a service's traffic: CodeDeploy, or ECS itself (AWS's advice for new services)."""

    CODE_DEPLOY = "CODE_DEPLOY"
    ECS = "ECS"


@dataclass(frozen=True)
class DeployFiles:
    """Files that the build writes for one environment and that its deployment reads.

    Args:
        artifact: The output artifact that holds them.
        directory: Where the build writes them; the artifact's root.
        contents: Their texts by name.
    """

    artifact: str
    directory: str
    contents: Mapping[str, str]


@dataclass(frozen=True)
class DeployStage:
    """One deploying stage of a pipeline.

    Args:
        name: The stage's and the action's name.
        provider: The action's provider: ``"CodeDeployToECS"`` or ``"ECS"``.
        configuration: The action's configuration.
        inputs: The artifacts that it reads, by name.
        statements: What the pipeline's role must be allowed for it.
        files: What the build writes for it; None where the image alone is enough.
        role_arn: What the action acts as; the pipeline's role by default.
        approval: Whether a person must agree first.
    """

    name: str
    provider: str
    configuration: Mapping[str, Any]
    inputs: Sequence[str]
    statements: Sequence[iam.PolicyStatement]
    files: DeployFiles | None = None
    role_arn: str | None = None
    approval: bool = False


@dataclass(frozen=True)
class FailureEvents:
    """The events that tell of a failed deployment.

    Args:
        source: Their ``source``.
        detail_type: Their ``detail-type``.
        detail: The pattern of their ``detail``.
        told: The members of ``detail`` that a mail repeats.
        resources: The ARNs that they are about; any by default.
    """

    source: str
    detail_type: str
    detail: Mapping[str, Any]
    told: Sequence[str]
    resources: Sequence[str] = field(default=())


class Deployable(Protocol):
    """A release, whichever engine shifts its traffic: ``Release`` or ``NativeRelease``."""

    @property
    def alarms(self) -> Sequence[cloudwatch.Alarm]:
        """The alarms that roll a deployment back."""

    @property
    def failure(self) -> FailureEvents:
        """The events of a failed deployment."""

    def deploy_stage(self, *, name: str, files: str, directory: str, approval: bool) -> DeployStage:
        """The stage that deploys to it; ``files`` names the artifact that its files would be in."""
