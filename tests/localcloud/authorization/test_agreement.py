"""What the check calls missing is what the cloud denies: grants of the example are taken away one by one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from shipway.permissions.decision import Verdict
from shipway.permissions.needs import Needs
from shipway.template.build_graph import build_graphs
from shipway.template.read import parse_template

HELLO = Path(__file__).parents[3] / "examples" / "hello"
SYNTHESIZE = "import runpy, shipway.constructs; runpy.run_path('app.py', run_name='__main__')"
STACK = "hello-dev"
PATIENCE = 120.0  # seconds for one run of the pipeline on a busy machine

# Role (by the purpose in its name) and action. Every kind of principal, and every protocol, is among them.
SAMPLE = [
    ("pipeline", "codecommit:GetBranch"),
    ("pipeline", "s3:PutObject"),
    ("pipeline", "codebuild:StartBuild"),
    ("pipeline", "ecs:RegisterTaskDefinition"),
    ("pipeline", "iam:PassRole"),
    ("pipeline", "codedeploy:CreateDeployment"),
    ("pipeline", "codedeploy:GetDeploymentConfig"),
    ("build", "logs:CreateLogStream"),
    ("build", "s3:GetObject"),
    ("build", "ssm:GetParameters"),
    ("build", "ecr:GetAuthorizationToken"),
    ("build", "ecr:PutImage"),
    ("release", "ecs:CreateTaskSet"),
    ("release", "elasticloadbalancing:ModifyListener"),
    ("execution", "ecr:BatchGetImage"),
]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("hello")
    subprocess.run(
        [sys.executable, "-c", SYNTHESIZE],
        cwd=HELLO,
        env={**os.environ, "CDK_OUTDIR": str(out)},
        check=True,
        capture_output=True,
    )
    document: dict[str, Any] = json.loads((out / f"{STACK}.template.json").read_text())
    return document


@pytest.fixture(scope="module")
def delivered(strict_cloud: Any, template: dict[str, Any], eventually: Callable[..., Any]) -> Iterator[Any]:
    """The example's stack, after its first delivery."""
    document = {key: value for key, value in template.items() if key not in {"Parameters", "Rules"}}
    cloudformation, s3 = strict_cloud.client("cloudformation"), strict_cloud.client("s3")
    s3.create_bucket(Bucket="templates")  # it is longer than a request may be
    s3.put_object(Bucket="templates", Key=STACK, Body=json.dumps(document).encode())
    cloudformation.create_stack(
        StackName=STACK,
        TemplateURL=f"{strict_cloud.endpoint}/templates/{STACK}",
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )

    def state() -> str:
        return str(cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"])

    assert eventually(lambda: state() != "CREATE_IN_PROGRESS" and state(), PATIENCE) == "CREATE_COMPLETE"
    files = [
        {"filePath": str(path.relative_to(HELLO)), "fileContent": path.read_bytes()}
        for path in sorted((HELLO / "service").rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]
    strict_cloud.client("codecommit").create_commit(
        repositoryName="hello-source-dev", branchName="main", putFiles=files
    )
    assert end_of_run(strict_cloud, eventually) == "Succeeded"
    yield strict_cloud
    cloudformation.delete_stack(StackName=STACK)


def end_of_run(cloud: Any, eventually: Callable[..., Any]) -> str:
    """How the newest execution of the pipeline ends."""

    def status() -> Any:
        found = cloud.client("codepipeline").list_pipeline_executions(pipelineName="hello-pipeline-dev")
        runs = found["pipelineExecutionSummaries"]
        return runs and runs[0]["status"] not in {"InProgress", "Stopping"} and runs[0]["status"]

    return str(eventually(status, PATIENCE))


def predicted(template: dict[str, Any], role: str, action: str) -> list[str]:
    """What the check calls missing when a role lacks an action."""
    changed = json.loads(json.dumps(template))
    for resource in changed["Resources"].values():
        for document in documents(resource, role, changed):
            document["Statement"] = without(document["Statement"], action)
    graph = next(iter(build_graphs([parse_template(json.dumps(changed), "t.json")])))
    return [need.action for need in Needs(graph).all if need.verdict is Verdict.DENY and need.reported]


def documents(resource: dict[str, Any], role: str, template: dict[str, Any]) -> list[dict[str, Any]]:
    properties = resource.get("Properties", {})
    if resource["Type"] == "AWS::IAM::Role" and properties.get("RoleName") == role:
        return [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
    if resource["Type"] == "AWS::IAM::Policy":
        (attached,) = properties["Roles"]
        owner = template["Resources"][attached["Ref"]]["Properties"].get("RoleName")
        return [properties["PolicyDocument"]] if owner == role else []
    return []


def without(statements: list[dict[str, Any]], action: str) -> list[dict[str, Any]]:
    left = []
    for statement in statements:
        granted = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        rest = [each for each in granted if each != action]
        if rest:
            left.append({**statement, "Action": rest})
    return left


@pytest.mark.parametrize(("purpose", "action"), SAMPLE)
def test_a_missing_grant_is_the_call_that_is_denied(
    delivered: Any, template: dict[str, Any], eventually: Callable[..., Any], purpose: str, action: str
) -> None:
    role = f"hello-{purpose}-role-dev"
    assert set(predicted(template, role, action)) == {action}
    iam = delivered.client("iam")
    kept = {}
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        kept[name] = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        less = {**kept[name], "Statement": without(kept[name]["Statement"], action)}
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(less))
    before = len(delivered.control("denied"))
    try:
        delivered.client("codepipeline").start_pipeline_execution(name="hello-pipeline-dev")
        end = end_of_run(delivered, eventually)
    finally:
        for name, document in kept.items():
            iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))
    denied = delivered.control("denied")[before:]
    assert end == "Failed"
    assert {each["action"] for each in denied} == {action}
    assert all(f"assumed-role/{role}/" in each["principal"] for each in denied)
