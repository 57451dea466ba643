"""AWS::CodeBuild::Project and AWS::CodeBuild::ReportGroup."""

# ruff: noqa: D102 - the methods are those of Provisioner

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from shipway.localcloud.kernel import Provisioned
from shipway.localcloud.ledger import Fidelity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.localcloud.kernel import Kernel, Resource

# Template property -> member of CreateProject, where lower-casing the first letter is not enough.
_RENAMED = {"BuildSpec": "buildspec", "S3Logs": "s3Logs", "CloudWatchLogs": "cloudWatchLogs"}
_PASSED_ON = (
    "Artifacts",
    "Cache",
    "ConcurrentBuildLimit",
    "Description",
    "EncryptionKey",
    "Environment",
    "LogsConfig",
    "QueuedTimeoutInMinutes",
    "SecondaryArtifacts",
    "SecondarySourceVersions",
    "SecondarySources",
    "ServiceRole",
    "Source",
    "SourceVersion",
    "TimeoutInMinutes",
)
_SIMULATED = {
    "VpcConfig": "builds run in this machine's own network",
    "FileSystemLocations": "no file system is mounted",
    "BuildBatchConfig": "batch builds are not emulated",
    "ConcurrentBuildLimit": "builds never wait for each other",
}
_NUMBERS = frozenset({"timeoutInMinutes", "queuedTimeoutInMinutes", "concurrentBuildLimit", "gitCloneDepth"})
_BOOLEANS = frozenset(
    {
        "encryptionDisabled",
        "fetchSubmodules",
        "insecureSsl",
        "overrideArtifactName",
        "privilegedMode",
        "reportBuildStatus",
    }
)


class ProjectProvisioner:
    """Makes the project through CodeBuild's own API."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    def create(self, resource: Resource) -> Provisioned:
        name = str(resource.properties.get("Name") or generated_name(resource))
        project = self._codebuild.create_project(name=name, **self._request(resource))["project"]
        return Provisioned(name, {"Arn": project["arn"], "Id": name})

    def update(self, physical_id: str, resource: Resource, old: Mapping[str, Any]) -> Provisioned:
        name = resource.properties.get("Name")
        if name != old.get("Name"):
            return self.create(resource)  # AWS replaces it; CloudFormation then deletes the old one
        request = self._request(resource)
        cleared = {"secondarySources": [], "secondaryArtifacts": [], "description": "", "sourceVersion": ""}
        project = self._codebuild.update_project(name=physical_id, **{**cleared, **request})["project"]
        return Provisioned(physical_id, {"Arn": project["arn"], "Id": physical_id})

    def delete(self, physical_id: str, _properties: Mapping[str, Any]) -> None:
        self._codebuild.delete_project(name=physical_id)

    @property
    def _codebuild(self) -> Any:
        return self._kernel.clients.client("codebuild")

    def _request(self, resource: Resource) -> dict[str, Any]:
        properties = resource.properties
        request = {
            _member(key): _api(properties[key]) for key in _PASSED_ON if properties.get(key) is not None
        }
        request = {key: _typed(key, value) for key, value in request.items()}
        if tags := properties.get("Tags"):
            request["tags"] = [{"key": str(tag["Key"]), "value": str(tag["Value"])} for tag in tags]
        if vpc := properties.get("VpcConfig"):
            request["vpcConfig"] = _api(vpc)
        for key, detail in _SIMULATED.items():
            if properties.get(key):
                self._kernel.ledger.note(
                    Fidelity.SIMULATED, f"AWS::CodeBuild::Project {key}", detail, where=resource.logical_id
                )
        if properties.get("Triggers", {}).get("Webhook"):
            self._kernel.ledger.note(
                Fidelity.NOT_HONOURED,
                "AWS::CodeBuild::Project Triggers",
                "no webhook is registered",
                where=resource.logical_id,
            )
        return request


class ReportGroupProvisioner:
    """Makes the group through CodeBuild's own API; deleting one that holds reports is refused, as on AWS."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    def create(self, resource: Resource) -> Provisioned:
        properties = resource.properties
        name = str(properties.get("Name") or generated_name(resource))
        group = self._codebuild.create_report_group(
            name=name,
            type=properties["Type"],
            exportConfig=_api(properties["ExportConfig"]),
            tags=[{"key": tag["Key"], "value": tag["Value"]} for tag in properties.get("Tags", [])],
        )["reportGroup"]
        properties.get("DeleteReports")  # read when the group is deleted
        return Provisioned(group["arn"], {"Arn": group["arn"]})

    def update(self, physical_id: str, resource: Resource, old: Mapping[str, Any]) -> Provisioned:
        properties = resource.properties
        if (properties.get("Name"), properties["Type"]) != (old.get("Name"), old["Type"]):
            return self.create(resource)
        self._codebuild.update_report_group(arn=physical_id, exportConfig=_api(properties["ExportConfig"]))
        return Provisioned(physical_id, {"Arn": physical_id})

    def delete(self, physical_id: str, properties: Mapping[str, Any]) -> None:
        keep = str(properties.get("DeleteReports", "false")).lower() != "true"
        self._codebuild.delete_report_group(arn=physical_id, deleteReports=not keep)

    @property
    def _codebuild(self) -> Any:
        return self._kernel.clients.client("codebuild")


def generated_name(resource: Resource) -> str:
    """A name as CloudFormation makes one."""
    return f"{resource.stack_name}-{resource.logical_id}-{secrets.token_hex(6)}"


def _member(key: str) -> str:
    return _RENAMED.get(key, key[:1].lower() + key[1:])


def _api(value: Any) -> Any:
    """A template's value with the API's names and types."""
    if isinstance(value, dict):
        return {_member(key): _typed(_member(key), _api(item)) for key, item in value.items()}
    if isinstance(value, list):
        return [_api(item) for item in value]
    return value


def _typed(member: str, value: Any) -> Any:
    """CloudFormation is free with types ("true", 30, "30"); the API is not."""
    if member in _NUMBERS:
        return int(value)
    if member in _BOOLEANS:
        return str(value).lower() == "true"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value
