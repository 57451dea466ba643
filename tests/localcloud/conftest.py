"""A local cloud in a process of its own, as the rehearsal starts it, shared by the tests of one session."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.config import Config

TIME_SCALE = 600  # ten AWS minutes a second


@dataclass(frozen=True)
class Cloud:
    endpoint: str
    account: str
    region: str

    def client(self, api: str, account: str = "", **options: Any) -> Any:
        """A boto3 client; another account is another, empty cloud."""
        return boto3.session.Session().client(
            api,
            endpoint_url=self.endpoint,
            region_name=self.region,
            aws_access_key_id=account or self.account,
            aws_secret_access_key="any",
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
            **options,
        )

    def control(self, name: str) -> Any:
        """What `GET /_shipway/NAME` answers."""
        with urllib.request.urlopen(f"{self.endpoint}/_shipway/{name}", timeout=10) as answer:
            return json.load(answer)


@pytest.fixture(scope="session")
def cloud() -> Iterator[Cloud]:
    # The roles of these tests have no policies: what services do is their subject, not who may ask for it.
    with running("--no-authorize") as cloud:
        yield cloud


@pytest.fixture(scope="session")
def strict_cloud() -> Iterator[Cloud]:
    """A cloud that holds roles to their policies."""
    with running() as cloud:
        yield cloud


@contextmanager
def running(*options: str) -> Iterator[Cloud]:
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "shipway.localcloud",
            "--time-scale",
            str(TIME_SCALE),
            "--log-level",
            "WARNING",
            *options,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        line = process.stdout.readline()
        assert line, f"the cloud ended with exit code {process.wait()} before it was ready"
        ready = json.loads(line)
        yield Cloud(ready["endpoint"], ready["account"], ready["region"])
        process.stdin.close()
        assert process.wait(timeout=15) == 0


@pytest.fixture(scope="session")
def eventually() -> Callable[..., Any]:
    """Ask until the answer is true; the last answer stands in the failure."""

    def ask(question: Callable[[], Any], timeout: float = 20.0) -> Any:
        deadline = time.monotonic() + timeout
        while True:
            answer = question()
            if answer:
                return answer
            assert time.monotonic() < deadline, f"still {answer!r} after {timeout} s"
            time.sleep(0.05)

    return ask
