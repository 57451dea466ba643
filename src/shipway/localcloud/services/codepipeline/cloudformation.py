"""AWS::CodePipeline::Pipeline.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codepipeline-pipeline.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shipway.localcloud.kernel import Provisioned, Resource
from shipway.localcloud.ledger import Fidelity
from shipway.localcloud.template_values import as_request, generated_name
from shipway.localcloud.wire import Caller

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.localcloud.ledger import Ledger
    from shipway.localcloud.services.codepipeline.service import CodePipeline

_DECLARED = frozenset(
    {"RoleArn", "ArtifactStore", "Stages", "PipelineType", "ExecutionMode", "Variables", "Triggers"}
)
_LONGEST_NAME = 100


class PipelineProvisioner:
    """`Ref` is the pipeline's name; another name is another pipeline."""

    def __init__(self, service: CodePipeline) -> None:
        self._service = service

    def create(self, resource: Resource) -> Provisioned:
        """Make the pipeline, which starts once, as on AWS."""
        name = str(resource.properties.get("Name") or generated_name(resource, _LONGEST_NAME))
        caller = _caller(resource)
        declaration = _declaration(resource.properties, name)
        self._service.create_pipeline(
            {"pipeline": declaration, "tags": _tags(resource.properties.get("Tags"))}, caller
        )
        self._transitions(resource, name, caller, {})
        return _answer(name, 1)

    def update(self, physical_id: str, resource: Resource, old: Mapping[str, Any]) -> Provisioned:
        """Change it in place."""
        name = resource.properties.get("Name")
        if name and name != physical_id:
            return self.create(resource)
        caller = _caller(resource)
        declaration = _declaration(resource.properties, physical_id)
        version = self._service.update_pipeline({"pipeline": declaration}, caller)["pipeline"]["version"]
        tags = {"resourceArn": resource.arn("codepipeline", physical_id)}
        gone = {each["Key"] for each in old.get("Tags", [])}
        self._service.untag({**tags, "tagKeys": sorted(gone)}, caller)
        self._service.tag({**tags, "tags": _tags(resource.properties.get("Tags"))}, caller)
        self._transitions(resource, physical_id, caller, _disabled(old))
        if resource.properties.get("RestartExecutionOnUpdate") in (True, "true"):
            self._service.start({"name": physical_id}, caller)
        return _answer(physical_id, version)

    def delete(self, physical_id: str, _properties: Mapping[str, Any]) -> None:
        """Remove it; its running executions end with it."""
        kernel = self._service.kernel
        self._service.delete_pipeline({"name": physical_id}, _root(kernel.account, kernel.region))

    def _transitions(self, resource: Resource, name: str, caller: Caller, before: Mapping[str, str]) -> None:
        now = _disabled(resource.properties)
        for stage in before.keys() - now.keys():
            self._service.enable(
                {"pipelineName": name, "stageName": stage, "transitionType": "Inbound"}, caller
            )
        for stage, reason in now.items():
            self._service.disable(
                {"pipelineName": name, "stageName": stage, "transitionType": "Inbound", "reason": reason},
                caller,
            )


class WebhookProvisioner:
    """AWS::CodePipeline::Webhook: nothing outside can call this cloud, so it is only recorded."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def create(self, resource: Resource) -> Provisioned:
        """Record it."""
        self._ledger.note(
            Fidelity.SIMULATED,
            "AWS::CodePipeline::Webhook",
            "recorded; nobody outside of this machine can call it",
            where=resource.logical_id,
        )
        name = str(resource.properties.get("Name") or generated_name(resource, _LONGEST_NAME))
        return Provisioned(name, {"Url": f"https://{resource.region}.webhooks.aws/trigger?t={name}"})

    def update(self, physical_id: str, resource: Resource, _old: Mapping[str, Any]) -> Provisioned:
        """Record the new one."""
        name = resource.properties.get("Name")
        if name and name != physical_id:
            return self.create(resource)
        return Provisioned(
            physical_id, {"Url": f"https://{resource.region}.webhooks.aws/trigger?t={physical_id}"}
        )

    def delete(self, _physical_id: str, _properties: Mapping[str, Any]) -> None:
        """Nothing was made."""


def _answer(name: str, version: int) -> Provisioned:
    return Provisioned(name, {"Version": str(version)})


def _declaration(properties: Mapping[str, Any], name: str) -> dict[str, Any]:
    declaration = as_request("codepipeline", "PipelineDeclaration", _without_stores(properties))
    if stores := properties.get("ArtifactStores"):
        # A list in a template, a mapping in the API.
        declaration["artifactStores"] = {
            str(each["Region"]): as_request("codepipeline", "ArtifactStore", each["ArtifactStore"])
            for each in stores
        }
    return declaration | {"name": name}


def _without_stores(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {key: properties[key] for key in _DECLARED if key in properties}


def _disabled(properties: Mapping[str, Any]) -> dict[str, str]:
    return {
        str(each["StageName"]): str(each["Reason"])
        for each in properties.get("DisableInboundStageTransitions") or []
    }


def _tags(tags: Any) -> list[dict[str, str]]:
    return [{"key": str(each["Key"]), "value": str(each["Value"])} for each in tags or []]


def _caller(resource: Resource) -> Caller:
    return _root(resource.account, resource.region)


def _root(account: str, region: str) -> Caller:
    return Caller(account, region, f"arn:aws:iam::{account}:root", account)
