"""CodeCommit by boto3 and by real git."""

from __future__ import annotations

import base64
import io
import json
import os
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from shipway.errors import MissingRequirementError
from shipway.localcloud.services.codecommit.git import Git


@pytest.fixture
def git(tmp_path: Path) -> Any:
    home = tmp_path / "home"
    home.mkdir()

    def run(*arguments: str, cwd: Path = tmp_path) -> str:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "a",
            "GIT_AUTHOR_EMAIL": "a@b",
            "GIT_COMMITTER_NAME": "a",
            "GIT_COMMITTER_EMAIL": "a@b",
        }
        done = subprocess.run(
            ["git", *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run


@pytest.fixture
def events(cloud: Any, eventually: Any, request: pytest.FixtureRequest) -> Any:
    """Reads what a rule on `source` sends to a queue."""
    name = request.node.name.replace("[", "-").replace("]", "")[:60]
    queue = cloud.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    arn = f"arn:aws:sqs:{cloud.region}:{cloud.account}:{name}"
    rules = cloud.client("events")
    rules.put_rule(Name=name, EventPattern=json.dumps({"source": ["aws.codecommit"]}))
    rules.put_targets(Rule=name, Targets=[{"Id": "q", "Arn": arn}])
    seen: list[dict[str, Any]] = []

    def read(repository: str, count: int) -> list[dict[str, Any]]:
        def enough() -> bool:
            messages = cloud.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
            seen.extend(json.loads(m["Body"]) for m in messages.get("Messages", []))
            return len(mine()) >= count

        def mine() -> list[dict[str, Any]]:
            return [event for event in seen if event["detail"]["repositoryName"] == repository]

        eventually(enough)
        return mine()

    yield read
    rules.remove_targets(Rule=name, Ids=["q"])
    rules.delete_rule(Name=name)


def test_a_push_by_git_raises_one_event_per_reference(
    cloud: Any, git: Any, events: Any, tmp_path: Path
) -> None:
    client = cloud.client("codecommit")
    made = client.create_repository(repositoryName="pushed", repositoryDescription="d", tags={"a": "b"})
    repository = made["repositoryMetadata"]
    assert repository["cloneUrlHttp"] == f"{cloud.endpoint}/git/v1/repos/pushed"
    assert "defaultBranch" not in repository
    work = tmp_path / "work"
    git("clone", repository["cloneUrlHttp"], str(work))
    (work / "a.txt").write_text("one")
    (work / ".gitattributes").write_text("a.txt export-ignore\n")
    git("checkout", "-b", "trunk", cwd=work)
    git("add", "-A", cwd=work)
    git("commit", "-m", "first", cwd=work)
    git("tag", "-a", "v1", "-m", "v1", cwd=work)
    git("push", "origin", "trunk", "v1", cwd=work)
    first = git("rev-parse", "HEAD", cwd=work)
    (work / "a.txt").write_text("two")
    git("commit", "-am", "second", cwd=work)
    git("push", "origin", "trunk", cwd=work)
    second = git("rev-parse", "HEAD", cwd=work)
    git("push", "origin", "--delete", "v1", cwd=work)

    seen = events("pushed", 4)
    assert {event["detail-type"] for event in seen} == {"CodeCommit Repository State Change"}
    assert {tuple(event["resources"]) for event in seen} == {(repository["Arn"],)}
    branch = {"referenceType": "branch", "referenceName": "trunk", "referenceFullName": "refs/heads/trunk"}
    tag = {"referenceType": "tag", "referenceName": "v1", "referenceFullName": "refs/tags/v1"}
    whose = {
        "repositoryName": "pushed",
        "repositoryId": repository["repositoryId"],
        "callerUserArn": f"arn:aws:iam::{cloud.account}:root",
    }
    details = [event["detail"] for event in seen]
    for expected in (
        {"event": "referenceCreated", **branch, "commitId": first, **whose},
        {"event": "referenceCreated", **tag, "commitId": first, **whose},
        {"event": "referenceUpdated", **branch, "commitId": second, "oldCommitId": first, **whose},
        {"event": "referenceDeleted", **tag, "oldCommitId": first, **whose},
    ):
        assert expected in details

    assert client.get_repository(repositoryName="pushed")["repositoryMetadata"]["defaultBranch"] == "trunk"
    assert client.get_branch(repositoryName="pushed", branchName="trunk")["branch"]["commitId"] == second
    commit = client.get_commit(repositoryName="pushed", commitId=second)["commit"]
    assert (commit["message"], commit["parents"], commit["author"]["name"]) == ("second\n", [first], "a")
    with urllib.request.urlopen(f"{cloud.endpoint}/git-archive/pushed?commit={second}") as answer:
        archive = zipfile.ZipFile(io.BytesIO(answer.read()))
    assert archive.read("a.txt") == b"two"  # export-ignore is git's, not CodePipeline's
    git("clone", repository["cloneUrlHttp"], str(tmp_path / "again"))
    assert (tmp_path / "again" / "a.txt").read_text() == "two"


def test_configuration_and_hooks_of_the_user_stay_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = tmp_path / "template" / "hooks"
    hooks.mkdir(parents=True)
    (hooks / "pre-receive").write_text("#!/bin/sh\nexit 1\n")
    configuration = tmp_path / "gitconfig"
    configuration.write_text(f"[init]\ntemplateDir={tmp_path}/template\n[core]\nhooksPath={hooks}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(configuration))
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    git = Git(tmp_path)
    repository = tmp_path / "r.git"
    git.create(repository)
    assert not list(repository.glob("hooks/*"))
    assert "hooksPath" not in git.text(repository, "config", "--list", "--show-origin")


def test_a_machine_without_git_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingRequirementError, match="this machine has none on its PATH"):
        Git(tmp_path).create(tmp_path / "r.git")


def test_files_without_git(cloud: Any, events: Any) -> None:
    client = cloud.client("codecommit")
    client.create_repository(repositoryName="files")
    first = client.create_commit(
        repositoryName="files",
        branchName="main",
        authorName="me",
        email="me@x",
        commitMessage="hello",
        putFiles=[
            {"filePath": "src/a.py", "fileContent": b"print()"},
            {"filePath": "run.sh", "fileContent": b"#!", "fileMode": "EXECUTABLE"},
        ],
    )
    assert [f["absolutePath"] for f in first["filesAdded"]] == ["src/a.py", "run.sh"]
    with pytest.raises(ClientError, match="ParentCommitIdRequired"):
        client.put_file(repositoryName="files", branchName="main", filePath="b", fileContent=b"x")
    second = client.put_file(
        repositoryName="files",
        branchName="main",
        filePath="src/a.py",
        fileContent=b"print(1)",
        parentCommitId=first["commitId"],
    )
    with pytest.raises(ClientError, match="ParentCommitIdOutdated"):
        client.put_file(
            repositoryName="files",
            branchName="main",
            filePath="b",
            fileContent=b"x",
            parentCommitId=first["commitId"],
        )
    file = client.get_file(repositoryName="files", filePath="src/a.py", commitSpecifier="main")
    assert (file["fileContent"], file["fileMode"], file["fileSize"]) == (b"print(1)", "NORMAL", 8)
    folder = client.get_folder(repositoryName="files", folderPath="")
    assert [f["absolutePath"] for f in folder["subFolders"]] == ["src"]
    assert [(f["relativePath"], f["fileMode"]) for f in folder["files"]] == [("run.sh", "EXECUTABLE")]
    differences = client.get_differences(
        repositoryName="files",
        beforeCommitSpecifier=first["commitId"],
        afterCommitSpecifier=second["commitId"],
    )["differences"]
    assert [(d["changeType"], d["afterBlob"]["path"]) for d in differences] == [("M", "src/a.py")]
    client.create_branch(repositoryName="files", branchName="dev/x", commitId=first["commitId"])
    assert client.list_branches(repositoryName="files")["branches"] == ["dev/x", "main"]
    client.delete_branch(repositoryName="files", branchName="dev/x")
    with pytest.raises(ClientError, match="DefaultBranchCannotBeDeleted"):
        client.delete_branch(repositoryName="files", branchName="main")
    names = [event["detail"]["event"] for event in events("files", 4)]
    assert sorted(names) == ["referenceCreated", "referenceCreated", "referenceDeleted", "referenceUpdated"]


def test_tags_triggers_names_and_default_branch(cloud: Any) -> None:
    client = cloud.client("codecommit")
    made = client.create_repository(repositoryName="tagged", tags={"a": "1", "b": "2"})["repositoryMetadata"]
    client.tag_resource(resourceArn=made["Arn"], tags={"c": "3"})
    client.untag_resource(resourceArn=made["Arn"], tagKeys=["a"])
    assert client.list_tags_for_resource(resourceArn=made["Arn"])["tags"] == {"b": "2", "c": "3"}
    trigger = {
        "name": "t",
        "destinationArn": f"arn:aws:sns:{cloud.region}:{cloud.account}:t",
        "branches": [],
        "events": ["all"],
    }
    client.put_repository_triggers(repositoryName="tagged", triggers=[trigger])
    assert client.get_repository_triggers(repositoryName="tagged")["triggers"] == [trigger]
    whats = {entry["what"] for entry in cloud.control("ledger")["entries"]}
    assert "CodeCommit repository triggers" in whats
    commit = client.create_commit(
        repositoryName="tagged", branchName="one", putFiles=[{"filePath": "f", "fileContent": b"x"}]
    )["commitId"]
    client.create_branch(repositoryName="tagged", branchName="two", commitId=commit)
    client.update_default_branch(repositoryName="tagged", defaultBranchName="two")
    client.delete_branch(repositoryName="tagged", branchName="one")
    client.update_repository_description(repositoryName="tagged", repositoryDescription="words")
    client.update_repository_name(oldName="tagged", newName="other-name")
    now = client.get_repository(repositoryName="other-name")["repositoryMetadata"]
    assert (now["defaultBranch"], now["repositoryDescription"]) == ("two", "words")
    assert now["repositoryId"] == made["repositoryId"]
    assert client.get_file(repositoryName="other-name", filePath="f")["fileContent"] == b"x"


def test_a_push_is_the_callers(cloud: Any, git: Any, events: Any, tmp_path: Path) -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    role = cloud.client("iam").create_role(
        RoleName="pusher",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]["Arn"]
    session = cloud.client("sts").assume_role(RoleArn=role, RoleSessionName="someone")
    cloud.client("codecommit").create_repository(repositoryName="owned")
    key, token = session["Credentials"]["AccessKeyId"], session["Credentials"]["SessionToken"]
    # As the AWS CLI's credential helper does: ACCESS_KEY%TOKEN as the user, a signature as the password.
    basic = base64.b64encode(f"{key}%{token}:signature".encode()).decode()
    work = tmp_path / "work"
    git("init", "-b", "main", str(work))
    git("commit", "--allow-empty", "-m", "x", cwd=work)
    url = f"{cloud.endpoint}/git/v1/repos/owned"
    git("-c", f"http.extraHeader=Authorization: Basic {basic}", "push", url, "main", cwd=work)
    (event,) = events("owned", 1)
    assert event["detail"]["callerUserArn"] == session["AssumedRoleUser"]["Arn"]


def test_errors_are_awss(cloud: Any) -> None:
    client = cloud.client("codecommit")
    client.create_repository(repositoryName="once")
    for code, call in {
        "RepositoryNameExistsException": lambda: client.create_repository(repositoryName="once"),
        "InvalidRepositoryNameException": lambda: client.create_repository(repositoryName="a b"),
        "RepositoryDoesNotExistException": lambda: client.get_repository(repositoryName="none"),
        "BranchDoesNotExistException": lambda: client.get_branch(repositoryName="once", branchName="main"),
        "CommitIdDoesNotExistException": lambda: client.get_commit(repositoryName="once", commitId="--help"),
        "CommitDoesNotExistException": lambda: client.get_file(repositoryName="once", filePath="a"),
        "NotImplementedException": lambda: client.list_pull_requests(repositoryName="once"),
    }.items():
        with pytest.raises(ClientError) as caught:
            call()
        assert caught.value.response["Error"]["Code"] == code
    assert client.delete_repository(repositoryName="once")["repositoryId"]
    assert "repositoryId" not in client.delete_repository(repositoryName="once")


def test_another_account_is_another_place(cloud: Any, git: Any, tmp_path: Path) -> None:
    other = cloud.client("codecommit", account="210987654321")
    url = other.create_repository(repositoryName="theirs")["repositoryMetadata"]["cloneUrlHttp"]
    git("clone", url, str(tmp_path / "theirs"))
    with pytest.raises(ClientError, match="theirs does not exist"):
        cloud.client("codecommit").get_repository(repositoryName="theirs")


def test_cloudformation_makes_renames_and_removes(cloud: Any) -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("buildspec.yml", "version: 0.2\n")
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="code-assets")
    s3.put_object(Bucket="code-assets", Key="code.zip", Body=code.getvalue())
    stacks = cloud.client("cloudformation")

    def template(name: str) -> str:
        properties = {
            "RepositoryName": name,
            "RepositoryDescription": "d",
            "Code": {"BranchName": "main", "S3": {"Bucket": "code-assets", "Key": "code.zip"}},
            "Tags": [{"Key": "k", "Value": "v"}],
        }
        attributes = ("Name", "Arn", "CloneUrlHttp")
        return json.dumps(
            {
                "Resources": {"Repo": {"Type": "AWS::CodeCommit::Repository", "Properties": properties}},
                "Outputs": {
                    **{a: {"Value": {"Fn::GetAtt": ["Repo", a]}} for a in attributes},
                    "Ref": {"Value": {"Ref": "Repo"}},
                },
            }
        )

    def outputs() -> dict[str, str]:
        stack = stacks.describe_stacks(StackName="repo")["Stacks"][0]
        return {o["OutputKey"]: o["OutputValue"] for o in stack["Outputs"]}

    stacks.create_stack(StackName="repo", TemplateBody=template("by-stack"))
    stacks.get_waiter("stack_create_complete").wait(StackName="repo", WaiterConfig={"Delay": 0.1})
    client = cloud.client("codecommit")
    made = client.get_repository(repositoryName="by-stack")["repositoryMetadata"]
    assert outputs() == {
        "Name": "by-stack",
        "Arn": made["Arn"],
        "CloneUrlHttp": made["cloneUrlHttp"],
        "Ref": made["repositoryId"],
    }
    assert made["defaultBranch"] == "main"
    file = client.get_file(repositoryName="by-stack", filePath="buildspec.yml")
    assert file["fileContent"] == b"version: 0.2\n"
    stacks.update_stack(StackName="repo", TemplateBody=template("renamed"))
    stacks.get_waiter("stack_update_complete").wait(StackName="repo", WaiterConfig={"Delay": 0.1})
    assert outputs()["Ref"] == made["repositoryId"]
    assert client.get_repository(repositoryName="renamed")
    stacks.delete_stack(StackName="repo")
    stacks.get_waiter("stack_delete_complete").wait(StackName="repo", WaiterConfig={"Delay": 0.1})
    names = [r["repositoryName"] for r in client.list_repositories()["repositories"]]
    assert not {"renamed", "by-stack"} & set(names)


def test_the_aws_cli_speaks_to_it(cloud: Any) -> None:
    cloud.client("codecommit").create_repository(repositoryName="by-cli")
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": cloud.endpoint,
        "AWS_ACCESS_KEY_ID": cloud.account,
        "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_DEFAULT_REGION": cloud.region,
    }
    aws = Path(sys.executable).parent / "aws"
    done = subprocess.run(
        [aws, "codecommit", "get-repository", "--repository-name", "by-cli"],
        env=environment,
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout)["repositoryMetadata"]["repositoryName"] == "by-cli"
