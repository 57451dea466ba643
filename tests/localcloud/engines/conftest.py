"""A real ministack, an engine, and build environments in which tests run shell lines."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest

from shipway.localcloud.engines.engine import BuildEnvironment, Limit, Registry
from shipway.localcloud.engines.process import ProcessEngine

ACCOUNT, REGION = "123456789012", "us-east-1"
KEYS = {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": "any", "AWS_DEFAULT_REGION": REGION}
DEADLINE_SECONDS = 20.0


@pytest.fixture(scope="session")
def fetch() -> Callable[..., bytes]:
    return wait_for


def wait_for(url: str, process: Callable[[], int | None] = lambda: None) -> bytes:
    """The body that ``url`` answers with, once it does."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline and process() is None:
        try:
            with urllib.request.urlopen(url, timeout=DEADLINE_SECONDS) as answer:
                return answer.read()
        except OSError:
            time.sleep(0.02)
    pytest.fail(f"{url} does not answer, exit code {process()}")


@pytest.fixture(scope="session")
def registry(tmp_path_factory) -> Iterator[Registry]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("ministack") / "log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "-m", "hypercorn", "-b", f"127.0.0.1:{port}", "ministack.app:app"],
            env={**os.environ, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port)},
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            wait_for(f"http://127.0.0.1:{port}/_ministack/health", process.poll)
            yield Registry(f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com", f"http://127.0.0.1:{port}")
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def ecr(registry) -> Any:
    return boto3.client(
        "ecr",
        endpoint_url=registry.endpoint,
        region_name=REGION,
        aws_access_key_id=ACCOUNT,
        aws_secret_access_key="any",
    )


@pytest.fixture
def repository(ecr, registry) -> Iterator[str]:
    """The URI of a repository of this test alone."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    ecr.create_repository(repositoryName=name)
    yield f"{registry.host}/{name}"
    ecr.delete_repository(repositoryName=name, force=True)


@pytest.fixture(scope="session")
def shared() -> Iterator[tuple[ProcessEngine, list[Limit]]]:
    limits: list[Limit] = []
    engine = ProcessEngine(limits.append)
    engine.prepare()
    yield engine, limits
    engine.close()


@pytest.fixture
def engine(shared) -> ProcessEngine:
    return shared[0]


@pytest.fixture
def limits(shared) -> list[Limit]:
    """What was reported since the test began."""
    shared[1].clear()
    return shared[1]


@dataclass
class Project:
    """A folder with sources, and a build environment to run shell lines in."""

    folder: Path
    environment: BuildEnvironment
    variables: dict[str, str] = field(default_factory=dict)

    def write(self, **files: str) -> None:
        """Files by name; ``__`` stands for a dot."""
        for name, text in files.items():
            (self.folder / name.replace("__", ".")).write_text(text)

    def sh(self, line: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            ["/bin/sh", "-ec", line],
            cwd=self.folder,
            env={**self.environment.variables, **self.variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done


@pytest.fixture(scope="session")
def open_project(shared, registry) -> Iterator[Callable[[Path], Project]]:
    """Opens a project below an empty folder."""
    opened: list[Project] = []

    def open_project(folder: Path) -> Project:
        scratch, sources = folder / "scratch", folder / "sources"
        scratch.mkdir()
        sources.mkdir()
        variables = {**KEYS, "AWS_ENDPOINT_URL": registry.endpoint, "REGISTRY": registry.host}
        opened.append(Project(sources, shared[0].build_environment(scratch, registry), variables))
        return opened[-1]

    yield open_project
    for project in opened:
        project.environment.close()


@pytest.fixture
def make_project(open_project, tmp_path) -> Iterator[Callable[[], Project]]:
    made: list[Project] = []

    def make() -> Project:
        folder = tmp_path / f"project-{len(made)}"
        folder.mkdir()
        made.append(open_project(folder))
        return made[-1]

    yield make
    for project in made:
        project.environment.close()


@pytest.fixture
def project(make_project, repository) -> Project:
    """A project whose ``$REPOSITORY`` exists, and which is logged in to it."""
    project = make_project()
    project.variables["REPOSITORY"] = repository
    project.sh("echo any | docker login --username AWS --password-stdin $REGISTRY")
    return project


@pytest.fixture
def make_wheel() -> Callable[[Path], str]:
    return write_wheel


def write_wheel(folder: Path) -> str:
    """A wheel with a module and a command, so that no test needs a package index; returns its file name."""
    name = "greeting-1.0-py3-none-any.whl"
    info = "greeting-1.0.dist-info"
    files = {
        "greeting.py": "def main():\n    print('hello from the wheel')\n",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "[console_scripts]\ngreet = greeting:main\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(folder / name, "w") as wheel:
        for path, text in files.items():
            wheel.writestr(zipfile.ZipInfo(path), text)  # without the time of writing
    return name
