"""Applications, configurations and deployments of all accounts and regions; guarded by one lock."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from shipway.localcloud.services.codedeploy.configs import PREDEFINED, Config
from shipway.localcloud.wire import ServiceError

if TYPE_CHECKING:
    from datetime import datetime

    from shipway.localcloud.services.codedeploy.deployments import Deployment
    from shipway.localcloud.services.codedeploy.groups import Application, Group
    from shipway.localcloud.wire import Caller


class Store:
    """Finds things by name, with AWS's error when they are not there."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.deployments: dict[str, Deployment] = {}
        self._applications: dict[tuple[str, str], dict[str, Application]] = {}
        self._configs: dict[tuple[str, str], dict[str, tuple[Config, datetime]]] = {}

    def applications(self, caller: Caller) -> dict[str, Application]:
        """The caller's applications by name."""
        return self._applications.setdefault((caller.account, caller.region), {})

    def configs(self, caller: Caller) -> dict[str, tuple[Config, datetime]]:
        """The caller's own configurations by name, each with its time of creation."""
        return self._configs.setdefault((caller.account, caller.region), {})

    def application(self, caller: Caller, name: str) -> Application:
        """An application by name."""
        try:
            return self.applications(caller)[name]
        except KeyError:
            raise ServiceError(
                "ApplicationDoesNotExistException", f"No application found for name: {name}"
            ) from None

    def group(self, caller: Caller, application: str, name: str) -> Group:
        """A deployment group by name."""
        try:
            return self.application(caller, application).groups[name]
        except KeyError:
            raise ServiceError(
                "DeploymentGroupDoesNotExistException", f"No Deployment Group found for name: {name}"
            ) from None

    def config(self, caller: Caller, name: str) -> Config:
        """A configuration by name, AWS's or the caller's."""
        own = self.configs(caller).get(name)
        config = PREDEFINED.get(name) or (own[0] if own else None)
        if config is None:
            raise ServiceError(
                "DeploymentConfigDoesNotExistException", f"No deployment configuration found for name: {name}"
            )
        return config

    def deployment(self, caller: Caller, deployment_id: str) -> Deployment:
        """A deployment by id."""
        found = self.deployments.get(deployment_id)
        if found is None or (found.account, found.region) != (caller.account, caller.region):
            raise ServiceError(
                "DeploymentDoesNotExistException", f"The deployment {deployment_id} could not be found"
            )
        return found

    def of(self, caller: Caller) -> list[Deployment]:
        """The caller's deployments, newest first."""
        mine = (caller.account, caller.region)
        return [d for d in reversed(self.deployments.values()) if (d.account, d.region) == mine]

    def active(self, group: Group) -> Deployment | None:
        """The deployment of the group that is under way."""
        return next(
            (d for d in self.deployments.values() if d.group is group and not d.course.status.is_over), None
        )
