"""Artifacts: zip files in the pipeline's S3 bucket."""

from __future__ import annotations

import io
import secrets
import string
import zipfile
from typing import TYPE_CHECKING, Any

from shipway.localcloud.services.codepipeline.runs import Location

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.localcloud.services.codepipeline.declaration import Store

_ALPHABET = string.ascii_letters + string.digits
_PIPELINE_CHARACTERS = 20
_ARTIFACT_CHARACTERS = 10
_RANDOM_CHARACTERS = 7


def new_location(pipeline: str, artifact: str, store: Store) -> Location:
    """A fresh key: AWS cuts the pipeline's name to 20 characters and the artifact's to 10."""
    random = "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_CHARACTERS))
    key = f"{pipeline[:_PIPELINE_CHARACTERS]}/{artifact[:_ARTIFACT_CHARACTERS]}/{random}"
    return Location(store.bucket, key, store.key)


def read(s3: Any, location: Location) -> bytes:
    """The artifact's bytes."""
    body: bytes = s3.get_object(Bucket=location.bucket, Key=location.key)["Body"].read()
    return body


def write(s3: Any, location: Location, content: bytes) -> None:
    """Store an artifact, encrypted with the store's key; without one, the bucket's own encryption holds."""
    encryption = (
        {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": location.key_id} if location.key_id else {}
    )
    s3.put_object(Bucket=location.bucket, Key=location.key, Body=content, **encryption)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip file of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def member(archive: bytes, name: str) -> bytes | None:
    """One file of a zip; None when it is not there or the artifact is no zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            return opened.read(name)
    except (KeyError, zipfile.BadZipFile):
        return None


def members(archive: bytes) -> dict[str, bytes]:
    """All files of a zip."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {info.filename: opened.read(info) for info in opened.infolist() if not info.is_dir()}
