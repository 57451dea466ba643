"""The process around a cloud, with a small script in the cloud's place."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shipway.errors import InternalError, MissingRequirementError
from shipway.rehearsal.local_cloud import LocalCloud

READY = {"endpoint": "http://127.0.0.1:9", "engine": "process", "account": "1" * 12, "region": "eu-west-1"}
WAITS = f"import json, sys\nprint(json.dumps({READY}), flush=True)\nsys.stdin.read()\n"
# Ignores the end of its input, has a child in another session, and a folder.
STUBBORN = """\
import json, subprocess, sys, tempfile, time
child = subprocess.Popen(["sleep", "600"], start_new_session=True)
scratch = tempfile.mkdtemp()
open(sys.argv[1], "w").write(str(child.pid) + " " + scratch)
print(json.dumps(READY), flush=True)
time.sleep(600)
""".replace("READY", str(READY))


@pytest.fixture
def start(tmp_path):
    clouds = []

    def run(script: str, *arguments: str) -> LocalCloud:
        clouds.append(LocalCloud([sys.executable, "-c", script, *arguments], tmp_path / "cloud.log"))
        return clouds[-1]

    yield run
    for cloud in clouds:
        cloud.kill()


def alive(pid: int) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return state not in {"", "Z"}


def dies(pid: int) -> bool:
    """Whether it is gone within some seconds: a killed process takes its moment."""
    deadline = time.monotonic() + 10
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


def test_a_cloud_says_where_it_is_and_ends_with_its_input(start):
    cloud = start(WAITS)
    assert cloud.started().endpoint == "http://127.0.0.1:9"
    cloud.stop()
    cloud.stop()


def test_a_requirement_that_it_lacks_is_told_in_its_words(start):
    cloud = start("import sys\nsys.exit(print('no such engine', file=sys.stderr) or 3)")
    with pytest.raises(MissingRequirementError, match="no such engine"):
        cloud.started()


def test_any_other_end_is_our_bug(start, tmp_path):
    cloud = start("raise RuntimeError('bang')")
    with pytest.raises(InternalError, match="RuntimeError: bang") as raised:
        cloud.started()
    assert raised.value.where == str(tmp_path / "cloud.log")


def test_a_cloud_that_does_not_answer_is_our_bug(start):
    cloud = start(WAITS)
    with pytest.raises(InternalError, match="does not answer"):
        cloud.ledger()


def test_a_kill_takes_everything_with_it(start, tmp_path):
    cloud = start(STUBBORN, str(tmp_path / "told"))
    cloud.started()
    child, scratch = (tmp_path / "told").read_text().split()
    cloud.kill()
    assert dies(int(child))
    assert not Path(scratch).parent.exists()


def test_a_cloud_does_not_outlive_whoever_started_it(tmp_path):
    """Even one that is killed: the end of its input tells the cloud."""
    parent = tmp_path / "parent.py"
    parent.write_text(
        "import sys, time, pathlib\n"
        "from shipway.rehearsal.local_cloud import LocalCloud\n"
        "cloud = LocalCloud([sys.executable, '-c', sys.argv[1]], pathlib.Path(sys.argv[2]))\n"
        "cloud.started()\n"
        "print(cloud._process.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    process = subprocess.Popen(
        [sys.executable, parent, WAITS, tmp_path / "log"], stdout=subprocess.PIPE, text=True
    )
    with process:
        pid = int(process.stdout.readline())
        assert alive(pid)
        os.kill(process.pid, 9)
    assert dies(pid)


def test_the_cloud_is_in_a_session_of_its_own(start):
    cloud = start(
        "import json, os, sys\n"
        f"print(json.dumps({{**{READY}, 'engine': str(os.getsid(0))}}), flush=True)\nsys.stdin.read()\n"
    )
    assert int(cloud.started().engine) != os.getsid(0)
