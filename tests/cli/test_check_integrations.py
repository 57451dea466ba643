"""The pre-commit hook and the GitHub Action call ``shipway check`` with options that it has."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from shipway.cli.check import command

ROOT = Path(__file__).parents[2]
BAD = "Resources: {Topic: {Type: 'AWS::SNS::Topic'}}\n"


def test_the_hook():
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert hook["entry"] == "shipway check"
    for path in ("infra/web.yml", "cloudformation/a/b.json", "web.template.json", "x/web.template"):
        assert re.search(hook["files"], path), path
    for path in (".github/workflows/ci.yml", "package.json", "src/web.yml"):
        assert not re.search(hook["files"], path), path


def steps():
    return yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"]


def test_no_input_becomes_a_command():
    for step in steps():
        assert "${{" not in step.get("run", "")


def test_the_options_of_the_action_are_options_of_the_command():
    known = {option for parameter in command.params for option in parameter.opts}
    used = set(re.findall(r"--[a-z-]+", steps()[-1]["run"]))
    assert used
    assert used <= known


@pytest.mark.parametrize(("fail_on", "code"), [("warning", 1), ("error", 0)])
def test_the_script_of_the_action(tmp_path, fail_on, code):
    (tmp_path / "a b.yml").write_text(BAD)
    (tmp_path / "c.yml").write_text(BAD)
    folder = tmp_path / "shipway" / "bin"
    folder.mkdir(parents=True)
    (folder / "shipway").write_text(f'#!/bin/sh\nexec {sys.executable} -m shipway "$@"\n')
    (folder / "shipway").chmod(0o755)
    settings = {"PATHS": "c.yml *b.yml", "FAIL_ON": fail_on, "CONFIG": "", "SOURCE": "", "SARIF": "out.sarif"}
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", steps()[-1]["run"]],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "RUNNER_TEMP": str(tmp_path), **settings},
    )
    assert done.returncode == code, done.stderr
    assert "::warning file=c.yml,line=1,col=13" in done.stdout
    assert "::warning file=a b.yml," in done.stdout
    assert '"version": "2.1.0"' in (tmp_path / "out.sarif").read_text()
