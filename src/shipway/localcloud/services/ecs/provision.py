"""CloudFormation's types of ECS, each a thin translation to the API's own operations."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from shipway.localcloud.kernel import Kernel, Provisioned, Provisioner, Resource
from shipway.localcloud.services.ecs.properties import to_api
from shipway.localcloud.wire import Caller, Request, Response, ServiceError

Calls = Mapping[str, Callable[[Request, Caller], Response | None]]
Properties = Mapping[str, Any]

_STABILISE_SECONDS = 3 * 3600.0  # AWS seconds; how long CloudFormation waits for a service
_LOOK_SECONDS = 0.2  # real


def provisioners(kernel: Kernel, calls: Calls) -> dict[str, Provisioner]:
    """CloudFormation type -> provisioner."""
    return {
        "AWS::ECS::Cluster": ClusterType(kernel, calls),
        "AWS::ECS::ClusterCapacityProviderAssociations": AssociationsType(kernel, calls),
        "AWS::ECS::TaskDefinition": TaskDefinitionType(kernel, calls),
        "AWS::ECS::Service": ServiceType(kernel, calls),
    }


class _Type:
    def __init__(self, kernel: Kernel, calls: Calls) -> None:
        self.kernel = kernel
        self._calls = calls

    def call(self, name: str, request: Request, caller: Caller) -> Response:
        """Run one of ECS's operations."""
        return self._calls[name](request, caller) or {}

    def set_tags(self, arn: str, properties: Properties, old: Properties, caller: Caller) -> None:
        """Bring a resource's tags from what the old template said to what the new one says."""
        new = to_api({"Tags": properties.get("Tags", [])})["tags"]
        gone = {tag["Key"] for tag in old.get("Tags", [])} - {tag["key"] for tag in new}
        if gone:
            self.call("UntagResource", {"resourceArn": arn, "tagKeys": sorted(gone)}, caller)
        if new:
            self.call("TagResource", {"resourceArn": arn, "tags": new}, caller)


class ClusterType(_Type):
    """``AWS::ECS::Cluster``; Ref is the name."""

    def create(self, resource: Resource) -> Provisioned:
        """Make it."""
        properties = resource.properties
        request = _picked(
            properties, "CapacityProviders", "DefaultCapacityProviderStrategy", "Configuration", "Tags"
        )
        request["clusterName"] = properties.get("ClusterName") or _generated(resource)
        if settings := properties.get("ClusterSettings"):
            request["settings"] = [to_api(item) for item in settings]
        made = self.call("CreateCluster", request, _caller(resource))["cluster"]
        return Provisioned(made["clusterName"], {"Arn": made["clusterArn"]})

    def update(self, physical_id: str, resource: Resource, old: Properties) -> Provisioned:
        """Change it in place; another name makes a new one."""
        properties, caller = resource.properties, _caller(resource)
        if properties.get("ClusterName") != old.get("ClusterName"):
            return self.create(resource)
        request: Request = {"cluster": physical_id, **_picked(properties, "Configuration")}
        if settings := properties.get("ClusterSettings"):
            request["settings"] = [to_api(item) for item in settings]
        made = self.call("UpdateCluster", request, caller)["cluster"]
        if providers := properties.get("CapacityProviders"):
            strategy = to_api({"Items": properties.get("DefaultCapacityProviderStrategy", [])})["items"]
            self.call(
                "PutClusterCapacityProviders",
                {
                    "cluster": physical_id,
                    "capacityProviders": list(providers),
                    "defaultCapacityProviderStrategy": strategy,
                },
                caller,
            )
        self.set_tags(made["clusterArn"], properties, old, caller)
        return Provisioned(physical_id, {"Arn": made["clusterArn"]})

    def delete(self, physical_id: str, _properties: Properties) -> None:
        """Remove it."""
        with _gone_is_fine("ClusterNotFoundException"):
            self.call("DeleteCluster", {"cluster": physical_id}, _root(self.kernel))


class AssociationsType(_Type):
    """``AWS::ECS::ClusterCapacityProviderAssociations``; Ref is the cluster."""

    def create(self, resource: Resource) -> Provisioned:
        """Set the cluster's capacity providers."""
        request = to_api(resource.properties)
        self.call("PutClusterCapacityProviders", request, _caller(resource))
        return Provisioned(request["cluster"], {})

    def update(self, _physical_id: str, resource: Resource, _old: Properties) -> Provisioned:
        """Set them anew."""
        return self.create(resource)

    def delete(self, physical_id: str, _properties: Properties) -> None:
        """Leave the cluster without any."""
        request = {"cluster": physical_id, "capacityProviders": [], "defaultCapacityProviderStrategy": []}
        with _gone_is_fine("ClusterNotFoundException"):
            self.call("PutClusterCapacityProviders", request, _root(self.kernel))


class TaskDefinitionType(_Type):
    """``AWS::ECS::TaskDefinition``; Ref is the ARN; every change is a new revision."""

    def create(self, resource: Resource) -> Provisioned:
        """Register a revision."""
        request = to_api(resource.properties)
        request.setdefault("family", _generated(resource))
        made = self.call("RegisterTaskDefinition", request, _caller(resource))["taskDefinition"]
        arn = made["taskDefinitionArn"]
        return Provisioned(arn, {"TaskDefinitionArn": arn})

    def update(self, physical_id: str, resource: Resource, old: Properties) -> Provisioned:
        """Register the next revision; tags alone change in place."""
        if _without_tags(resource.properties) == _without_tags(old):
            self.set_tags(physical_id, resource.properties, old, _caller(resource))
            return Provisioned(physical_id, {"TaskDefinitionArn": physical_id})
        return self.create(resource)

    def delete(self, physical_id: str, _properties: Properties) -> None:
        """Deregister the revision, as CloudFormation does; it stays as INACTIVE."""
        with _gone_is_fine("ClientException"):
            self.call("DeregisterTaskDefinition", {"taskDefinition": physical_id}, _root(self.kernel))


class ServiceType(_Type):
    """``AWS::ECS::Service``; Ref is the ARN."""

    _REPLACING = (
        "ServiceName", "Cluster", "LaunchType", "DeploymentController", "SchedulingStrategy", "Role",
    )  # fmt: skip
    _UPDATABLE = (
        "DesiredCount", "TaskDefinition", "DeploymentConfiguration", "NetworkConfiguration",
        "PlatformVersion", "HealthCheckGracePeriodSeconds", "EnableExecuteCommand", "EnableECSManagedTags",
        "LoadBalancers", "PropagateTags", "ServiceRegistries", "CapacityProviderStrategy",
        "PlacementConstraints", "AvailabilityZoneRebalancing", "ServiceConnectConfiguration",
        "VolumeConfigurations",
    )  # fmt: skip

    def create(self, resource: Resource) -> Provisioned:
        """Make it and wait for its steady state."""
        request = to_api(resource.properties)
        request.setdefault("serviceName", _generated(resource))
        request.setdefault("desiredCount", 1)  # CloudFormation's default, unlike the API's
        made = self.call("CreateService", request, _caller(resource))["service"]
        self._await_steady_state(made, _caller(resource))
        return _service(made)

    def update(self, physical_id: str, resource: Resource, old: Properties) -> Provisioned:
        """Change what changed and wait for the steady state."""
        properties, caller = resource.properties, _caller(resource)
        if any(properties.get(key) != old.get(key) for key in self._REPLACING):
            return self.create(resource)
        changed = [key for key in self._UPDATABLE if properties.get(key) != old.get(key)]
        cluster = _cluster_of(physical_id)
        request = {"cluster": cluster, "service": physical_id, **_picked(properties, *changed)}
        made = self.call("UpdateService", request, caller)["service"]
        self.set_tags(physical_id, properties, old, caller)
        self._await_steady_state(made, caller)
        return _service(made)

    def delete(self, physical_id: str, _properties: Properties) -> None:
        """Drain it and wait until nothing of it runs."""
        caller = _root(self.kernel)
        where = {"cluster": _cluster_of(physical_id)}
        with _gone_is_fine(
            "ServiceNotFoundException", "ServiceNotActiveException", "ClusterNotFoundException"
        ):
            self.call("DeleteService", {**where, "service": physical_id, "force": True}, caller)
        deadline = self._deadline()
        while True:
            with _gone_is_fine("ClusterNotFoundException"):
                asked = {**where, "services": [physical_id]}
                found = self.call("DescribeServices", asked, caller)["services"]
                if all(item["status"] == "INACTIVE" for item in found):
                    return
            self._pause(deadline)

    def _await_steady_state(self, service: Mapping[str, Any], caller: Caller) -> None:
        request = {"cluster": service["clusterArn"], "services": [service["serviceArn"]]}
        deadline = self._deadline()
        while not _is_steady(self.call("DescribeServices", request, caller)["services"][0]):
            self._pause(deadline)

    def _deadline(self) -> float:
        return time.monotonic() + self.kernel.clock.limit(_STABILISE_SECONDS)

    def _pause(self, deadline: float) -> None:
        if time.monotonic() > deadline:
            raise RuntimeError(
                'Resource handler returned message: "Exceeded attempts to wait" '
                f"(RequestToken: {uuid4()}, HandlerErrorCode: NotStabilized)"
            )
        self.kernel.clock.pause(_LOOK_SECONDS)


def _is_steady(service: Mapping[str, Any]) -> bool:
    """What CloudFormation waits for; a failed rollout fails the resource at once.

    Raises:
        RuntimeError: The circuit breaker has given up.
    """
    for deployment in service["deployments"]:
        if deployment["rolloutState"] == "FAILED":
            raise RuntimeError(
                "Resource handler returned message: \"Error occurred during operation 'ECS Deployment "
                f"Circuit Breaker was triggered'.\" (RequestToken: {uuid4()}, "
                "HandlerErrorCode: GeneralServiceException)"
            )
    if service["taskSets"] is not None:
        return all(item["stabilityStatus"] == "STEADY_STATE" for item in service["taskSets"])
    deployments = service["deployments"]
    return len(deployments) == 1 and deployments[0]["rolloutState"] == "COMPLETED"


def _service(made: Mapping[str, Any]) -> Provisioned:
    return Provisioned(made["serviceArn"], {"Name": made["serviceName"], "ServiceArn": made["serviceArn"]})


def _cluster_of(service_arn: str) -> str:
    return service_arn.split("/")[1]


def _without_tags(properties: Properties) -> dict[str, Any]:
    return {key: properties[key] for key in properties if key != "Tags"}


def _picked(properties: Properties, *names: str) -> Request:
    return to_api({name: properties[name] for name in names if properties.get(name) is not None})


def _generated(resource: Resource) -> str:
    """A name as CloudFormation makes it: ``stack-logical-RANDOM``."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    suffix = "".join(secrets.choice(alphabet) for _ in range(12))
    return f"{resource.stack_name}-{resource.logical_id}-{suffix}"


def _caller(resource: Resource) -> Caller:
    account = resource.account
    return Caller(account, resource.region, f"arn:aws:iam::{account}:root", account)


def _root(kernel: Kernel) -> Caller:
    return Caller(kernel.account, kernel.region, f"arn:aws:iam::{kernel.account}:root", kernel.account)


@contextmanager
def _gone_is_fine(*codes: str) -> Iterator[None]:
    """What is gone already has been deleted."""
    try:
        yield
    except ServiceError as error:
        if error.code not in codes:
            raise
