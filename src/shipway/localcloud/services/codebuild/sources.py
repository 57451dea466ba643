"""Where a build's files come from: S3, a pipeline's artifact, CodeCommit, or nowhere."""

from __future__ import annotations

import base64
import io
import json
import os
import shutil
import stat
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from shipway.localcloud.services.codebuild.failures import PhaseFailedError, as_phase_failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_CLONE_REFERENCE = "codebuild-clone-ref.json"
_UNIX = 3  # ZipInfo.create_system


@dataclass(frozen=True)
class Fetcher:
    """Fetches sources as the build's role.

    Attributes:
        client: Gives a client that acts as the role.
        variables: Environment of a git process.
        endpoint: The cloud's address, where CodeCommit answers git.
        credentials: The role's access key variables.
    """

    client: Callable[[str], Any]
    variables: Mapping[str, str]
    endpoint: str
    credentials: Mapping[str, str]

    def fetch(self, source: Mapping[str, Any], version: str, folder: Path) -> str:
        """Put a source into an empty folder; the version it resolved to, empty when it has none.

        Raises:
            PhaseFailedError: It cannot be had.
        """
        match source["type"]:
            case "NO_SOURCE":
                return ""
            case "S3" | "CODEPIPELINE":
                return self._from_s3(source, version, folder)
            case "CODECOMMIT":
                repository = str(source.get("location", "")).rstrip("/").rsplit("/", 1)[-1]
                return self._clone(repository, version, folder)
            case other:
                raise PhaseFailedError(
                    "CLIENT_ERROR", f"Shipway's local cloud does not fetch sources of type {other}"
                )

    def _from_s3(self, source: Mapping[str, Any], version: str, folder: Path) -> str:
        bucket, _, key = str(source["location"]).removeprefix("arn:aws:s3:::").partition("/")
        pipeline = source["type"] == "CODEPIPELINE"
        s3 = self.client("s3")
        with as_phase_failure("CLIENT_ERROR", f"error while downloading key {key}"):
            if key.endswith("/") or not key:
                self._folder(s3, bucket, key, folder)
                return ""
            chosen = {"VersionId": version} if version and not pipeline else {}
            answer = s3.get_object(Bucket=bucket, Key=key, **chosen)
            content = answer["Body"].read()
        if not zipfile.is_zipfile(io.BytesIO(content)):
            raise PhaseFailedError("CLIENT_ERROR", f"the source {bucket}/{key} is no ZIP file")
        unzip(content, folder)
        if pipeline and os.listdir(folder) == [_CLONE_REFERENCE]:  # noqa: PTH208 - names, not paths
            reference = json.loads((folder / _CLONE_REFERENCE).read_text(encoding="utf-8"))
            (folder / _CLONE_REFERENCE).unlink()
            return self._clone(reference["repositoryName"], reference["commitId"], folder)
        return version or str(answer.get("VersionId", ""))

    def _folder(self, s3: Any, bucket: str, prefix: str, folder: Path) -> None:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for item in page.get("Contents", []):
                relative = item["Key"].removeprefix(prefix)
                if relative and not relative.endswith("/") and _is_inside(relative):
                    target = folder / relative
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read())

    def _clone(self, repository: str, version: str, folder: Path) -> str:
        key, token = self.credentials["AWS_ACCESS_KEY_ID"], self.credentials.get("AWS_SESSION_TOKEN", "")
        user = base64.b64encode(f"{key}%{token}:".encode()).decode()
        url = f"{self.endpoint}/git/v1/repos/{repository}"
        self._git("-c", f"http.extraHeader=Authorization: Basic {user}", "clone", "--quiet", url, str(folder))
        if version:
            self._git("-C", str(folder), "checkout", "--quiet", version)
        return self._git("-C", str(folder), "rev-parse", "HEAD")

    def _git(self, *arguments: str) -> str:
        git = shutil.which("git", path=self.variables.get("PATH"))
        if git is None:
            raise PhaseFailedError("CLIENT_ERROR", "git is not on the build's PATH")
        variables = {**self.variables, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
        done = subprocess.run([git, *arguments], env=variables, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise PhaseFailedError("CLIENT_ERROR", f"error while fetching the source: {done.stderr.strip()}")
        return done.stdout.strip()


def unzip(content: bytes, folder: Path) -> None:
    """Unpack with the permissions and links that the archive holds, and nothing outside the folder."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            if not _is_inside(info.filename):
                continue
            target = folder / info.filename
            mode = info.external_attr >> 16 if info.create_system == _UNIX else 0
            if info.is_dir():
                target.mkdir(parents=True, exist_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            if stat.S_ISLNK(mode):
                link = archive.read(info).decode()
                if _is_inside(str(PurePosixPath(info.filename).parent / link)):
                    target.symlink_to(link)
                continue
            target.write_bytes(archive.read(info))
            if mode & 0o111:
                target.chmod(0o755)


def _is_inside(path: str) -> bool:
    """Whether a relative path stays below its folder."""
    depth = 0
    for part in PurePosixPath(path).parts:
        depth += -1 if part == ".." else 1
        if depth < 0 or part == "/":
            return False
    return True
