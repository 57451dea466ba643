"""Projects whose CDK app is a few lines of plain Python: it writes an assembly and starts no Node.js."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_APP = """\
import json, os, pathlib
out = pathlib.Path(os.environ["CDK_OUTDIR"])
out.mkdir(parents=True)
(out / "cdk.out").write_text('{"version":"1"}')
(out / "web.template.json").write_text(open("template.json").read())
stack = {
    "type": "aws:cloudformation:stack",
    "environment": "aws://unknown-account/unknown-region",
    "properties": {"templateFile": "web.template.json"},
}
(out / "manifest.json").write_text(json.dumps({"version": "1", "artifacts": {"web": stack}}))
"""


def _action(name: str, category: str, provider: str) -> dict[str, object]:
    kind = {"Category": category, "Owner": "AWS", "Provider": provider, "Version": "1"}
    return {"Name": name, "Actions": [{"Name": name, "ActionTypeId": kind}]}


TEMPLATE = {
    "Resources": {
        "Pipeline": {
            "Type": "AWS::CodePipeline::Pipeline",
            "Properties": {
                "Stages": [
                    _action("Source", "Source", "CodeCommit"),
                    _action("Build", "Build", "CodeBuild"),
                    _action("Deploy", "Deploy", "CodeDeployToECS"),
                ]
            },
        },
        "Project": {
            "Type": "AWS::CodeBuild::Project",
            "Properties": {
                "Source": {
                    "BuildSpec": "version: 0.2\nphases: {build: {commands: [pytest, docker build web]}}"
                }
            },
        },
    }
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that can be planned; its temporary files go to a folder of their own."""
    monkeypatch.setenv("JSII_NODE", "node")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    folder = tmp_path / "project"
    (folder / "web").mkdir(parents=True)
    (folder / "web" / "Dockerfile").write_text("FROM scratch\n")
    (folder / "cdk.json").write_text('{"app": "python3 app.py"}')
    (folder / "app.py").write_text(_APP)
    (folder / "template.json").write_text(json.dumps(TEMPLATE))
    return folder


@pytest.fixture
def app(project: Path) -> Callable[[str], None]:
    """Replaces the project's app."""
    return lambda text: (project / "app.py").write_text(textwrap.dedent(text)) and None
