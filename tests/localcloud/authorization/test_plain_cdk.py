"""The trap of a doubled slash in plain CDK: found by the check, met by the build, gone when mended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shipway.checks.checking import check
from shipway.checks.finding import Severity
from shipway.checks.registry import select
from shipway.checks.suppressions import today
from shipway.template.inputs import read_systems

EXAMPLE = Path(__file__).parents[3] / "examples" / "plain"
# The constructs choose the Node.js on which the CDK runs.
SYNTHESIZE = "import runpy, shipway.constructs; runpy.run_path('app.py', run_name='__main__')"


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("plain")
    subprocess.run(
        [sys.executable, "-c", SYNTHESIZE],
        cwd=EXAMPLE,
        env={**os.environ, "CDK_OUTDIR": str(out)},
        check=True,
        capture_output=True,
    )
    return out


def errors(template: Path) -> list[tuple[str, str]]:
    report = check(read_systems((str(template),), None), select(("permissions",), ()), today())
    return [(each.rule.name, each.message) for each in report.findings if each.severity is Severity.ERROR]


def test_the_check_tells_the_denied_call(assembly: Path) -> None:
    found = dict(errors(assembly / "plain-trap.template.json"))
    assert set(found) == {"missing-permission", "doubled-slash-in-arn"}
    assert "may not call ssm:GetParameters" in found["missing-permission"]
    assert "parameter//plain/trap/greeting does not cover" in found["missing-permission"]
    assert errors(assembly / "plain-mended.template.json") == []


@pytest.mark.parametrize(("name", "status"), [("trap", "Failed"), ("mended", "Succeeded")])
def test_the_build_meets_it(
    assembly: Path, strict_cloud: Any, eventually: Callable[..., Any], name: str, status: str
) -> None:
    template = json.loads((assembly / f"plain-{name}.template.json").read_text())
    # Only bootstrapped environments have this parameter.
    template.get("Parameters", {}).pop("BootstrapVersion", None)
    template.pop("Rules", None)
    stack = f"plain-{name}"
    cloudformation = strict_cloud.client("cloudformation")
    cloudformation.create_stack(
        StackName=stack, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"]
    )
    state = lambda: cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]  # noqa: E731 - one question, asked again and again
    assert eventually(lambda: state() != "CREATE_IN_PROGRESS" and state(), 60) == "CREATE_COMPLETE"
    strict_cloud.client("codecommit").put_file(
        repositoryName=stack, branchName="main", filePath="README", fileContent=b"hello"
    )
    codepipeline = strict_cloud.client("codepipeline")

    def outcome() -> Any:
        actions = codepipeline.list_action_executions(pipelineName=stack)["actionExecutionDetails"]
        return next(
            (
                each
                for each in actions
                if each["actionName"] == "Build" and each["status"] in {"Failed", "Succeeded"}
            ),
            None,
        )

    build = eventually(outcome, 60)
    assert build["status"] == status
    if status == "Failed":
        builds = strict_cloud.client("codebuild")
        (number,) = builds.list_builds()["ids"][:1]
        (ran,) = builds.batch_get_builds(ids=[number])["builds"]
        said = json.dumps(ran["phases"], default=str)
        assert "ssm:GetParameters" in said
        assert "AccessDenied" in said
