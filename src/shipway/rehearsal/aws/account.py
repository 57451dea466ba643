"""An AWS account for a rehearsal, reached by boto3 at one endpoint."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from shipway.rehearsal.aws import inventory
from shipway.rehearsal.aws.clients import Clients
from shipway.rehearsal.aws.discovery import find_delivery
from shipway.rehearsal.aws.environment import Environment
from shipway.rehearsal.aws.observation import Observer
from shipway.rehearsal.aws.stacks import Stacks
from shipway.rehearsal.ports import StepFailedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from shipway.rehearsal.delivery import Delivery
    from shipway.rehearsal.facts import Leftover
    from shipway.rehearsal.ports import Report
    from shipway.rehearsal.snapshot import Snapshot
    from shipway.template.assembly import Assembly

P = ParamSpec("P")
T = TypeVar("T")


def _as_failure(call: Callable[P, T]) -> Callable[P, T]:
    """What AWS refuses is a result of the rehearsal, in AWS's own words."""

    @wraps(call)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return call(*args, **kwargs)
        except (ClientError, BotoCoreError) as refused:
            raise StepFailedError(f"AWS answered: {refused}") from refused

    return wrapped


class AwsAccount:
    """The ``Account`` port, on boto3.

    Args:
        endpoint: Where all services answer.
        account: 12 digits.
        region: AWS region.
    """

    def __init__(self, endpoint: str, account: str, region: str) -> None:
        self._clients = Clients(endpoint, account, region)
        self._environment = Environment(self._clients)
        self._stacks = Stacks(self._clients)
        self._before = inventory.Inventory(frozenset(), frozenset())
        self._observer: Observer | None = None
        self._released: set[str] = set()

    @_as_failure
    def prepare(self) -> None:
        """See ``Account``."""
        self._before = inventory.take(self._clients)
        self._environment.make()

    @_as_failure
    def deploy(self, assembly: Assembly, report: Report) -> None:
        """See ``Account``."""
        for stack in assembly.stacks:
            self._stacks.create(stack, self._environment.publish(stack), report)

    @_as_failure
    def find_delivery(self) -> Delivery:
        """See ``Account``."""
        delivery = find_delivery(self._clients, self._stacks)
        self._observer = Observer(self._clients, delivery)
        return delivery

    @_as_failure
    def execution_of(self, delivery: Delivery, commit: str) -> str | None:
        """See ``Account``."""
        return Observer(self._clients, delivery).execution_of(commit)

    @_as_failure
    def observe(self, delivery: Delivery, execution: str | None) -> Snapshot:
        """See ``Account``."""
        observer = self._observer or Observer(self._clients, delivery)
        snapshot = observer.snapshot(execution)
        self._released |= {one.task_definition for one in snapshot.task_sets}
        return snapshot

    @_as_failure
    def delete(self, report: Report) -> None:
        """See ``Account``."""
        self._stacks.delete(report)
        self._environment.remove()
        # The revisions that a pipeline's releases registered are not in the stack, and outlive it on AWS too.
        listed = self._clients.ecs.list_task_definitions(status="ACTIVE")["taskDefinitionArns"]
        for arn in listed:
            if arn.rsplit("/", 1)[-1] in self._released:
                self._clients.ecs.deregister_task_definition(taskDefinition=arn)

    @_as_failure
    def leftovers(self) -> tuple[Leftover, ...]:
        """See ``Account``."""
        return inventory.added(self._before, inventory.take(self._clients))
