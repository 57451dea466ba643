"""ECS as a service of the local cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shipway.localcloud.kernel import Kernel, Provisioner, Service
from shipway.localcloud.ledger import Entry, Fidelity
from shipway.localcloud.services.ecs.announce import Announcer
from shipway.localcloud.services.ecs.clusters import Clusters
from shipway.localcloud.services.ecs.definitions import Definitions
from shipway.localcloud.services.ecs.launcher import Launcher
from shipway.localcloud.services.ecs.provision import provisioners
from shipway.localcloud.services.ecs.services import Services
from shipway.localcloud.services.ecs.state import State
from shipway.localcloud.services.ecs.tagging import Tagging
from shipway.localcloud.services.ecs.task_sets import TaskSets
from shipway.localcloud.services.ecs.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shipway.localcloud.wire import Caller, Request, Response

_PARTS = (Clusters, Definitions, Services, TaskSets, Tasks, Tagging)


class Ecs(Service):
    """The whole API; ministack's own ECS only pretends to run tasks."""

    api = "ecs"

    fidelity: ClassVar = (
        Entry(Fidelity.EMULATED, "ECS", "services, task sets and tasks, with the states of Fargate"),
        Entry(
            Fidelity.EXECUTED,
            "ECS containers",
            "each a program of this machine, with its own address",
        ),
    )

    def __init__(self, kernel: Kernel) -> None:
        super().__init__(kernel)
        self.state = State()
        announcer = Announcer(kernel, self.state)
        launcher = Launcher(kernel, self.state, announcer)
        parts = [part(kernel, self.state, announcer, launcher) for part in _PARTS]
        self._calls = {name: call for part in parts for name, call in part.operations().items()}

    def operations(self) -> Mapping[str, Callable[[Request, Caller], Response | None]]:
        """The operations of all parts."""
        return self._calls

    def provisioners(self) -> Mapping[str, Provisioner]:
        """Cluster, ClusterCapacityProviderAssociations, TaskDefinition, Service."""
        return provisioners(self.kernel, self._calls)
