"""What holds data: S3 buckets, ECR repositories, and the keys that encrypt."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shipway.model.node import Names, Node, Relation
from shipway.model.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shipway.model.identity import PolicyDocument
    from shipway.model.value import Value


class Key(Resource):
    """AWS::KMS::Key."""

    type_name: ClassVar[str] = "AWS::KMS::Key"
    label: ClassVar[str] = "key"
    arn_separator: ClassVar[str] = "/"

    policy: PolicyDocument | None
    pending_days: Value[int] | None = None

    def children(self) -> Iterable[Node]:
        """The statements of its policy."""
        return self.policy.statements if self.policy else ()


class KeyAlias(Resource):
    """AWS::KMS::Alias."""

    type_name: ClassVar[str] = "AWS::KMS::Alias"
    label: ClassVar[str] = "key alias"
    names: ClassVar[tuple[Names, ...]] = (Names("target", Relation.BELONGS_TO, ("Key",), ("TargetKeyId",)),)

    target: Value[str] | None


class Bucket(Resource):
    """AWS::S3::Bucket."""

    type_name: ClassVar[str] = "AWS::S3::Bucket"
    label: ClassVar[str] = "bucket"
    names: ClassVar[tuple[Names, ...]] = (
        Names("key", Relation.ENCRYPTED_WITH, ("Key", "KeyAlias"), ("BucketEncryption",)),
    )

    versioning: Value[str] | None
    """Enabled or Suspended."""
    key: Value[str] | None
    sends_events: Value[bool] | None
    """Whether it tells EventBridge about its objects."""


class BucketPolicy(Resource):
    """AWS::S3::BucketPolicy."""

    type_name: ClassVar[str] = "AWS::S3::BucketPolicy"
    label: ClassVar[str] = "bucket policy"
    names: ClassVar[tuple[Names, ...]] = (Names("bucket", Relation.ATTACHED_TO, ("Bucket",), ("Bucket",)),)

    bucket: Value[str] | None
    document: PolicyDocument

    def children(self) -> Iterable[Node]:
        """The statements."""
        return self.document.statements


class ImageRepository(Resource):
    """AWS::ECR::Repository."""

    type_name: ClassVar[str] = "AWS::ECR::Repository"
    label: ClassVar[str] = "image repository"
    arn_separator: ClassVar[str] = "repository/"
    names: ClassVar[tuple[Names, ...]] = (
        Names("key", Relation.ENCRYPTED_WITH, ("Key", "KeyAlias"), ("EncryptionConfiguration", "KmsKey")),
    )

    mutability: Value[str] | None
    """IMMUTABLE or MUTABLE; MUTABLE where it is absent."""
    scans_on_push: Value[bool] | None
    has_lifecycle: bool
    empty_on_delete: Value[bool] | None
    key: Value[str] | None
    policy: PolicyDocument | None

    def children(self) -> Iterable[Node]:
        """The statements of its policy."""
        return self.policy.statements if self.policy else ()
