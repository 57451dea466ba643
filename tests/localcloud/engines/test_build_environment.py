from __future__ import annotations

import importlib.util
import json

from shipway.localcloud.engines.engine import Limit


def test_the_commands_of_a_buildspec_are_there_and_ours(project):
    found = project.sh(
        "for each in docker aws git python python3 pip; do command -v $each; done"
    ).stdout.split()
    ours, python = found[:3], found[3:]
    assert all(path.startswith(str(project.environment.directory.parent)) for path in ours)
    assert len({path.rpartition("/")[0] for path in python}) == 1


def test_pip_does_not_touch_the_environment_that_shipway_runs_in(project, make_wheel):
    make_wheel(project.folder)
    project.sh("pip install --quiet --no-index ./greeting-1.0-py3-none-any.whl")
    assert project.sh("greet").stdout == "hello from the wheel\n"
    assert importlib.util.find_spec("greeting") is None
    project.sh("pip uninstall --quiet --yes greeting")


def test_nothing_of_the_users_environment_leaks(project, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("MY_TOKEN", "secret")
    names = {line.partition("=")[0] for line in project.sh("env").stdout.splitlines()}
    assert not names & {"AWS_PROFILE", "MY_TOKEN", "VIRTUAL_ENV"}
    assert project.sh("echo $HOME").stdout.strip() == str(project.environment.directory)


def test_the_aws_cli_logs_docker_in(make_project, repository):
    project = make_project()
    project.sh("aws ecr get-login-password | docker login --username AWS --password-stdin $REGISTRY")
    kept = json.loads((project.environment.directory.parent / "docker/config/config.json").read_text())
    assert list(kept["auths"]) == [repository.partition("/")[0]]
    name = repository.partition("/")[2]
    answer = project.sh(f"aws ecr describe-repositories --repository-names {name}").stdout
    assert json.loads(answer)["repositories"][0]["repositoryName"] == name


def test_limits_are_drained_once_and_nothing_is_left(make_project, limits, tmp_path):
    project = make_project()
    project.write(Dockerfile="FROM scratch\nUSER app\n")
    done = project.sh("docker build .")
    project.environment.drain()
    project.environment.drain()
    (met,) = limits
    assert met == Limit("Dockerfile:2 USER", met.detail)
    assert f"shipway: warning: {met.subject}: {met.detail}" in done.stderr
    project.environment.close()
    project.environment.close()
    assert list((tmp_path / "project-0" / "scratch").iterdir()) == []
