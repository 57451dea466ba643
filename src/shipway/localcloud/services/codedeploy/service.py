"""CodeDeploy's API, put together from its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shipway.localcloud.kernel import Kernel, Provisioner, Service
from shipway.localcloud.ledger import Entry, Fidelity
from shipway.localcloud.services.codedeploy.application_operations import ApplicationOperations
from shipway.localcloud.services.codedeploy.cloudformation import (
    ApplicationProvisioner,
    ConfigProvisioner,
    GroupProvisioner,
)
from shipway.localcloud.services.codedeploy.deployment_operations import DeploymentOperations
from shipway.localcloud.services.codedeploy.executor import Executor
from shipway.localcloud.services.codedeploy.group_operations import GroupOperations
from shipway.localcloud.services.codedeploy.hooks import Hooks
from shipway.localcloud.services.codedeploy.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping


class CodeDeploy(ApplicationOperations, GroupOperations, DeploymentOperations, Service):
    """Applications, groups, configurations, and deployments to ECS that execute."""

    api = "codedeploy"

    fidelity: ClassVar = (
        Entry(Fidelity.EMULATED, "CodeDeploy", "deployments to ECS: weights, hooks, alarms, rollback"),
    )

    def __init__(self, kernel: Kernel) -> None:
        super().__init__(kernel)
        self.store = Store()
        self.hooks = Hooks()
        self.executor = Executor(kernel, self.hooks, self.store.deployments, self.store.lock)

    def provisioners(self) -> Mapping[str, Provisioner]:
        """The three types."""
        return {
            "AWS::CodeDeploy::Application": ApplicationProvisioner(self),
            "AWS::CodeDeploy::DeploymentConfig": ConfigProvisioner(self),
            "AWS::CodeDeploy::DeploymentGroup": GroupProvisioner(self),
        }
