"""Builds by boto3: the buildspec runs for real."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from shipway.localcloud.services.codebuild.handover import pipeline_build

PHASES = [
    "SUBMITTED",
    "QUEUED",
    "PROVISIONING",
    "DOWNLOAD_SOURCE",
    "INSTALL",
    "PRE_BUILD",
    "BUILD",
    "POST_BUILD",
    "UPLOAD_ARTIFACTS",
    "FINALIZING",
    "COMPLETED",
]


def zipped(**files: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_DOT_", "."), content)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def role(cloud: Any) -> str:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "codebuild.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam = cloud.client("iam")
    made = iam.create_role(RoleName="codebuild-tests", AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(RoleName="codebuild-tests", PolicyName="all", PolicyDocument=json.dumps(allow))
    arn: str = made["Role"]["Arn"]
    return arn


@pytest.fixture(scope="module")
def bucket(cloud: Any) -> str:
    cloud.client("s3").create_bucket(Bucket="build-tests")
    return "build-tests"


@pytest.fixture
def project(cloud: Any, role: str, request: pytest.FixtureRequest) -> Callable[..., str]:
    client = cloud.client("codebuild")
    base = request.node.name.replace("[", "-").replace("]", "")[:100]

    def make(buildspec: str, name: str = base, **options: Any) -> str:
        client.create_project(
            **{
                "name": name,
                "source": {"type": "NO_SOURCE", "buildspec": buildspec},
                "artifacts": {"type": "NO_ARTIFACTS"},
                "environment": {
                    "type": "LINUX_CONTAINER",
                    "image": "aws/codebuild/standard:7.0",
                    "computeType": "BUILD_GENERAL1_SMALL",
                },
                "serviceRole": role,
                **options,
            }
        )
        return name

    return make


@pytest.fixture
def build(cloud: Any, eventually: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    client = cloud.client("codebuild")

    def run(project: str, **options: Any) -> dict[str, Any]:
        started = client.start_build(projectName=project, **options)["build"]

        def done() -> Any:
            found = client.batch_get_builds(ids=[started["id"]])["builds"][0]
            return found if found["buildComplete"] else None

        result: dict[str, Any] = eventually(done, timeout=40)
        return result

    return run


@pytest.fixture
def log(cloud: Any) -> Callable[[dict[str, Any]], list[str]]:
    def read(build: dict[str, Any]) -> list[str]:
        answer = cloud.client("logs").get_log_events(
            logGroupName=build["logs"]["groupName"],
            logStreamName=build["logs"]["streamName"],
            startFromHead=True,
        )
        return [event["message"].rstrip("\n") for event in answer["events"]]

    return read


def output(lines: list[str]) -> list[str]:
    return [line for line in lines if not line.startswith("[Container]")]


def statuses(build: dict[str, Any]) -> dict[str, str]:
    return {phase["phaseType"]: phase.get("phaseStatus", "") for phase in build["phases"]}


def contexts(build: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (phase["phaseType"], context["statusCode"], context["message"])
        for phase in build["phases"]
        for context in phase.get("contexts", [])
        if context["statusCode"] or context["message"]
    ]


def test_all_commands_run_in_one_shell(project: Any, build: Any, log: Any) -> None:
    spec = """
version: 0.2
env:
  variables: {GREETING: from the spec, SHARED: spec}
  exported-variables: [RESULT, ABSENT]
phases:
  install:
    commands:
      - LOCAL=kept
      - mkdir below && cd below
  build:
    commands:
      - echo "$GREETING $LOCAL $(basename "$PWD") $SHARED $EXTRA"
      - |
        say() { echo "said $1"; }
        say "${GREETING:0:4}"
      - export RESULT=$((6 * 7))
      - printf 'no line end'
  post_build:
    commands:
      - say again $CODEBUILD_BUILD_SUCCEEDING
    finally:
      - echo finally
"""
    name = project(
        spec,
        environment={
            "type": "LINUX_CONTAINER",
            "image": "i",
            "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": [{"name": "SHARED", "value": "project"}, {"name": "EXTRA", "value": "x"}],
        },
    )
    done = build(name, environmentVariablesOverride=[{"name": "EXTRA", "value": "start"}])
    assert done["buildStatus"] == "SUCCEEDED", log(done)
    assert [phase["phaseType"] for phase in done["phases"]] == PHASES
    assert done["currentPhase"] == "COMPLETED"
    assert output(log(done)) == [
        "from the spec kept below project start",
        "said from",
        "no line end",
        "said again",
        "finally",
    ]
    assert done["exportedEnvironmentVariables"] == [{"name": "RESULT", "value": "42"}]
    assert done["buildNumber"] == 1
    assert done["logs"]["groupName"] == f"/aws/codebuild/{name}"


def test_post_build_runs_after_a_failed_build_and_knows_it(project: Any, build: Any, log: Any) -> None:
    spec = """
version: 0.2
phases:
  build:
    commands:
      - echo one
      - exit 7
      - echo never
    finally:
      - echo cleanup
  post_build:
    commands:
      - echo succeeding=$CODEBUILD_BUILD_SUCCEEDING
"""
    done = build(project(spec))
    assert done["buildStatus"] == "FAILED"
    assert output(log(done)) == ["one", "cleanup", "succeeding=0"]
    assert contexts(done) == [
        (
            "BUILD",
            "COMMAND_EXECUTION_ERROR",
            "Error while executing command: exit 7. Reason: exit status 7",
        )
    ]
    assert statuses(done)["POST_BUILD"] == "SUCCEEDED"
    assert [phase["phaseType"] for phase in done["phases"]] == PHASES


@pytest.mark.parametrize(
    ("phase", "on_failure", "expected"),
    [
        ("install", "", ["install"]),
        ("pre_build", "", ["pre_build"]),
        ("pre_build", "on-failure: CONTINUE", ["pre_build", "build", "post_build"]),
        ("build", "on-failure: ABORT", ["build"]),
        ("build", "on-failure: RETRY-2-exit status 3", ["build", "build", "build", "post_build"]),
        ("build", "on-failure: RETRY-2-other", ["build", "post_build"]),
    ],
)
def test_what_follows_a_failure(  # noqa: PLR0917 - fixtures and parameters
    project: Any, build: Any, log: Any, phase: str, on_failure: str, expected: list[str]
) -> None:
    others = [name for name in ("build", "post_build") if name != phase]
    lines = ["version: 0.2", "phases:", f"  {phase}:", *([f"    {on_failure}"] if on_failure else [])]
    lines += ["    commands:", f"      - echo {phase}", "      - sh -c 'exit 3'"]
    for name in others:
        lines += [f"  {name}:", "    commands:", f"      - echo {name}"]
    name = f"after-{phase}-{abs(hash(on_failure))}"
    done = build(project("\n".join(lines), name))
    assert output(log(done)) == expected
    assert done["buildStatus"] == "FAILED"


def test_parameters_and_secrets_are_read_as_the_role_and_hidden(
    cloud: Any, project: Any, build: Any, log: Any
) -> None:
    cloud.client("ssm").put_parameter(Name="/b/user", Value="alice-parameter", Type="SecureString")
    secret = cloud.client("secretsmanager").create_secret(
        Name="b/secret", SecretString=json.dumps({"token": "t0ken-secret"})
    )
    spec = f"""
version: 0.2
env:
  parameter-store: {{USER_NAME: /b/user}}
  secrets-manager: {{TOKEN: "b/secret:token", WHOLE: "{secret["ARN"]}"}}
phases:
  build:
    commands:
      - echo "$USER_NAME and $TOKEN"
      - test "$USER_NAME" = alice-parameter
      - test "$TOKEN" = t0ken-secret
      - echo "$WHOLE" | wc -c
"""
    done = build(project(spec))
    assert done["buildStatus"] == "SUCCEEDED", contexts(done)
    lines = log(done)
    assert output(lines)[0] == "*** and ***"
    assert not any("alice-parameter" in line or "t0ken-secret" in line for line in lines)


@pytest.mark.parametrize(
    ("kind", "value", "code", "message"),
    [
        ("PARAMETER_STORE", "/missing", "Decrypted Variables Error", "parameter does not exist: /missing"),
        ("SECRETS_MANAGER", "missing", "Secrets Manager Error Message", "ResourceNotFoundException"),
    ],
)
def test_a_missing_value_fails_the_download(  # noqa: PLR0917 - fixtures and parameters
    project: Any, build: Any, kind: str, value: str, code: str, message: str
) -> None:
    name = project("version: 0.2\nphases: {build: {commands: [echo never]}}", f"missing-{kind.lower()}")
    done = build(name, environmentVariablesOverride=[{"name": "X", "value": value, "type": kind}])
    assert statuses(done)["DOWNLOAD_SOURCE"] == "FAILED"
    ((phase, found, text),) = contexts(done)
    assert (phase, found) == ("DOWNLOAD_SOURCE", code)
    assert message in text
    assert "BUILD" not in statuses(done)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("nowhere.yml", "YAML file does not exist"),
        ("version: 0.2\nphases:\n  build:\n    commands:\n      - echo a: b\n", "at line 5"),
        ("version: 0.2\nphases: [", "not YAML"),
    ],
)
def test_a_bad_buildspec_fails_the_download(project: Any, build: Any, spec: str, message: str) -> None:
    done = build(project(spec, f"bad-spec-{len(spec)}"))
    ((phase, code, text),) = contexts(done)
    assert (phase, code) == ("DOWNLOAD_SOURCE", "YAML_FILE_ERROR")
    assert message in text


def test_a_pipeline_hands_over_its_artifacts(
    cloud: Any, project: Any, build: Any, log: Any, bucket: str
) -> None:
    s3 = cloud.client("s3")
    spec = """
version: 0.2
phases:
  build:
    commands:
      - cat main.txt "$CODEBUILD_SRC_DIR_Second/other.txt"
      - echo "$CODEBUILD_RESOLVED_SOURCE_VERSION $CODEBUILD_SOURCE_VERSION $CODEBUILD_INITIATOR"
      - mkdir -p out/deep && echo 1 > out/image.json && echo 2 > out/deep/app.yaml && chmod +x out/image.json
artifacts:
  secondary-artifacts:
    Image:
      base-directory: out
      files: [image.json]
    Deploy:
      files: ["**/*.yaml"]
      discard-paths: yes
"""
    main = zipped(main_DOT_txt="main\n", buildspec_DOT_yml=spec)
    s3.put_object(Bucket=bucket, Key="p/Main/1", Body=main)
    s3.put_object(Bucket=bucket, Key="p/Second/1", Body=zipped(other_DOT_txt="other\n"))
    name = project("", source={"type": "CODEPIPELINE"}, artifacts={"type": "CODEPIPELINE"})
    with pytest.raises(ClientError, match="can only be started by CodePipeline"):
        cloud.client("codebuild").start_build(projectName=name)
    request = pipeline_build(
        pipeline="pipe",
        inputs={"Main": (bucket, "p/Main/1"), "Second": (bucket, "p/Second/1")},
        primary="Main",
        outputs={"Image": (bucket, "p/Image/1"), "Deploy": (bucket, "p/Deploy/1")},
        revision="abc123",
        variables=[{"name": "A", "value": "b", "type": "PLAINTEXT"}],
    )
    done = build(name, **request)
    assert done["buildStatus"] == "SUCCEEDED", contexts(done)
    assert output(log(done)) == [
        "main",
        "other",
        f"abc123 arn:aws:s3:::{bucket}/p/Main/1 codepipeline/pipe",
    ]
    assert done["initiator"] == "codepipeline/pipe"
    assert done["resolvedSourceVersion"] == "abc123"
    assert done["source"] == {"type": "CODEPIPELINE"}
    assert done["environment"]["environmentVariables"] == [{"name": "A", "value": "b", "type": "PLAINTEXT"}]
    locations = {each["artifactIdentifier"]: each["location"] for each in done["secondaryArtifacts"]}
    assert locations["Image"] == f"arn:aws:s3:::{bucket}/p/Image/1"
    image = zipfile.ZipFile(io.BytesIO(s3.get_object(Bucket=bucket, Key="p/Image/1")["Body"].read()))
    deploy = zipfile.ZipFile(io.BytesIO(s3.get_object(Bucket=bucket, Key="p/Deploy/1")["Body"].read()))
    assert image.namelist() == ["image.json"]
    assert image.getinfo("image.json").external_attr >> 16 & 0o111
    assert deploy.namelist() == ["app.yaml"]


def test_a_commit_is_cloned_as_the_role(cloud: Any, project: Any, build: Any, log: Any) -> None:
    commit = cloud.client("codecommit")
    commit.create_repository(repositoryName="cloned")
    made = commit.create_commit(
        repositoryName="cloned",
        branchName="main",
        putFiles=[
            {
                "filePath": "buildspec.yml",
                "fileContent": b"version: 0.2\nphases: {build: {commands: [git log]}}",
            }
        ],
        commitMessage="the only one",
    )
    location = "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/cloned"
    done = build(project("", source={"type": "CODECOMMIT", "location": location}, sourceVersion="main"))
    assert done["resolvedSourceVersion"] == made["commitId"], contexts(done)
    assert any("the only one" in line for line in output(log(done)))


def test_sources_in_s3_by_version_and_as_folders(
    cloud: Any, project: Any, build: Any, log: Any, bucket: str
) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="versioned")
    s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
    spec = "version: 0.2\nphases: {build: {commands: ['cat n.txt; cat $CODEBUILD_SRC_DIR_more/deep/m.txt']}}"
    versions = [
        s3.put_object(
            Bucket="versioned", Key="s.zip", Body=zipped(ci__spec_DOT_yml=spec, n_DOT_txt=f"{number}\n")
        )["VersionId"]
        for number in (1, 2)
    ]
    s3.put_object(Bucket=bucket, Key="folder/deep/m.txt", Body=b"m\n")
    done = build(
        project(
            "",
            source={"type": "S3", "location": "versioned/s.zip", "buildspec": "other.yml"},
            secondarySources=[{"type": "S3", "location": f"{bucket}/folder/", "sourceIdentifier": "more"}],
        ),
        buildspecOverride="ci/spec.yml",
        sourceVersion=versions[0],
    )
    assert output(log(done)) == ["1", "m"]
    assert done["resolvedSourceVersion"] == versions[0]


def test_artifacts_that_are_not_there_fail_the_upload(project: Any, build: Any, bucket: str) -> None:
    spec = "version: 0.2\nphases: {build: {commands: [echo]}}\nartifacts: {files: [none.txt]}"
    name = project(spec, artifacts={"type": "S3", "location": bucket})
    done = build(name)
    assert contexts(done) == [("UPLOAD_ARTIFACTS", "CLIENT_ERROR", "no matching artifact paths found")]


def test_s3_artifacts_and_their_names(cloud: Any, project: Any, build: Any, bucket: str) -> None:
    spec = """
version: 0.2
phases: {build: {commands: ["export V=7", "echo hi > a.txt"]}}
artifacts: {files: ["*"], name: "out-$V.zip"}
"""
    artifacts = {
        "type": "S3",
        "location": bucket,
        "path": "some/where",
        "namespaceType": "BUILD_ID",
        "packaging": "ZIP",
        "overrideArtifactName": True,
    }
    done = build(project(spec, artifacts=artifacts))
    key = f"some/where/{done['id'].split(':')[1]}/out-7.zip"
    assert done["artifacts"]["location"] == f"arn:aws:s3:::{bucket}/{key}"
    assert cloud.client("s3").head_object(Bucket=bucket, Key=key)["ContentLength"]


def test_reports_of_tests(cloud: Any, project: Any, build: Any) -> None:
    junit = (
        "<testsuites><testsuite name='s'><testcase classname='c' name='ok' time='0.25'/>"
        "<testcase classname='c' name='bad'><failure message='boom'/></testcase>"
        "<testcase name='skip'><skipped/></testcase></testsuite></testsuites>"
    )
    spec = f"""
version: 0.2
phases:
  build:
    commands: [mkdir r, "echo \\"{junit}\\" > r/pytest.xml"]
reports:
  unit: {{files: ["**/*.xml"], base-directory: r}}
"""
    name = project(spec)
    done = build(name)
    client = cloud.client("codebuild")
    (arn,) = done["reportArns"]
    report = client.batch_get_reports(reportArns=[arn])["reports"][0]
    assert report["status"] == "FAILED"
    assert report["testSummary"]["statusCounts"] == {
        "SUCCEEDED": 1,
        "FAILED": 1,
        "ERROR": 0,
        "SKIPPED": 1,
        "UNKNOWN": 0,
    }
    cases = client.describe_test_cases(reportArn=arn)["testCases"]
    assert [(c["name"], c["status"], c.get("message")) for c in cases] == [
        ("ok", "SUCCEEDED", None),
        ("bad", "FAILED", "boom"),
        ("skip", "SKIPPED", None),
    ]
    assert cases[0]["durationInNanoSeconds"] == 250_000_000
    group = report["reportGroupArn"]
    assert group.endswith(f":report-group/{name}-unit")
    assert client.list_reports_for_report_group(reportGroupArn=group)["reports"] == [arn]
    with pytest.raises(ClientError, match="contains reports"):
        client.delete_report_group(arn=group)
    client.delete_report_group(arn=group, deleteReports=True)
    assert client.batch_get_reports(reportArns=[arn])["reportsNotFound"] == [arn]
    assert done["buildStatus"] == "SUCCEEDED"


def test_a_build_can_be_stopped(cloud: Any, project: Any, eventually: Any, log: Any) -> None:
    name = project("version: 0.2\nphases: {build: {commands: ['echo begun', 'sleep 300']}}")
    client = cloud.client("codebuild")
    started = client.start_build(projectName=name)["build"]

    def get() -> Any:
        return client.batch_get_builds(ids=[started["id"]])["builds"][0]

    eventually(lambda: get().get("logs", {}).get("streamName") and "begun" in output(log(get())))
    client.stop_build(id=started["id"])
    done = eventually(lambda: get()["buildComplete"] and get())
    assert done["buildStatus"] == "STOPPED"
    assert statuses(done)["BUILD"] == "STOPPED"
    assert client.list_builds_for_project(projectName=name)["ids"] == [started["id"]]
    again = client.retry_build(id=started["id"])["build"]
    assert again["buildNumber"] == 2
    client.stop_build(id=again["id"])


def test_a_killed_cloud_takes_its_builds_with_it(tmp_path: Path, eventually: Any) -> None:
    command = [sys.executable, "-m", "shipway.localcloud", "--no-authorize", "--log-level", "ERROR"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "TMPDIR": str(tmp_path)}
    )
    with process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        options = {"aws_access_key_id": ready["account"], "aws_secret_access_key": "any"}
        session = boto3.session.Session(region_name=ready["region"], **options)
        role = session.client("iam", endpoint_url=ready["endpoint"]).create_role(
            RoleName="r", AssumeRolePolicyDocument="{}"
        )["Role"]["Arn"]
        client = session.client("codebuild", endpoint_url=ready["endpoint"])
        spec = f"version: 0.2\nphases: {{build: {{commands: ['echo $$ > {tmp_path}/group', 'sleep 300']}}}}"
        client.create_project(
            name="endless",
            source={"type": "NO_SOURCE", "buildspec": spec},
            artifacts={"type": "NO_ARTIFACTS"},
            environment={
                "type": "LINUX_CONTAINER",
                "image": "i",
                "computeType": "BUILD_GENERAL1_SMALL",
            },
            serviceRole=role,
        )
        client.start_build(projectName="endless")
        file = tmp_path / "group"
        group = int(eventually(lambda: file.exists() and file.read_text(), timeout=60))
        os.killpg(group, 0)
        process.kill()

    def is_gone() -> bool:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        return False

    eventually(is_gone)


def test_a_build_acts_as_its_role_with_the_aws_cli(project: Any, build: Any, log: Any, role: str) -> None:
    spec = """
version: 0.2
phases:
  build:
    commands:
      - aws sts get-caller-identity --query Arn --output text
"""
    done = build(project(spec))
    (arn,) = output(log(done))
    assert arn.startswith(f"arn:aws:sts::123456789012:assumed-role/{role.rsplit('/', 1)[-1]}/AWSCodeBuild-")


def test_events_of_a_build(cloud: Any, project: Any, build: Any, eventually: Any) -> None:
    queue = cloud.client("sqs").create_queue(QueueName="build-events")["QueueUrl"]
    rules = cloud.client("events")
    name = project("version: 0.2\nphases: {build: {commands: ['false']}}")
    pattern = {"source": ["aws.codebuild"], "detail": {"project-name": [name]}}
    rules.put_rule(Name="build-events", EventPattern=json.dumps(pattern))
    arn = f"arn:aws:sqs:{cloud.region}:{cloud.account}:build-events"
    rules.put_targets(Rule="build-events", Targets=[{"Id": "q", "Arn": arn}])
    done = build(name)
    seen: list[dict[str, Any]] = []

    def final() -> list[dict[str, Any]]:
        answer = cloud.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        seen.extend(json.loads(message["Body"]) for message in answer.get("Messages", []))
        return [event for event in seen if event["detail"].get("build-status") == "FAILED"]

    (event,) = eventually(final)
    assert event["detail-type"] == "CodeBuild Build State Change"
    assert event["resources"] == [done["arn"]]
    assert event["detail"]["build-id"] == done["arn"]
    assert event["detail"]["additional-information"]["build-complete"] is True
    assert event["detail"]["current-phase"] == "COMPLETED"
    eventually(lambda: (final(), len(seen) >= 12)[1])
    phases = [e["detail"]["completed-phase"] for e in seen if "completed-phase" in e["detail"]]
    assert sorted(phases) == sorted(PHASES[:-1])
    failed = [e["detail"] for e in seen if e["detail"].get("completed-phase-status") == "FAILED"]
    assert [d["completed-phase"] for d in failed] == ["BUILD"]
    assert "COMMAND_EXECUTION_ERROR" in failed[0]["completed-phase-context"]
    rules.remove_targets(Rule="build-events", Ids=["q"])
    rules.delete_rule(Name="build-events")


def test_cloudformation_makes_changes_and_removes(cloud: Any, role: str) -> None:
    stacks, client = cloud.client("cloudformation"), cloud.client("codebuild")

    def template(description: str) -> str:
        project = {
            "Name": "stack-project",
            "Description": description,
            "ServiceRole": role,
            "Artifacts": {"Type": "CODEPIPELINE"},
            "Source": {"Type": "CODEPIPELINE", "BuildSpec": "version: 0.2\n"},
            "TimeoutInMinutes": "30",
            "Environment": {
                "Type": "LINUX_CONTAINER",
                "Image": "aws/codebuild/standard:7.0",
                "ComputeType": "BUILD_GENERAL1_SMALL",
                "PrivilegedMode": "true",
                "EnvironmentVariables": [{"Name": "FLAG", "Value": "true"}, {"Name": "N", "Value": 3}],
            },
            "LogsConfig": {"CloudWatchLogs": {"Status": "ENABLED", "GroupName": "g"}},
            "VpcConfig": {"VpcId": "vpc-1", "Subnets": ["s"], "SecurityGroupIds": ["g"]},
            "Tags": [{"Key": "k", "Value": "v"}],
        }
        group = {"Type": "TEST", "ExportConfig": {"ExportConfigType": "NO_EXPORT"}, "DeleteReports": True}
        return json.dumps(
            {
                "Resources": {
                    "P": {"Type": "AWS::CodeBuild::Project", "Properties": project},
                    "G": {"Type": "AWS::CodeBuild::ReportGroup", "Properties": group},
                },
                "Outputs": {
                    "Ref": {"Value": {"Ref": "P"}},
                    "Arn": {"Value": {"Fn::GetAtt": ["P", "Arn"]}},
                    "Group": {"Value": {"Ref": "G"}},
                },
            }
        )

    stacks.create_stack(StackName="builds", TemplateBody=template("one"))
    stacks.get_waiter("stack_create_complete").wait(StackName="builds", WaiterConfig={"Delay": 0.1})
    made = client.batch_get_projects(names=["stack-project"])["projects"][0]
    assert (made["timeoutInMinutes"], made["environment"]["privilegedMode"]) == (30, True)
    assert made["environment"]["environmentVariables"] == [
        {"name": "FLAG", "value": "true"},
        {"name": "N", "value": "3"},
    ]
    assert made["logsConfig"]["cloudWatchLogs"] == {"status": "ENABLED", "groupName": "g"}
    outputs = {
        o["OutputKey"]: o["OutputValue"]
        for o in stacks.describe_stacks(StackName="builds")["Stacks"][0]["Outputs"]
    }
    assert outputs["Ref"] == "stack-project"
    assert outputs["Arn"] == made["arn"]
    assert client.batch_get_report_groups(reportGroupArns=[outputs["Group"]])["reportGroups"]
    stacks.update_stack(StackName="builds", TemplateBody=template("two"))
    stacks.get_waiter("stack_update_complete").wait(StackName="builds", WaiterConfig={"Delay": 0.1})
    assert client.batch_get_projects(names=["stack-project"])["projects"][0]["description"] == "two"
    stacks.delete_stack(StackName="builds")
    stacks.get_waiter("stack_delete_complete").wait(StackName="builds", WaiterConfig={"Delay": 0.1})
    assert client.batch_get_projects(names=["stack-project"])["projectsNotFound"] == ["stack-project"]
    ledger = {entry["what"] for entry in cloud.control("ledger")["entries"]}
    assert "AWS::CodeBuild::Project VpcConfig" in ledger
