import subprocess

import pytest
import yaml

from shipway.constructs import Architecture, BuildChecks, Egress, Severity
from shipway.errors import InputError

# isort: split
from aws_cdk import aws_secretsmanager as secretsmanager

from shipway.constructs import App, BlueGreenPipeline, Stack


@pytest.fixture(scope="module")
def deep(render_value):
    """The default stack with everything that a build can do."""
    app = App()
    stack = Stack(app, "hello-dev")
    BlueGreenPipeline(
        stack,
        "Hello",
        service="hello",
        alert_emails=["team@example.com"],
        architecture=Architecture.ARM64,
        checks=BuildChecks(coverage_percent=80, audit=True, scan=Severity.HIGH, sbom=True),
        build_commands={"pre_build": ["npm ci"], "post_build": ["echo done"]},
        build_secrets={"NPM_TOKEN": secretsmanager.Secret.from_secret_name_v2(stack, "Token", "hello/npm")},
        build_in_network=True,
    )
    return render_value(app.synth().get_stack_by_name("hello-dev").template)


@pytest.fixture(scope="module")
def project(deep, of_type):
    (project,) = of_type(deep, "AWS::CodeBuild::Project").values()
    return project


@pytest.fixture(scope="module")
def spec(project):
    return yaml.safe_load(project["Source"]["BuildSpec"])


@pytest.fixture(scope="module")
def allowed(deep, of_type):
    (role,) = (
        role
        for role in of_type(deep, "AWS::IAM::Role").values()
        if role.get("RoleName") == "hello-build-role-dev"
    )
    return role["Policies"][0]["PolicyDocument"]["Statement"]


def commands(spec, phase):
    return spec["phases"][phase]["commands"]


def test_coverage_is_required_and_reported(spec, deep, of_type, allowed):
    (pytest_command,) = (one for one in commands(spec, "pre_build") if "pytest service" in one)
    assert "--cov-fail-under=80" in pytest_command
    assert spec["reports"]["coverage"]["file-format"] == "COBERTURAXML"
    groups = of_type(deep, "AWS::CodeBuild::ReportGroup").values()
    assert {(one["Name"], one["Type"]) for one in groups} == {
        ("hello-build-dev-tests", "TEST"),
        ("hello-build-dev-coverage", "CODE_COVERAGE"),
    }
    assert "codebuild:BatchPutCodeCoverages" in str(allowed)


def test_dependencies_are_audited_before_anything_is_built(spec):
    audits = [one for one in commands(spec, "pre_build") if "pip_audit" in one]
    assert len(audits) == 2
    assert '"pip-audit' in commands(spec, "install")[0]


def test_the_gate_stands_between_the_push_and_the_handover(spec):
    after = commands(spec, "post_build")
    (gate,) = (index for index, one in enumerate(after) if "describe-image-scan-findings" in one)
    (handed,) = (index for index, one in enumerate(after) if "imageDetail.json" in one)
    assert gate < handed
    assert "for severity in CRITICAL HIGH;" in after[gate]


@pytest.mark.parametrize(("found", "code"), [("None", 0), ("3", 1)])
def test_the_gate_closes_at_a_finding(spec, tmp_path, found, code):
    aws = tmp_path / "aws"
    aws.write_text(f"#!/bin/sh\necho {found}\n")
    aws.chmod(0o755)
    gate = [one for one in commands(spec, "post_build") if "image-scan" in one]
    finished = subprocess.run(
        ["bash", "-e", "-c", "\n".join(gate)],
        env={
            "PATH": f"{tmp_path}:/usr/bin:/bin",
            "IMAGE_REPOSITORY_URI": "host/a",
            "IMAGE_DIGEST": "sha256:0",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == code
    assert ("found 3 of CRITICAL" in finished.stderr) is (code == 1)


def test_the_bill_of_materials_is_an_artifact_of_its_own(spec, deep, of_type):
    outputs = spec["artifacts"]["secondary-artifacts"]
    assert outputs["SbomArtifact"] == {"base-directory": "sbom", "files": ["sbom.spdx.json"]}
    (pipeline,) = of_type(deep, "AWS::CodePipeline::Pipeline").values()
    (build,) = pipeline["Stages"][1]["Actions"]
    assert [one["Name"] for one in build["OutputArtifacts"]] == list(outputs)
    # No attestation goes into the image: its digest would be that of an index.
    (pushed,) = (one for one in commands(spec, "build") if "--push" in one)
    assert "--sbom" not in pushed


def test_image_machine_and_task_are_of_one_architecture(spec, project, deep, of_type):
    (task,) = of_type(deep, "AWS::ECS::TaskDefinition").values()
    assert task["RuntimePlatform"]["CpuArchitecture"] == "ARM64"
    assert project["Environment"]["Type"] == "ARM_CONTAINER"
    builds = [one for phase in spec["phases"].values() for one in phase["commands"] if "buildx build" in one]
    assert len(builds) == 2
    assert all("--platform linux/arm64" in one for one in builds)
    assert '"cpuArchitecture":"ARM64"' in project["Source"]["BuildSpec"]


def test_more_commands_run_where_they_were_put(spec):
    assert commands(spec, "pre_build")[-1] == "npm ci"
    after = commands(spec, "post_build")
    assert after.index("echo done") < next(i for i, one in enumerate(after) if "taskdef.json" in one)


def test_a_secret_is_named_and_may_be_read(project, allowed):
    (variable,) = (
        one for one in project["Environment"]["EnvironmentVariables"] if one["Name"] == "NPM_TOKEN"
    )
    assert variable["Type"] == "SECRETS_MANAGER"
    (read,) = (one for one in allowed if one["Action"] == "secretsmanager:GetSecretValue")
    assert read["Resource"].endswith(f":secret:{variable['Value']}-??????")


def test_the_build_stands_in_the_network_and_nothing_reaches_it(project, deep, of_type, allowed):
    (group_id,) = project["VpcConfig"]["SecurityGroupIds"]
    group = of_type(deep, "AWS::EC2::SecurityGroup")[group_id.strip("${}").partition(".")[0]]
    assert "SecurityGroupIngress" not in group
    assert len(project["VpcConfig"]["Subnets"]) == 2
    permission = next(one for one in allowed if one["Action"] == "ec2:CreateNetworkInterfacePermission")
    assert permission["Condition"]["StringEquals"]["ec2:AuthorizedService"] == "codebuild.amazonaws.com"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"build_commands": {"deploy": ["true"]}}, "Use one of install, pre_build"),
        ({"build_secrets": {"CODEBUILD_X": None}}, "belongs to CodeBuild"),
        ({"build_secrets": {"NPM-TOKEN": None}}, "letters, digits"),
        (
            {
                "build_in_network": True,
                "egress": Egress.ENDPOINTS,
                "placeholder_image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/python:3",
            },
            "cannot install what it needs",
        ),
    ],
    ids=str,
)
def test_is_refused_with_the_remedy(arguments, message):
    with pytest.raises(InputError) as refused:
        BlueGreenPipeline(
            Stack(App(), "stack"), "Hello", service="hello", alert_emails=["team@example.com"], **arguments
        )
    assert message in str(refused.value)
    assert refused.value.remedy


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_coverage_that_is_no_percentage_is_refused(percent):
    with pytest.raises(InputError, match="from 0 to 100"):
        BuildChecks(coverage_percent=percent)
