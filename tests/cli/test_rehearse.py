"""What `shipway rehearse` refuses, and that nothing is left behind when it does or when it is stopped."""

import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from shipway.cli.app import main
from shipway.rehearsal.processes import descendants

SLOW_APP = "import time\ntime.sleep(600)\n"


def processes_below(pid: int) -> tuple[int, ...]:
    listing = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
    return descendants(pid, listing.stdout)


def alive(pid: int) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return not state.startswith("Z") and state != ""


@pytest.fixture
def refused(project, capsys, tmp_path):
    """Rehearses the project; what was said, and the code. Nothing may be left."""

    def run(*arguments: str) -> tuple[str, int]:
        before = set(project.iterdir())
        code = main(["rehearse", str(project), *arguments])
        out, err = capsys.readouterr()
        assert out == ""
        assert set(project.iterdir()) == before
        assert list((tmp_path / "tmp").iterdir()) == []
        return err.splitlines()[-1], code

    return run


def test_no_cdk_json(project, refused):
    (project / "cdk.json").unlink()
    said, code = refused()
    assert code == 2
    assert said == f"shipway: {project}: no cdk.json. Name the directory of a CDK app: shipway rehearse DIR"


def test_an_app_that_fails_is_heard_and_we_are_silent(project, app, capsys):
    app("raise ValueError('two services with one name')")
    assert main(["rehearse", str(project)]) == 2
    said = capsys.readouterr().err
    assert said.count("Traceback") == 1
    assert "ValueError: two services with one name" in said
    assert "shipway/" not in said.partition("Traceback")[2].partition("shipway: ")[0]
    assert not (project / ".shipway").exists()


def test_a_template_without_a_pipeline(project, refused):
    (project / "template.json").write_text('{"Resources": {}}')
    said, code = refused()
    assert code == 2
    assert said.startswith("shipway: web: no pipeline in the synthesized stacks")


def test_a_dockerfile_that_is_missing(project, refused):
    (project / "web" / "Dockerfile").unlink()
    said, code = refused()
    assert code == 2
    assert "the Dockerfile that the build needs is not in the project (got web/Dockerfile)" in said


def test_a_stack_bound_to_another_account(project, refused):
    app = (project / "app.py").read_text()
    (project / "app.py").write_text(app.replace("unknown-account/unknown-region", "111122223333/eu-west-1"))
    said, code = refused()
    assert code == 2
    assert said.endswith(
        "(got 111122223333 eu-west-1). shipway rehearse --account 111122223333 --region eu-west-1"
    )


def test_a_port_in_use(refused):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said, code = refused("--port", str(port))
    assert code == 3
    assert said.startswith(f"shipway: 127.0.0.1:{port}: the port is in use")
    assert "--port" in said


def test_no_git(refused, monkeypatch):
    monkeypatch.setenv("PATH", "")
    said, code = refused()
    assert code == 3
    assert said.startswith("shipway: PATH: no git. Install git")


def test_a_project_that_cannot_be_written_to(project, refused):
    (project / ".shipway").write_text("in the way")
    said, code = refused()
    assert code == 2
    assert "the folder of the run cannot be made" in said


def test_a_plan_starts_nothing_and_leaves_nothing(project, capsys):
    before = set(project.iterdir())
    assert main(["rehearse", str(project), "--plan"]) == 0
    assert "web: 2 resources" in capsys.readouterr().out
    assert set(project.iterdir()) == before


@pytest.fixture
def running(project, app, tmp_path):
    """A rehearsal whose app never ends, with its cloud up."""
    app(SLOW_APP)
    command = "import sys; from shipway.cli.app import main; sys.exit(main(sys.argv[1:]))"
    with (tmp_path / "out").open("wb") as out, (tmp_path / "err").open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, "-c", command, "rehearse", str(project), "--json"],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
    try:
        # Its app, and a cloud that has made its folder.
        wait_for(lambda: len(processes_below(process.pid)) > 1 and any((tmp_path / "tmp").iterdir()))
        yield process
    finally:
        for pid in (process.pid, *processes_below(process.pid)):
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        process.wait()


def wait_for(condition) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_signal_ends_everything_in_order(running, tmp_path, number):
    below = processes_below(running.pid)
    running.send_signal(number)
    assert running.wait(30) == 1
    wait_for(lambda: not any(map(alive, below)))
    assert list((tmp_path / "tmp").iterdir()) == []
    assert "stopping: everything is removed" in (tmp_path / "err").read_text()
    document = json.loads((tmp_path / "out").read_text())
    assert (document["outcome"], document["reasons"]) == ("failed", ["interrupted"])


def test_two_signals_end_everything_at_once(running, tmp_path):
    below = processes_below(running.pid)
    running.send_signal(signal.SIGINT)
    wait_for(lambda: "stopping" in (tmp_path / "err").read_text())
    running.send_signal(signal.SIGINT)
    assert running.wait(30) == 1
    wait_for(lambda: not any(map(alive, below)))
    assert list((tmp_path / "tmp").iterdir()) == []


def test_the_cloud_dies_with_a_rehearsal_that_is_killed(running, tmp_path):
    clouds = [pid for pid in processes_below(running.pid) if "localcloud" in arguments_of(pid)]
    assert clouds
    running.kill()
    wait_for(lambda: not any(map(alive, clouds)))
    wait_for(lambda: list((tmp_path / "tmp").iterdir()) == [])


def arguments_of(pid: int) -> str:
    return subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
