"""Time and memory of `shipway check`, side by side with cfn-lint and cloudformation-validate in one run.

python benchmarks/check.py [--curve] [--repeat N] [TEMPLATE...]

Without templates, a made-up pipeline of 50 resources is checked once in a cold process, and a hundred of them
in one call. TEMPLATE... are checked in both ways instead (copied until there are a hundred). `--curve` prints
how the cost grows: up to 500 resources, and up to 5,000 templates.

Figures are the least of N runs: on a machine that does other things, the least is what the program takes.
Every tool runs once beforehand, so that all have their bytecode on disk, as after an installation.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

_VALIDATE = """\
import sys
from cloudformation_validate import CompositeEngine
engine = CompositeEngine()
for path in sys.argv[1:]:
    for each in engine.validate_template(path).diagnostics:
        print(path, each.rule_id, each.message)
"""
_CHECK = "import sys; from shipway.cli.app import main; sys.exit(main(['check', *sys.argv[1:]]))"
_LINT = "import sys; from cfnlint.runner import main; sys.exit(main())"
_MEGABYTE = 1024
_BUILDSPEC = """\
version: 0.2
phases:
  pre_build:
    commands: [aws ecr get-login-password | docker login --username AWS --password-stdin $REPO]
  build:
    commands: [pytest, docker build -t $REPO:$CODEBUILD_RESOLVED_SOURCE_VERSION .]
  post_build:
    commands: [docker push $REPO:$CODEBUILD_RESOLVED_SOURCE_VERSION]
artifacts: {files: [imageDetail.json, taskdef.json, appspec.yaml]}
"""


class Cost(NamedTuple):
    """What a call takes."""

    seconds: float
    processor: float
    """Seconds of all processors together."""
    megabytes: float


def resources(number: str) -> dict[str, Any]:
    """25 resources: a pipeline with what it builds with, deploys to, logs to and tells."""

    def att(name: str, attribute: str = "Arn") -> dict[str, Any]:
        return {"Fn::GetAtt": [f"{name}{number}", attribute]}

    def ref(name: str) -> dict[str, Any]:
        return {"Ref": f"{name}{number}"}

    def named(kind: str) -> dict[str, Any]:
        return {"Fn::Sub": f"app{number}-{kind}-${{Environment}}"}

    def role(service: str, *actions: str) -> dict[str, Any]:
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        grants = [
            {
                "Effect": "Allow",
                "Action": action,
                "Resource": {"Fn::Sub": f"arn:aws:{action}:${{AWS::Region}}"},
            }
            for action in actions
        ]
        return {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
                "Policies": [{"PolicyName": "own", "PolicyDocument": {"Statement": grants}}],
            },
        }

    def action(name: str, category: str, provider: str, **configuration: Any) -> dict[str, Any]:
        kind = {"Category": category, "Owner": "AWS", "Provider": provider, "Version": "1"}
        return {
            "Name": name,
            "Actions": [{"Name": name, "ActionTypeId": kind, "Configuration": configuration}],
        }

    def group() -> dict[str, Any]:
        return {
            "Type": "AWS::ElasticLoadBalancingV2::TargetGroup",
            "Properties": {"TargetType": "ip", "Port": 8080, "Protocol": "HTTP", "VpcId": {"Ref": "VpcId"}},
        }

    def alarm(metric: str) -> dict[str, Any]:
        return {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "Namespace": "AWS/ApplicationELB",
                "MetricName": metric,
                "Threshold": 5,
                "EvaluationPeriods": 2,
                "Period": 60,
                "Statistic": "Sum",
                "ComparisonOperator": "GreaterThanThreshold",
                "AlarmActions": [ref("Topic")],
            },
        }

    def typed(kind: str, **properties: Any) -> dict[str, Any]:
        return {"Type": f"AWS::{kind}", "Properties": properties}

    made = {
        "Bucket": typed("S3::Bucket", VersioningConfiguration={"Status": "Enabled"}),
        "Key": typed("KMS::Key", KeyPolicy={"Version": "2012-10-17", "Statement": []}),
        "Repository": typed("CodeCommit::Repository", RepositoryName=named("source")),
        "Images": typed("ECR::Repository", RepositoryName=named("images")),
        "BuildRole": role("codebuild.amazonaws.com", "s3:GetObject", "ecr:PutImage", "logs:PutLogEvents"),
        "PipelineRole": role("codepipeline.amazonaws.com", "s3:*", "codebuild:StartBuild", "iam:PassRole"),
        "DeployRole": role("codedeploy.amazonaws.com", "ecs:*", "elasticloadbalancing:*"),
        "TaskRole": role("ecs-tasks.amazonaws.com", "logs:PutLogEvents"),
        "Logs": typed("Logs::LogGroup", RetentionInDays=30),
        "Build": typed(
            "CodeBuild::Project",
            ServiceRole=att("BuildRole"),
            Artifacts={"Type": "CODEPIPELINE"},
            Source={"Type": "CODEPIPELINE", "BuildSpec": _BUILDSPEC},
            Environment={
                "Type": "LINUX_CONTAINER",
                "ComputeType": "BUILD_GENERAL1_SMALL",
                "Image": "aws/codebuild/standard:7.0",
                "PrivilegedMode": True,
                "EnvironmentVariables": [{"Name": "REPO", "Value": att("Images", "RepositoryUri")}],
            },
        ),
        "Pipeline": typed(
            "CodePipeline::Pipeline",
            RoleArn=att("PipelineRole"),
            ArtifactStore={"Type": "S3", "Location": ref("Bucket")},
            Stages=[
                action(
                    "Source",
                    "Source",
                    "CodeCommit",
                    RepositoryName=att("Repository", "Name"),
                    BranchName="main",
                ),
                action("Build", "Build", "CodeBuild", ProjectName=ref("Build")),
                action(
                    "Deploy",
                    "Deploy",
                    "CodeDeployToECS",
                    ApplicationName=ref("Application"),
                    DeploymentGroupName=ref("Release"),
                ),
            ],
        ),
        "Push": typed(
            "Events::Rule",
            EventPattern={"source": ["aws.codecommit"], "resources": [att("Repository")]},
            Targets=[{"Id": "pipeline", "Arn": ref("Pipeline"), "RoleArn": att("PipelineRole")}],
        ),
        "Application": typed("CodeDeploy::Application", ComputePlatform="ECS"),
        "Release": typed(
            "CodeDeploy::DeploymentGroup",
            ApplicationName=ref("Application"),
            ServiceRoleArn=att("DeployRole"),
            ECSServices=[{"ClusterName": ref("Cluster"), "ServiceName": att("Service", "Name")}],
            LoadBalancerInfo={
                "TargetGroupPairInfoList": [{"TargetGroups": [{"Name": att("Blue", "TargetGroupName")}]}]
            },
        ),
        "Cluster": typed("ECS::Cluster"),
        "Task": typed(
            "ECS::TaskDefinition",
            NetworkMode="awsvpc",
            RequiresCompatibilities=["FARGATE"],
            Cpu="256",
            Memory="512",
            TaskRoleArn=att("TaskRole"),
            ContainerDefinitions=[
                {
                    "Name": "web",
                    "Image": att("Images", "RepositoryUri"),
                    "PortMappings": [{"ContainerPort": 8080}],
                }
            ],
        ),
        "Service": typed(
            "ECS::Service",
            Cluster=ref("Cluster"),
            TaskDefinition=ref("Task"),
            LaunchType="FARGATE",
            DeploymentController={"Type": "CODE_DEPLOY"},
            LoadBalancers=[{"ContainerName": "web", "ContainerPort": 8080, "TargetGroupArn": ref("Blue")}],
        ),
        "Blue": group(),
        "Green": group(),
        "Balancer": typed("ElasticLoadBalancingV2::LoadBalancer", Subnets=["subnet-1", "subnet-2"]),
        "Listener": typed(
            "ElasticLoadBalancingV2::Listener",
            LoadBalancerArn=ref("Balancer"),
            Port=80,
            Protocol="HTTP",
            DefaultActions=[{"Type": "forward", "TargetGroupArn": ref("Blue")}],
        ),
        "Guard": typed("EC2::SecurityGroup", GroupDescription="web", VpcId={"Ref": "VpcId"}),
        "Topic": typed("SNS::Topic", TopicName=named("alerts")),
        "Errors": alarm("HTTPCode_Target_5XX_Count"),
        "Unhealthy": alarm("UnHealthyHostCount"),
    }
    return {f"{name}{number}": each for name, each in made.items()}


_IN_UNIT = 25


def template(count: int) -> str:
    """A template with so many resources, a multiple of 25."""
    parameters = {"Environment": {"Type": "String", "Default": "dev"}, "VpcId": {"Type": "String"}}
    units = [resources(str(number)) for number in range(count // _IN_UNIT)]
    every = {name: each for unit in units for name, each in unit.items()}
    return yaml.safe_dump({"Parameters": parameters, "Resources": every}, sort_keys=False)


def measure(program: str, paths: Sequence[Path], repeat: int, cache: Path) -> Cost:
    """The least that a call takes. A finding is no failure; a crash is."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(cache)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    costs = []
    for _ in range(repeat):
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-c", program, *map(str, paths)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
        )
        said = process.stderr.read() if process.stderr else b""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = status
        if b"Traceback" in said:
            raise SystemExit(said.decode())
        seconds = time.perf_counter() - start
        costs.append(Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / _MEGABYTE))
    return Cost(
        min(each.seconds for each in costs),
        min(each.processor for each in costs),
        max(each.megabytes for each in costs),
    )


def programs() -> dict[str, str]:
    """The tools that are installed; those that are not are said."""
    found = {"shipway check": _CHECK}
    for name, module, program in (
        ("cfn-lint", "cfnlint", _LINT),
        ("cloudformation-validate", "cloudformation_validate", _VALIDATE),
    ):
        if find_spec(module):
            found[name] = program
        else:
            print(f"{name} is not installed, and not measured")
    return found


def table(title: str, costs: dict[str, Cost]) -> None:
    print(f"\n{title}\n{'':26}{'wall s':>10}{'processor s':>13}{'MB':>8}")
    for name, cost in costs.items():
        print(f"{name:26}{cost.seconds:>10.3f}{cost.processor:>13.3f}{cost.megabytes:>8.0f}")


def compare(one: Path, hundred: Sequence[Path], repeat: int, cache: Path) -> None:
    tools = programs()
    for program in tools.values():
        measure(program, [one], 1, cache)
    table(
        f"one template, cold process ({one.name}, {one.stat().st_size} bytes)",
        {name: measure(program, [one], repeat, cache) for name, program in tools.items()},
    )
    table(
        f"{len(hundred)} templates in one call",
        {name: measure(program, hundred, max(1, repeat // 5), cache) for name, program in tools.items()},
    )


def curve(folder: Path, cache: Path) -> None:
    print("\nresources in one template: processor s, ms per resource")
    for count in (50, 100, 200, 300, 400, 500):
        path = folder / f"r{count}.yml"
        path.write_text(template(count))
        cost = measure(_CHECK, [path], 3, cache)
        print(
            f"{count:6} {cost.processor:8.3f} {1000 * cost.processor / count:8.2f} {cost.megabytes:6.0f} MB"
        )
    print("\ntemplates of 50 resources in one call: wall s, ms per template")
    text = template(50)
    for count in (1, 50, 100, 500, 1000, 2000, 5000):
        many = folder / f"n{count}"
        many.mkdir()
        for number in range(count):
            (many / f"{number}.yml").write_text(text)
        cost = measure(_CHECK, [many], 1, cache)
        print(f"{count:6} {cost.seconds:8.2f} {1000 * cost.seconds / count:8.2f} {cost.megabytes:6.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("templates", nargs="*", type=Path, metavar="TEMPLATE")
    parser.add_argument("--curve", action="store_true")
    parser.add_argument("--repeat", type=int, default=10, metavar="N")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, cache = Path(name), Path(name) / "bytecode"
        made = folder / "pipeline.yml"
        made.write_text(template(50))
        given: list[Path] = options.templates or [made]
        hundred = []
        for number, source in enumerate(itertools.islice(itertools.cycle(given), max(100, len(given)))):
            copy = folder / f"copy{number}{source.suffix}"
            shutil.copy(source, copy)
            hundred.append(copy)
        compare(given[0], hundred, options.repeat, cache)
        if options.curve:
            curve(folder, cache)


if __name__ == "__main__":
    main()
