"""What every service of the local cloud is given: time, clients, events, work, the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from shipway.localcloud.network import Network
from shipway.localcloud.wire import Operation, Request, Response, ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from shipway.localcloud.asgi import AsgiApp
    from shipway.localcloud.clients import Clients
    from shipway.localcloud.clock import Clock
    from shipway.localcloud.engines.engine import Engine
    from shipway.localcloud.events import Events
    from shipway.localcloud.jobs import Jobs
    from shipway.localcloud.ledger import Entry, Ledger
    from shipway.localcloud.wire import Caller


@dataclass(frozen=True)
class Kernel:
    """The parts that services share.

    Attributes:
        account: The account of the cloud, 12 digits.
        region: Its region.
        endpoint: ``http://127.0.0.1:PORT``, where AWS's APIs, git and ``/v2/`` answer.
        scratch: A folder for files; removed when the cloud stops.
        clients: boto3 clients that call this cloud as a role.
        engine: How images are built and containers run.
        network: The private addresses of tasks, and the way to them.
    """

    account: str
    region: str
    endpoint: str
    scratch: Path
    clock: Clock
    ledger: Ledger
    jobs: Jobs
    clients: Clients
    events: Events
    engine: Engine
    network: Network = field(default_factory=Network)


@dataclass(frozen=True)
class Resource:
    """A resource of a template as CloudFormation hands it to its provider, intrinsics resolved."""

    logical_id: str
    properties: Mapping[str, Any]
    stack_name: str
    account: str
    region: str

    def arn(self, service: str, resource: str) -> str:
        """An ARN in the stack's account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


@dataclass(frozen=True)
class Provisioned:
    """What `Ref` (the physical id) and `Fn::GetAtt` (the attributes) of a resource answer."""

    physical_id: str
    attributes: Mapping[str, Any]


class Provisioner(Protocol):
    """Creates, updates and deletes one CloudFormation type.

    Each runs on a worker thread: it may wait and may call the cloud. An exception fails the resource with
    its message. A property that is never read from `properties` is listed as not honoured.
    """

    def create(self, resource: Resource, /) -> Provisioned:
        """Make the resource."""
        ...

    def update(self, physical_id: str, resource: Resource, old: Mapping[str, Any], /) -> Provisioned:
        """Change it in place, or make a new one when AWS documents a replacement."""
        ...

    def delete(self, physical_id: str, properties: Mapping[str, Any], /) -> None:
        """Remove it; one that is already gone is removed."""
        ...


class Service:
    """A service of AWS. Subclasses name their API and mark operations with `@operation`.

    Every attribute below may be left as it is.
    """

    api: ClassVar[str] = (
        ""  # botocore's name of a JSON 1.1 service; empty when it has no operations of its own
    )

    # How close to AWS it is, for the report of a run.
    fidelity: ClassVar[tuple[Entry, ...]] = ()

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel

    def operations(self) -> Mapping[str, Callable[[Request, Caller], Response | None]]:
        """AWS's operation name -> bound method."""
        found = {}
        for name in dir(type(self)):
            method: Operation = getattr(type(self), name)
            if operation_name := getattr(method, "aws_operation", None):
                found[str(operation_name)] = getattr(self, name)
        return found

    def provisioners(self) -> Mapping[str, Provisioner]:
        """CloudFormation type -> its provisioner."""
        return {}

    def deletion_guards(self) -> Mapping[str, DeletionGuard]:
        """CloudFormation type of ministack's -> what may refuse its deletion; on a worker thread."""
        return {}

    def attributes(self) -> Mapping[str, AttributesOf]:
        """CloudFormation type of ministack's -> attributes for `Fn::GetAtt` that it lacks."""
        return {}

    def event_targets(self) -> Mapping[str, EventTarget]:
        """Service of a target's ARN (``codepipeline``) -> what EventBridge calls, in a job of its own."""
        return {}

    def routes(self) -> Mapping[str, AsgiApp]:
        """Path prefix (``/git/``) -> ASGI application for what is no AWS API."""
        return {}

    def query_overlays(self) -> Mapping[str, QueryOverlay]:
        """``elasticloadbalancing:DescribeTargetHealth`` -> an answer in place of ministack's."""
        return {}

    def control(self) -> Mapping[str, Callable[[], object]]:
        """Name -> JSON value of ``GET /_shipway/NAME``."""
        return {}

    def close(self) -> None:
        """End whatever the service still runs; called after the clock has stopped."""


class AttributesOf(Protocol):
    """Attributes of a resource that another provisioner made."""

    def __call__(self, physical_id: str, properties: Mapping[str, Any], /) -> Mapping[str, Any]:
        """Attribute name -> value; must not wait."""
        ...


class DeletionGuard(Protocol):
    """Refuses to delete a resource by raising ValueError with AWS's sentence."""

    def __call__(self, physical_id: str, properties: Mapping[str, Any], /) -> None:
        """Return when the resource may go."""
        ...


class EventTarget(Protocol):
    """Invokes a target of an EventBridge rule."""

    def __call__(self, target: Mapping[str, Any], payload: str, /) -> None:
        """Call the target.

        Args:
            target: As PutTargets took it (Arn, RoleArn, ...), and ``RuleArn``, the rule that it belongs to.
            payload: The event after the rule's input transformer.
        """
        ...


class QueryOverlay(Protocol):
    """Answers one operation of a query-protocol service in place of ministack."""

    def __call__(self, form: Mapping[str, str], caller: Caller, passed_on: Callable[[], bytes]) -> bytes:
        """The XML body; `passed_on()` gives ministack's. Raise `ServiceError` for an error."""
        ...


def not_emulated(api: str, name: str) -> ServiceError:
    """The answer to an operation that AWS has and this cloud has not."""
    return ServiceError(
        "NotImplementedException", f"Shipway's local cloud does not emulate {api}:{name}", status=501
    )
