"""What an account must hold before a CDK stack can be deployed to it: the least of ``cdk bootstrap``."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from shipway.errors import UnsupportedError

if TYPE_CHECKING:
    from pathlib import Path

    from shipway.rehearsal.aws.clients import Clients
    from shipway.template.assembly import Stack
    from shipway.template.assets import FileAsset

_QUALIFIER = "hnb659fds"  # of every CDK app that does not choose its own
_VERSION_PARAMETER = f"/cdk-bootstrap/{_QUALIFIER}/version"
_VERSION = "30"  # stacks ask for at least 6 (assets) or 21 (newer synthesizers)


class Environment:
    """The asset bucket and the version parameter that the CDK's default synthesizer expects."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._buckets: set[str] = set()

    def make(self) -> None:
        """Make both."""
        self._make_bucket(f"cdk-{_QUALIFIER}-assets-{self._clients.account}-{self._clients.region}")
        self._clients.ssm.put_parameter(
            Name=_VERSION_PARAMETER, Value=_VERSION, Type="String", Overwrite=True
        )

    def publish(self, stack: Stack) -> str | None:
        """Upload the stack's files; return the URL of its template, when that is among them.

        Raises:
            UnsupportedError: An image would have to be built to deploy the stack.
        """
        if stack.images:
            raise UnsupportedError(
                "the stack needs a container image built at deployment, which is not rehearsed",
                where=stack.name,
                value=", ".join(str(image.directory) for image in stack.images),
                remedy="Let the pipeline build the image, or name one in a registry",
            )
        url: str | None = None
        for asset in stack.files:
            bucket, key = self._resolved(asset.bucket), self._resolved(asset.key)
            self._make_bucket(bucket)
            self._clients.s3.put_object(Bucket=bucket, Key=key, Body=_content(asset))
            if asset.path == stack.template_file:
                url = f"{self._clients.s3.meta.endpoint_url}/{bucket}/{key}"
        return url

    def remove(self) -> None:
        """Remove what was made, with all that was put into it."""
        for bucket in self._buckets:
            for page in self._clients.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
                for found in page.get("Contents", []):
                    self._clients.s3.delete_object(Bucket=bucket, Key=found["Key"])
            self._clients.s3.delete_bucket(Bucket=bucket)
        self._buckets.clear()
        self._clients.ssm.delete_parameter(Name=_VERSION_PARAMETER)

    def _make_bucket(self, name: str) -> None:
        if name in self._buckets:
            return
        if self._clients.region == "us-east-1":  # the one region that refuses to be named
            self._clients.s3.create_bucket(Bucket=name)
        else:
            self._clients.s3.create_bucket(
                Bucket=name,
                CreateBucketConfiguration={"LocationConstraint": self._clients.region},  # type: ignore[typeddict-item] # any region
            )
        self._buckets.add(name)

    def _resolved(self, name: str) -> str:
        return (
            name.replace("${AWS::AccountId}", self._clients.account)
            .replace("${AWS::Region}", self._clients.region)
            .replace("${AWS::Partition}", "aws")
        )


def _content(asset: FileAsset) -> bytes:
    return _zipped(asset.path) if asset.packaging == "zip" else asset.path.read_bytes()


def _zipped(folder: Path) -> bytes:
    """A folder as the CDK CLI zips it: paths relative to it, files only."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return buffer.getvalue()
