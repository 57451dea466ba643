"""AWS::S3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.storage import Bucket, BucketPolicy
from shipway.template.resources.policies import parse_document

if TYPE_CHECKING:
    from shipway.model.source_tree import SourceTree
    from shipway.model.value import Value
    from shipway.template.cursor import Cursor
    from shipway.template.resources import Declared, Parser


def _bucket(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> Bucket:
    return Bucket(
        **declared,
        versioning=cursor.text("VersioningConfiguration", "Status"),
        key=_key(cursor),
        sends_events=cursor.boolean(
            "NotificationConfiguration", "EventBridgeConfiguration", "EventBridgeEnabled"
        ),
    )


def _key(cursor: Cursor) -> Value[str] | None:
    rules = cursor.items("BucketEncryption", "ServerSideEncryptionConfiguration")
    keys = (each.text("ServerSideEncryptionByDefault", "KMSMasterKeyID") for each in rules)
    return next((key for key in keys if key is not None), rules.rest)


def _bucket_policy(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> BucketPolicy:
    return BucketPolicy(
        **declared, bucket=cursor.text("Bucket"), document=parse_document(cursor.child("PolicyDocument"))
    )


PARSERS: dict[str, Parser] = {"AWS::S3::Bucket": _bucket, "AWS::S3::BucketPolicy": _bucket_policy}
