"""S3's requests: the action and the resource stand in method, path and query.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, unquote

if TYPE_CHECKING:
    from collections.abc import Mapping

# Of a bucket: a word in the query -> what GET asks for. PUT sets it, DELETE removes it (by Put's permission).
_OF_BUCKET = {
    "versioning": "BucketVersioning",
    "location": "BucketLocation",
    "acl": "BucketAcl",
    "policy": "BucketPolicy",
    "tagging": "BucketTagging",
    "notification": "BucketNotification",
    "encryption": "EncryptionConfiguration",
    "lifecycle": "LifecycleConfiguration",
    "publicAccessBlock": "BucketPublicAccessBlock",
}
_LISTS = {"versions": "s3:ListBucketVersions", "uploads": "s3:ListBucketMultipartUploads"}
_OF_OBJECT = {"tagging": "ObjectTagging", "acl": "ObjectAcl"}
_VERBS = {"GET": "Get", "HEAD": "Get", "PUT": "Put", "DELETE": "Delete"}


class S3Call(NamedTuple):
    """What a request to S3 must be allowed."""

    action: str
    resource: str
    context: dict[str, str]


def read_s3(method: str, path: str, query: str, headers: Mapping[str, str]) -> tuple[S3Call, ...] | None:
    """The permissions that a request needs; None where that is not known here."""
    asked = dict(parse_qsl(query, keep_blank_values=True))
    bucket, _, key = unquote(path).lstrip("/").partition("/")
    if not bucket:
        return (S3Call("s3:ListAllMyBuckets", "*", {}),) if method == "GET" else None
    arn = f"arn:aws:s3:::{bucket}"
    action = _of_object(method, asked) if key else _of_bucket(method, asked)
    if action is None:
        return None
    context = {}
    if encryption := headers.get("x-amz-server-side-encryption"):
        context["s3:x-amz-server-side-encryption"] = encryption
    calls = [S3Call(action, f"{arn}/{key}" if key else arn, context)]
    source = unquote(headers.get("x-amz-copy-source", "")).lstrip("/").partition("?")[0]
    if source:
        calls.append(S3Call("s3:GetObject", f"arn:aws:s3:::{source}", {}))
    return tuple(calls)


def _of_bucket(method: str, asked: Mapping[str, str]) -> str | None:
    named = next((name for name in _OF_BUCKET if name in asked), None)
    if named is not None:
        verb = "Put" if method == "DELETE" else _VERBS.get(method)
        return f"s3:{verb}{_OF_BUCKET[named]}" if verb else None
    if method == "POST" and "delete" in asked:
        return None  # which objects, the body says; each would have to be asked
    if method in {"GET", "HEAD"}:
        return next((action for name, action in _LISTS.items() if name in asked), "s3:ListBucket")
    return {"PUT": "s3:CreateBucket", "DELETE": "s3:DeleteBucket"}.get(method)


def _of_object(method: str, asked: Mapping[str, str]) -> str | None:
    version = "Version" if "versionId" in asked else ""
    verb = _VERBS.get(method)
    named = next((name for name in _OF_OBJECT if name in asked), None)
    if named is not None and verb is not None:
        return f"s3:{verb}{_OF_OBJECT[named]}".replace("Object", f"Object{version}")
    if "uploadId" in asked or "uploads" in asked:
        return "s3:AbortMultipartUpload" if method == "DELETE" else "s3:PutObject"
    if method == "PUT":
        return "s3:PutObject"
    return f"s3:{verb}Object{version}" if verb else None
