"""AWS::CodeCommit::Repository."""

# ruff: noqa: D102 - the methods are those of Provisioner

from __future__ import annotations

import io
import secrets
import zipfile
from typing import TYPE_CHECKING, Any

from shipway.localcloud.kernel import Provisioned
from shipway.localcloud.ledger import Fidelity
from shipway.localcloud.services.codecommit import trees

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.localcloud.kernel import Kernel, Resource
    from shipway.localcloud.services.codecommit.repositories import Repositories, Repository

_EXECUTABLE = 0o111


class RepositoryProvisioner:
    """Repositories of a template; ``Code`` becomes the first commit."""

    def __init__(self, kernel: Kernel, repositories: Repositories) -> None:
        self._kernel = kernel
        self._repositories = repositories

    def create(self, resource: Resource) -> Provisioned:
        properties = resource.properties
        repository = self._repositories.create(
            str(properties["RepositoryName"]),
            resource.account,
            resource.region,
            description=str(properties.get("RepositoryDescription", "")),
            kms_key_id=properties.get("KmsKeyId"),
            tags=_tags(properties),
        )
        if code := properties.get("Code"):
            self._first_commit(repository, code)
        self._note_triggers(repository, resource)
        return self._answer(repository)

    def update(self, physical_id: str, resource: Resource, old: Mapping[str, Any]) -> Provisioned:
        properties = resource.properties
        repository = self._repositories.by_id(physical_id)
        if repository is None:
            return self.create(resource)
        if repository.name != properties["RepositoryName"]:
            self._repositories.rename(repository, str(properties["RepositoryName"]))
        repository.description = str(properties.get("RepositoryDescription", ""))
        repository.kms_key_id = properties.get("KmsKeyId")
        for key in _tags(old):
            repository.tags.pop(key, None)
        repository.tags.update(_tags(properties))
        properties.get("Code")  # AWS takes it at creation only; later changes of it do nothing
        self._note_triggers(repository, resource)
        return self._answer(repository)

    def delete(self, physical_id: str, _properties: Mapping[str, Any]) -> None:
        # AWS deletes a repository whatever it holds.
        if repository := self._repositories.by_id(physical_id):
            self._repositories.delete(repository)

    def _answer(self, repository: Repository) -> Provisioned:
        metadata = self._repositories.metadata(repository)
        attributes = {"Name": repository.name, "Arn": repository.arn, "KmsKeyId": repository.kms_key_id or ""}
        urls = {"CloneUrlHttp": metadata["cloneUrlHttp"], "CloneUrlSsh": metadata["cloneUrlSsh"]}
        return Provisioned(repository.id, {**attributes, **urls})

    def _note_triggers(self, repository: Repository, resource: Resource) -> None:
        repository.triggers = [_trigger(trigger) for trigger in resource.properties.get("Triggers", [])]
        repository.trigger_configuration = secrets.token_hex(16) if repository.triggers else None
        if repository.triggers:
            self._kernel.ledger.note(
                Fidelity.SIMULATED,
                "AWS::CodeCommit::Repository Triggers",
                "recorded, never fired; rules on EventBridge are",
                where=resource.logical_id,
            )

    def _first_commit(self, repository: Repository, code: Mapping[str, Any]) -> None:
        place = code["S3"]
        version = {"VersionId": place["ObjectVersion"]} if place.get("ObjectVersion") else {}
        client = self._kernel.clients.client("s3")
        content = client.get_object(Bucket=place["Bucket"], Key=place["Key"], **version)["Body"].read()
        branch = str(code.get("BranchName") or "main")
        git = self._repositories.git
        author = trees.Author("AWS CodeCommit", "noreply-awscodecommit@amazon.com")
        with self._repositories.changing(repository, f"arn:aws:iam::{repository.account}:root"):
            tree, _ = trees.write_tree(git, repository.path, None, _unzipped(content), [])
            commit = trees.write_commit(
                git, repository.path, tree, parent=None, message="Initial commit", author=author
            )
            git.run(repository.path, "update-ref", f"refs/heads/{branch}", commit)


def _unzipped(content: bytes) -> list[trees.NewFile]:
    files = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            if info.is_dir() or info.filename.startswith("/") or ".." in info.filename.split("/"):
                continue
            mode = "EXECUTABLE" if (info.external_attr >> 16) & _EXECUTABLE else "NORMAL"
            files.append(trees.NewFile(info.filename, archive.read(info), mode))
    return files


def _tags(properties: Mapping[str, Any]) -> dict[str, str]:
    return {str(tag["Key"]): str(tag["Value"]) for tag in properties.get("Tags") or []}


def _trigger(trigger: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": trigger["Name"],
        "destinationArn": trigger["DestinationArn"],
        "customData": trigger.get("CustomData", ""),
        "branches": list(trigger.get("Branches", [])),
        "events": list(trigger["Events"]),
    }
