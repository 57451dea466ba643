"""The life of one task, from PROVISIONING to STOPPED.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
"""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from shipway.localcloud.services.ecs import targets
from shipway.localcloud.services.ecs.containers import Containers
from shipway.localcloud.services.ecs.failures import StartFailedError
from shipway.localcloud.services.ecs.records import Status, now

if TYPE_CHECKING:
    from shipway.localcloud.kernel import Kernel
    from shipway.localcloud.services.ecs.announce import Announcer
    from shipway.localcloud.services.ecs.records import ServiceRecord, Task
    from shipway.localcloud.services.ecs.state import State

_LOOK_SECONDS = 0.1  # real: how soon an ended process or a request to stop is noticed


class Life:
    """Runs a task in the calling thread.

    Args:
        service: Told when the task changes, so that its scheduler looks at once.
    """

    def __init__(
        self, kernel: Kernel, state: State, announcer: Announcer, task: Task, service: ServiceRecord | None
    ) -> None:
        self._kernel = kernel
        self._state = state
        self._announcer = announcer
        self._task = task
        self._service = service
        self._containers = Containers(kernel, task)
        self._registered = False

    def run(self) -> None:
        """Return when the task is STOPPED; raise `CloudStopped` when the cloud stops before that."""
        task = self._task
        try:
            self._enter(Status.PROVISIONING)
            self._provision()
            self._enter(Status.PENDING)
            self._containers.start()
            if task.placement.load_balancers and self._service is not None:
                self._enter(Status.ACTIVATING)
                self._register()
            task.running_since = time.monotonic()
            self._enter(Status.RUNNING, "startedAt")
            self._watch()
        except StartFailedError as failure:
            task.ask_to_stop("TaskFailedToStart", failure.reason)
        except (ClientError, BotoCoreError) as error:
            task.ask_to_stop("TaskFailedToStart", f"ResourceInitializationError: {error}")
        self._end()

    def _provision(self) -> None:
        subnets = self._task.placement.subnets
        if not subnets:
            raise StartFailedError("ResourceInitializationError: the task has no subnet")
        # Tasks of a service are spread over its zones: each takes the next subnet.
        subnet_id = subnets[secrets.randbelow(len(subnets))]
        try:
            found = self._kernel.clients.client("ec2").describe_subnets(SubnetIds=[subnet_id])["Subnets"][0]
            address = self._kernel.network.lease(found["CidrBlock"])
        except (ClientError, BotoCoreError, LookupError) as error:
            raise StartFailedError(
                f"ResourceInitializationError: failed to create an ENI: {error}"
            ) from error
        with self._state.lock:
            self._task.address = address
            self._task.zone = found["AvailabilityZone"]
            details = {
                "subnetId": subnet_id,
                "networkInterfaceId": f"eni-{secrets.token_hex(9)[:17]}",
                "macAddress": f"0a:{secrets.token_bytes(5).hex(':')}",
                "privateDnsName": f"ip-{address.replace('.', '-')}.ec2.internal",
                "privateIPv4Address": address,
            }
            self._task.attachment = {
                "id": str(uuid4()),
                "type": "ElasticNetworkInterface",
                "status": "ATTACHED",
                "details": [{"name": name, "value": value} for name, value in details.items()],
            }

    def _register(self) -> None:
        self._registered = True  # even half registered it has to be taken out again
        for group in targets.register(self._kernel, self._task):
            self._tell(f"registered 1 targets in (target-group {group})")

    def _watch(self) -> None:
        while not self._task.stop_asked.is_set():
            if self._containers.look():
                self._task.ask_to_stop("EssentialContainerExited", "Essential container in task exited")
                return
            self._kernel.clock.pause(_LOOK_SECONDS)

    def _end(self) -> None:
        self._enter(Status.DEACTIVATING, "stoppingAt")
        if self._registered:
            self._tell("has begun draining connections on 1 tasks.")
            for group in targets.deregister(self._kernel, self._task):
                self._tell(f"deregistered 1 targets in (target-group {group})")
        self._enter(Status.STOPPING)
        self._containers.stop()
        self._enter(Status.DEPROVISIONING, "executionStoppedAt")
        if self._task.address:
            self._kernel.network.release(self._task.address)
            self._task.attachment["status"] = "DELETED"
        self._enter(Status.STOPPED, "stoppedAt")

    def _enter(self, status: Status, moment: str = "") -> None:
        with self._state.lock:
            self._task.status = status
            self._task.version += 1
            if moment:
                self._task.times[moment] = now()
        self._announcer.task(self._task)
        if self._service is not None:
            self._service.changed.set()

    def _tell(self, text: str) -> None:
        if self._service is not None:
            own = [each for each in self._service.task_sets if each.id == self._task.started_by]
            self._announcer.message(self._service, text, own[0] if own else None)
