"""S3 as CloudFormation deletes it: a bucket that holds objects refuses, unless the stack empties it first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from shipway.localcloud.kernel import DeletionGuard, Kernel, Provisioned, Provisioner, Resource, Service
from shipway.localcloud.ledger import Fidelity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class S3(Service):
    """Bucket deletion, and CDK's ``autoDeleteObjects`` without its Lambda function."""

    def provisioners(self) -> Mapping[str, Provisioner]:
        """CDK's custom resource; its Lambda would need an AWS SDK for JavaScript, which no package brings."""
        return {"Custom::S3AutoDeleteObjects": _AutoDeleteObjects(self.kernel)}

    def deletion_guards(self) -> Mapping[str, DeletionGuard]:
        """AWS answers 409 BucketNotEmpty where ministack empties the bucket."""
        return {"AWS::S3::Bucket": self._refuse_unless_empty}

    def _refuse_unless_empty(self, physical_id: str, _properties: Mapping[str, Any]) -> None:
        if next(_versions(self.kernel.clients.client("s3"), physical_id), None):
            raise ValueError(
                "The bucket you tried to delete is not empty. You must delete all versions in the bucket. "
                f"(Service: S3, Status Code: 409, Bucket: {physical_id})"
            )


class _AutoDeleteObjects:
    """Empties the bucket when the stack deletes this resource and the bucket is tagged for it.

    Source: aws-cdk-lib/custom-resource-handlers, aws-s3/auto-delete-objects-handler.
    """

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    def create(self, resource: Resource) -> Provisioned:
        self._kernel.ledger.note(
            Fidelity.EMULATED,
            "Custom::S3AutoDeleteObjects",
            "done by the local cloud itself, not by CDK's Lambda function",
            where=resource.logical_id,
        )
        return Provisioned(str(resource.properties["BucketName"]), {})

    def update(self, _physical_id: str, resource: Resource, old: Mapping[str, Any]) -> Provisioned:
        if old.get("BucketName") != resource.properties["BucketName"]:
            self._empty(str(old["BucketName"]))
        return Provisioned(str(resource.properties["BucketName"]), {})

    def delete(self, _physical_id: str, properties: Mapping[str, Any]) -> None:
        self._empty(str(properties["BucketName"]))

    def _empty(self, bucket: str) -> None:
        client = self._kernel.clients.client("s3")
        for version in _versions(client, bucket):
            client.delete_object(Bucket=bucket, **version)


def _versions(client: Any, bucket: str) -> Iterator[dict[str, str]]:
    """Key and version of all that a bucket holds, delete markers included; nothing when it is gone."""
    try:
        pages = list(client.get_paginator("list_object_versions").paginate(Bucket=bucket))
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchBucket":
            return
        raise
    for page in pages:
        for version in page.get("Versions", []) + page.get("DeleteMarkers", []):
            yield {"Key": version["Key"], "VersionId": version["VersionId"]}
