"""AWS::CodeDeploy::Application, DeploymentConfig and DeploymentGroup.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_CodeDeploy.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shipway.localcloud.kernel import Provisioned, Resource
from shipway.localcloud.template_values import as_request, generated_name
from shipway.localcloud.wire import Caller, ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.localcloud.services.codedeploy.service import CodeDeploy

_LONGEST_NAME = 100


class ApplicationProvisioner:
    """`Ref` is the name; another name or platform is another application."""

    def __init__(self, service: CodeDeploy) -> None:
        self._service = service

    def create(self, resource: Resource) -> Provisioned:
        """Make it."""
        request = as_request("codedeploy", "CreateApplicationInput", resource.properties)
        request.setdefault("applicationName", generated_name(resource, _LONGEST_NAME))
        self._service.create_application(request, _caller(resource))
        return Provisioned(request["applicationName"], {})

    def update(self, physical_id: str, resource: Resource, old: Mapping[str, Any]) -> Provisioned:
        """Only its tags change in place."""
        named = resource.properties.get("ApplicationName", physical_id)
        if named != physical_id or _changed("ComputePlatform", resource, old):
            return self.create(resource)
        _retag(self._service, resource, resource.arn("codedeploy", f"application:{physical_id}"), old)
        return Provisioned(physical_id, {})

    def delete(self, physical_id: str, _properties: Mapping[str, Any]) -> None:
        """Remove it with its groups."""
        self._service.delete_application({"applicationName": physical_id}, _owner(self._service))


class ConfigProvisioner:
    """`Ref` is the name; every change makes another one."""

    def __init__(self, service: CodeDeploy) -> None:
        self._service = service

    def create(self, resource: Resource) -> Provisioned:
        """Make it."""
        request = as_request("codedeploy", "CreateDeploymentConfigInput", resource.properties)
        request.setdefault("deploymentConfigName", generated_name(resource, _LONGEST_NAME))
        self._service.create_config(request, _caller(resource))
        return Provisioned(request["deploymentConfigName"], {})

    def update(self, _physical_id: str, resource: Resource, _old: Mapping[str, Any]) -> Provisioned:
        """AWS replaces it."""
        return self.create(resource)

    def delete(self, physical_id: str, _properties: Mapping[str, Any]) -> None:
        """Remove it."""
        self._service.delete_config({"deploymentConfigName": physical_id}, _owner(self._service))


class GroupProvisioner:
    """`Ref` is the name; another name or application is another group."""

    def __init__(self, service: CodeDeploy) -> None:
        self._service = service

    def create(self, resource: Resource) -> Provisioned:
        """Make it."""
        request = as_request("codedeploy", "CreateDeploymentGroupInput", resource.properties)
        request.setdefault("deploymentGroupName", generated_name(resource, _LONGEST_NAME))
        made = self._service.create_group(request, _caller(resource))
        return Provisioned(request["deploymentGroupName"], {"Id": made["deploymentGroupId"]})

    def update(self, physical_id: str, resource: Resource, old: Mapping[str, Any]) -> Provisioned:
        """Change it in place."""
        named = resource.properties.get("DeploymentGroupName", physical_id)
        if named != physical_id or _changed("ApplicationName", resource, old):
            return self.create(resource)
        request = as_request("codedeploy", "UpdateDeploymentGroupInput", resource.properties)
        application = request["applicationName"]
        caller = _caller(resource)
        self._service.update_group({**request, "currentDeploymentGroupName": physical_id}, caller)
        _retag(
            self._service,
            resource,
            resource.arn("codedeploy", f"deploymentgroup:{application}/{physical_id}"),
            old,
        )
        info = self._service.get_group(
            {"applicationName": application, "deploymentGroupName": physical_id}, caller
        )["deploymentGroupInfo"]
        return Provisioned(physical_id, {"Id": info["deploymentGroupId"]})

    def delete(self, physical_id: str, properties: Mapping[str, Any]) -> None:
        """Remove it; with its application it is gone already."""
        request = {"applicationName": properties["ApplicationName"], "deploymentGroupName": physical_id}
        try:
            self._service.delete_group(request, _owner(self._service))
        except ServiceError as error:
            if error.code != "ApplicationDoesNotExistException":
                raise


def _changed(name: str, resource: Resource, old: Mapping[str, Any]) -> bool:
    return bool(resource.properties.get(name) != old.get(name))


def _retag(service: CodeDeploy, resource: Resource, arn: str, old: Mapping[str, Any]) -> None:
    caller = _caller(resource)
    service.untag({"ResourceArn": arn, "TagKeys": [tag["Key"] for tag in old.get("Tags") or []]}, caller)
    tags = [{"Key": tag["Key"], "Value": tag["Value"]} for tag in resource.properties.get("Tags") or []]
    service.tag({"ResourceArn": arn, "Tags": tags}, caller)


def _caller(resource: Resource) -> Caller:
    return _root(resource.account, resource.region)


def _owner(service: CodeDeploy) -> Caller:
    return _root(service.kernel.account, service.kernel.region)


def _root(account: str, region: str) -> Caller:
    return Caller(account, region, f"arn:aws:iam::{account}:root", account)
