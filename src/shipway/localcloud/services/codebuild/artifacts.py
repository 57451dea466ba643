"""What a build leaves in S3."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from typing import TYPE_CHECKING, Any

from shipway.localcloud.services.codebuild.failures import PhaseFailedError, as_phase_failure
from shipway.localcloud.services.codebuild.globs import files_below, matches, select

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from shipway.localcloud.services.codebuild.record import BuildRecord
    from shipway.model.build import Artifact

_EPOCH = (1980, 1, 1, 0, 0, 0)  # of ZIP: the same files give the same bytes


def collect(artifact: Artifact, source: Path, say: Callable[[str], None]) -> dict[str, Path]:
    """Name within the artifact -> file.

    Raises:
        PhaseFailedError: No file, or no base directory, matches.
    """
    base = source
    if artifact.base_directory:
        say(f"Expanding base directory path: {artifact.base_directory}")
        base = _base_directory(source, artifact.base_directory)
    say("Assembling file list")
    say("Expanding file paths for base directory .")
    chosen, idle = select(files_below(base), artifact.files, artifact.exclude_paths)
    for pattern in idle:
        say(f"Skipping invalid file path {pattern}")
    if not chosen:
        raise PhaseFailedError("CLIENT_ERROR", "no matching artifact paths found")
    say(f"Found {len(chosen)} file(s)")
    return {(path.rsplit("/", 1)[-1] if artifact.discard_paths else path): base / path for path in chosen}


def _base_directory(source: Path, pattern: str) -> Path:
    exact = source / pattern
    if exact.is_dir():
        return exact
    folders = {os.path.dirname(path) for path in files_below(source)}  # noqa: PTH120 - texts with "/"
    parents = {parent for folder in folders for parent in _and_above(folder)}
    found = sorted(folder for folder in parents if matches(pattern.rstrip("/"), folder))
    if not found:
        raise PhaseFailedError("CLIENT_ERROR", f"no matching base directory path found for {pattern}")
    return source / found[0]


def _and_above(folder: str) -> list[str]:
    parts = folder.split("/")
    return ["/".join(parts[: end + 1]) for end in range(len(parts))]


def zipped(files: Mapping[str, Path]) -> bytes:
    """The files as a ZIP, with their permissions."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in files.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.external_attr = path.stat().st_mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, path.read_bytes())
    return buffer.getvalue()


def upload(
    s3: Any, record: BuildRecord, wanted: Mapping[str, Any], files: Mapping[str, Path], name: str
) -> None:
    """Put an artifact where the project wants it, and note it in the build.

    Args:
        s3: A client that acts as the build's role.
        record: The build.
        wanted: AWS's ProjectArtifacts.
        files: As `collect` gives them.
        name: From the buildspec; empty takes the project's.
    """
    bucket = str(wanted["location"]).removeprefix("arn:aws:s3:::")
    key = _key(record, wanted, name)
    identifier = str(wanted.get("artifactIdentifier") or "")
    result: dict[str, Any] = {"location": f"arn:aws:s3:::{bucket}/{key}"}
    options = _encryption(record, wanted)
    with as_phase_failure("CLIENT_ERROR", f"error while uploading artifact to {bucket}/{key}"):
        if wanted.get("packaging") == "ZIP" or wanted["type"] == "CODEPIPELINE":
            content = zipped(files)
            s3.put_object(Bucket=bucket, Key=key, Body=content, **options)
            result["sha256sum"] = hashlib.sha256(content).hexdigest()
            result["md5sum"] = hashlib.md5(content, usedforsecurity=False).hexdigest()
        else:
            for relative, path in files.items():
                s3.put_object(
                    Bucket=bucket, Key=f"{key}/{relative}".lstrip("/"), Body=path.read_bytes(), **options
                )
    with record.lock:
        record.artifact_results[identifier] = result


def _key(record: BuildRecord, wanted: Mapping[str, Any], name: str) -> str:
    chosen = str(wanted.get("name") or record.order.project)
    if name and wanted.get("overrideArtifactName"):
        chosen = name
    namespace = record.uuid if wanted.get("namespaceType") == "BUILD_ID" else ""
    parts = [str(wanted.get("path") or "").strip("/"), namespace, chosen.strip("/")]
    return "/".join(part for part in parts if part)


def _encryption(record: BuildRecord, wanted: Mapping[str, Any]) -> dict[str, str]:
    if wanted.get("encryptionDisabled"):
        return {}
    return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": record.order.encryption_key}
