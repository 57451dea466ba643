"""Tasks that really run, of images that were really pulled."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from shipway.localcloud.engines import make_engine
from shipway.localcloud.engines.engine import (
    ContainerSpec,
    ContainerStartError,
    Credentials,
    ImageUnavailableError,
)
from shipway.localcloud.engines.process import ProcessEngine

PUBLIC = "public.ecr.aws/docker/library/python:3.12-slim"
SERVER = """
import http.server, os, signal, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = os.environ["COLOUR"].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
def stop(*_):
    print("bye", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
print("listening", flush=True)
http.server.HTTPServer((sys.argv[1], 8080), Handler).serve_forever()
"""
DOCKERFILE = """
FROM python:3.12-slim
WORKDIR /app
COPY server.py start.sh ./
ENTRYPOINT ["python", "/app/server.py"]
CMD ["0.0.0.0"]
"""


@pytest.fixture(scope="module")
def image(open_project, ecr, registry, tmp_path_factory):
    """The URI, with its digest, of an image with a server in the emulated ECR."""
    ecr.create_repository(repositoryName="server")
    project = open_project(tmp_path_factory.mktemp("server"))
    project.write(
        Dockerfile=DOCKERFILE,
        server__py=SERVER,
        start__sh="#!/bin/sh\nexec python server.py 0.0.0.0\n",
    )
    (project.folder / "start.sh").chmod(0o755)
    project.sh(
        "echo any | docker login --username AWS --password-stdin $REGISTRY && "
        "docker buildx build --push --metadata-file meta.json -t $REGISTRY/server:v1 ."
    )
    digest = json.loads((project.folder / "meta.json").read_text())["containerimage.digest"]
    yield f"{registry.host}/server:v1@{digest}"
    ecr.delete_repository(repositoryName="server", force=True)


@pytest.fixture
def run(engine, registry):
    """Starts a container; it is stopped at the end of the test."""
    started = []

    def run(image, log=lambda _: None, **settings):
        spec = ContainerSpec("web", image, registry, **{"container_ports": (8080,), **settings})
        started.append(engine.run(spec, log))
        return started[-1]

    yield run
    for container in started:
        container.stop(0)


def url(container):
    host, port = container.address(8080)
    return f"http://{host}:{port}/"


def test_several_tasks_listen_on_one_container_port(run, image, fetch):
    containers = {colour: run(image, environment={"COLOUR": colour}) for colour in ("blue", "green", "red")}
    assert {colour: fetch(url(each), each.poll).decode() for colour, each in containers.items()} == {
        colour: colour for colour in containers
    }
    assert len({each.address(8080) for each in containers.values()}) == 3
    assert all(each.poll() is None for each in containers.values())


def test_a_task_ends_gracefully(run, image, fetch):
    lines = []
    container = run(image, lines.append, environment={"COLOUR": "blue"})
    fetch(url(container), container.poll)
    assert container.stop(10) == container.poll() == container.stop(10) == 0
    assert lines == ["listening", "bye"]
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(url(container), timeout=5)
    with pytest.raises(KeyError):
        container.address(9999)


def test_a_task_that_will_not_end_is_killed(run, image):
    lines = []
    script = "import signal as s, time; s.signal(s.SIGTERM, s.SIG_IGN); print(1, flush=True); time.sleep(60)"
    container = run(image, lines.append, entry_point=("python", "-c", script))
    wait_until(lambda: lines)
    assert container.stop(0.1) == 128 + signal.SIGKILL


def test_what_a_task_has_started_ends_with_it(run, image):
    lines = []
    container = run(image, lines.append, entry_point=("sh", "-c", "sleep 600 & echo $!; exit 4"))
    wait_until(lambda: container.poll() is not None)
    assert container.poll() == 4
    wait_until(lambda: not alive(int(lines[0])))


def test_a_program_that_listens_on_localhost_cannot_be_reached_as_in_a_container(run, image):
    lines = []
    script = (
        "import http.server, threading, urllib.request\n"
        "server = http.server.HTTPServer(('127.0.0.1', 8080), http.server.SimpleHTTPRequestHandler)\n"
        "threading.Thread(target=server.serve_forever, daemon=True).start()\n"
        "print(urllib.request.urlopen('http://localhost:8080/').status, flush=True)\n"
        "threading.Event().wait()\n"
    )
    container = run(image, lines.append, entry_point=("python", "-c", script))
    wait_until(lambda: "200" in lines or container.poll() is not None)
    assert lines[-1] == "200"
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(url(container), timeout=5)


def test_a_shell_script_of_the_image_finds_the_task_s_python(run, image, fetch, limits):
    container = run(image, entry_point=("./start.sh",), environment={"COLOUR": "green"})
    assert fetch(url(container), container.poll) == b"green"
    assert [limit.subject for limit in limits if "is not Python" in limit.detail] == ["container web"]


@pytest.mark.parametrize("separator", ["@", ":v1"])
def test_an_image_is_pulled_by_digest_or_tag(run, image, fetch, separator):
    head, _, digest = image.partition(":v1@")
    uri = f"{head}@{digest}" if separator == "@" else f"{head}:v1"
    container = run(uri, environment={"COLOUR": "blue"}, credentials=Credentials("AWS", "any"))
    assert fetch(url(container), container.poll) == b"blue"


@pytest.mark.parametrize(
    ("name", "message"),
    [("nope:v1", "name unknown"), ("UPPER", "invalid reference format")],
)
def test_an_image_that_is_not_there_cannot_be_pulled(run, registry, name, message):
    with pytest.raises(ImageUnavailableError, match=message):
        run(f"{registry.host}/{name}")


def test_a_tag_that_is_not_there_cannot_be_pulled(run, repository):
    with pytest.raises(ImageUnavailableError, match="manifest unknown"):
        run(f"{repository}:v2")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"entry_point": ("nope-of-this-name",)},
            r'exec: "nope-of-this-name": executable file not found in \$PATH',
        ),
        ({"entry_point": ("/app/nope",)}, "no such file or directory"),
        ({"entry_point": ("/app/server.py",)}, "permission denied"),
        ({"entry_point": ()}, "no command specified"),
    ],
)
def test_a_program_that_cannot_be_started_is_said_with_dockers_words(run, image, settings, message):
    with pytest.raises(ContainerStartError, match=message):
        run(image, **settings)


def test_an_image_from_elsewhere_runs_with_this_machine_s_python_and_is_reported(run, fetch, limits):
    container = run(PUBLIC, command=("python3", "-m", "http.server", "8080"))
    assert b"Directory listing" in fetch(url(container), container.poll)
    assert [limit.subject for limit in limits] == ["container web"]
    assert "is not pulled" in limits[0].detail


def test_a_task_sees_its_environment_and_none_of_ours(run, image, monkeypatch):
    monkeypatch.setenv("MY_TOKEN", "secret")
    lines = []
    script = "import json, os, sys; print(json.dumps([dict(os.environ), os.getcwd(), sys.path]))"
    container = run(
        image, lines.append, entry_point=("python", "-c", script), environment={"A": "1", "CONF": "/app"}
    )
    wait_until(lambda: container.poll() is not None)
    environment, directory, path = json.loads(lines[0])
    assert set(environment) - {"LC_CTYPE"} == {
        "A", "CONF", "HOME", "HOSTNAME", "LANG", "PATH", "PYTHON_VERSION", "TMPDIR",
    }  # fmt: skip
    assert Path(directory).parts[-2:] == ("root", "app")
    assert environment["CONF"] == directory
    container_folder = str(Path(directory).parents[1])
    assert all(folder.startswith(container_folder) for folder in path if "site-packages" in folder)


def test_a_killed_cloud_leaves_no_task_and_no_file(registry, image, tmp_path):
    script = f"""
import sys, time
from pathlib import Path
from shipway.localcloud.engines.engine import ContainerSpec, Registry
from shipway.localcloud.engines.process import ProcessEngine
engine = ProcessEngine(lambda limit: None, Path(sys.argv[1]))
registry = Registry({registry.host!r}, {registry.endpoint!r})
for _ in range(2):
    spec = ContainerSpec("web", {image!r}, registry, entry_point=("sh", "-c", "echo $$; sleep 600"))
    engine.run(spec, print)
time.sleep(600)
"""
    folder = tmp_path / "engine"
    with subprocess.Popen(
        [sys.executable, "-u", "-c", script, str(folder)], stdout=subprocess.PIPE, text=True
    ) as cloud:
        tasks = [int(cloud.stdout.readline()) for _ in range(2)]
        assert all(map(alive, tasks))
        cloud.kill()
    wait_until(lambda: not any(map(alive, tasks)))
    wait_until(lambda: not folder.exists())


def test_a_closed_engine_leaves_nothing(registry, tmp_path):
    folder = tmp_path / "engine"
    lines = []
    engine = ProcessEngine(lambda _: None, folder)
    spec = ContainerSpec("web", PUBLIC, registry, command=("sh", "-c", "echo $$; sleep 600"))
    container = engine.run(spec, lines.append)
    engine.prepare()
    wait_until(lambda: lines)
    engine.close()
    engine.close()
    assert container.poll() == 128 + signal.SIGTERM
    assert not alive(int(lines[0]))
    assert not folder.exists()


def test_the_engine_is_found_by_name_and_says_what_it_does_not_do():
    engine = make_engine("process", lambda _: None)
    assert engine.name == "process"
    assert all(sentence.endswith(".") for sentence in engine.limits())
    engine.close()


def wait_until(ask):
    deadline = time.monotonic() + 20
    while not ask():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A zombie whose parent is gone waits for whoever adopted it: it runs no more.
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
