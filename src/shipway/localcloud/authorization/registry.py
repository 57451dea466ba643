"""ECR's ``/v2/``: pushes and pulls by HTTP are authorised by the actions of the API behind them.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
"""

from __future__ import annotations

import base64
import binascii
import json
import re

_PATH = re.compile(r"/v2/(?P<name>.+)/(?P<kind>manifests|blobs|tags)(?P<rest>/.*)?")
_UPLOADS = {
    "POST": "ecr:InitiateLayerUpload",
    "PATCH": "ecr:UploadLayerPart",
    "PUT": "ecr:CompleteLayerUpload",
}
_BLOBS = {"HEAD": "ecr:BatchCheckLayerAvailability", "GET": "ecr:GetDownloadUrlForLayer"}
_MANIFESTS = {"HEAD": "ecr:BatchGetImage", "GET": "ecr:BatchGetImage", "PUT": "ecr:PutImage"}


def read_registry(method: str, path: str) -> tuple[str, str] | None:
    """Action and repository of a request to a registry; None for one that needs no permission."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    rest = found["rest"] or ""
    if found["kind"] == "blobs":
        actions = _UPLOADS if rest.startswith("/uploads") else _BLOBS
    else:
        actions = _MANIFESTS if found["kind"] == "manifests" else {"GET": "ecr:ListImages"}
    action = actions.get(method)
    return (action, found["name"]) if action else None


def key_of_login(authorization: str) -> str:
    """The access key behind a login to the registry; empty when there is none.

    AWS's tokens are opaque. Here the password is the access key of whoever asked for the token, so that what
    is pushed with it is authorised as theirs.
    """
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        user, _, password = base64.b64decode(encoded).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return password if user == "AWS" else ""


def with_login(answer: bytes, access_key: str) -> bytes:
    """An answer to GetAuthorizationToken whose token says who asked for it."""
    document = json.loads(answer)
    for entry in document.get("authorizationData", []):
        entry["authorizationToken"] = base64.b64encode(f"AWS:{access_key}".encode()).decode()
    return json.dumps(document).encode()
