"""A push, the event it raises, the deployed rule, the pipeline and the build: five services in one chain."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

BUILDSPEC = """\
version: 0.2
env:
  exported-variables: [SHORT]
phases:
  build:
    commands:
      - echo "built $CODEBUILD_RESOLVED_SOURCE_VERSION for $CODEBUILD_INITIATOR"
      - export SHORT=$(echo "$CODEBUILD_RESOLVED_SOURCE_VERSION" | cut -c 1-7)
      - git log --format=%s > history.txt || echo none > history.txt
artifacts:
  files: [history.txt]
"""


def template(name: str, output_format: str) -> dict[str, Any]:
    def role(service: str) -> dict[str, Any]:
        principal = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        return {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [principal]},
                "Policies": [
                    {"PolicyName": "all", "PolicyDocument": {"Version": "2012-10-17", "Statement": [allow]}}
                ],
            },
        }

    def arn(logical_id: str) -> dict[str, Any]:
        return {"Fn::GetAtt": [logical_id, "Arn"]}

    def action(action_name: str, category: str, provider: str, **options: Any) -> dict[str, Any]:
        kind = {"Category": category, "Owner": "AWS", "Provider": provider, "Version": "1"}
        return {"Name": action_name, "ActionTypeId": kind, "RunOrder": 1, **options}

    source = action(
        "Source",
        "Source",
        "CodeCommit",
        Configuration={
            "RepositoryName": {"Fn::GetAtt": ["Repository", "Name"]},
            "BranchName": "main",
            "PollForSourceChanges": "false",
            "OutputArtifactFormat": output_format,
        },
        OutputArtifacts=[{"Name": "Code"}],
    )
    build = action(
        "Build",
        "Build",
        "CodeBuild",
        Configuration={"ProjectName": {"Ref": "Project"}},
        InputArtifacts=[{"Name": "Code"}],
        OutputArtifacts=[{"Name": "Built"}],
    )
    pipeline_arn = {"Fn::Sub": "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Pipeline}"}
    return {
        "Resources": {
            "Repository": {"Type": "AWS::CodeCommit::Repository", "Properties": {"RepositoryName": name}},
            "Bucket": {"Type": "AWS::S3::Bucket"},
            "PipelineRole": role("codepipeline.amazonaws.com"),
            "BuildRole": role("codebuild.amazonaws.com"),
            "RuleRole": role("events.amazonaws.com"),
            "Project": {
                "Type": "AWS::CodeBuild::Project",
                "Properties": {
                    "Name": name,
                    "ServiceRole": arn("BuildRole"),
                    "Source": {"Type": "CODEPIPELINE", "BuildSpec": BUILDSPEC},
                    "Artifacts": {"Type": "CODEPIPELINE"},
                    "Environment": {
                        "Type": "LINUX_CONTAINER",
                        "Image": "aws/codebuild/standard:7.0",
                        "ComputeType": "BUILD_GENERAL1_SMALL",
                    },
                },
            },
            "Pipeline": {
                "Type": "AWS::CodePipeline::Pipeline",
                "Properties": {
                    "Name": name,
                    "PipelineType": "V2",
                    "RoleArn": arn("PipelineRole"),
                    "ArtifactStore": {"Type": "S3", "Location": {"Ref": "Bucket"}},
                    "Stages": [
                        {"Name": "Source", "Actions": [source]},
                        {"Name": "Build", "Actions": [build]},
                    ],
                },
            },
            "Rule": {
                "Type": "AWS::Events::Rule",
                "Properties": {
                    "EventPattern": {
                        "source": ["aws.codecommit"],
                        "resources": [arn("Repository")],
                        "detail": {"referenceType": ["branch"], "referenceName": ["main"]},
                    },
                    "Targets": [{"Id": "p", "Arn": pipeline_arn, "RoleArn": arn("RuleRole")}],
                },
            },
        },
        "Outputs": {"Bucket": {"Value": {"Ref": "Bucket"}}},
    }


@pytest.mark.parametrize("output_format", ["CODE_ZIP", "CODEBUILD_CLONE_REF"])
def test_a_commit_on_the_branch_is_built(cloud: Any, eventually: Any, output_format: str) -> None:
    name = f"chain-{output_format.lower().replace('_', '-')}"
    stacks, pipelines = cloud.client("cloudformation"), cloud.client("codepipeline")
    stacks.create_stack(StackName=name, TemplateBody=json.dumps(template(name, output_format)))
    stacks.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 0.1})
    bucket = stacks.describe_stacks(StackName=name)["Stacks"][0]["Outputs"][0]["OutputValue"]
    codecommit = cloud.client("codecommit")
    commit = codecommit.create_commit(
        repositoryName=name,
        branchName="main",
        commitMessage="start the pipeline",
        putFiles=[{"filePath": "a.txt", "fileContent": b"a"}],
    )["commitId"]

    def ended() -> Any:
        found = pipelines.list_pipeline_executions(pipelineName=name)["pipelineExecutionSummaries"]
        # A new pipeline starts once by itself, before there is anything to build.
        pushed = [e for e in found if any(r.get("revisionId") == commit for r in e["sourceRevisions"])]
        return next((e for e in pushed if e["status"] != "InProgress"), None)

    execution = eventually(ended, timeout=60)
    state = pipelines.get_pipeline_state(name=name)
    assert execution["status"] == "Succeeded", state["stageStates"]
    (build_id,) = cloud.client("codebuild").list_builds_for_project(projectName=name)["ids"]
    build = cloud.client("codebuild").batch_get_builds(ids=[build_id])["builds"][0]
    assert build["resolvedSourceVersion"] == commit
    assert build["initiator"] == f"codepipeline/{name}"
    assert build["exportedEnvironmentVariables"] == [{"name": "SHORT", "value": commit[:7]}]
    key = build["artifacts"]["location"].removeprefix(f"arn:aws:s3:::{bucket}/")
    content = cloud.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    history = zipfile.ZipFile(io.BytesIO(content)).read("history.txt").decode().strip()
    assert history == ("start the pipeline" if output_format == "CODEBUILD_CLONE_REF" else "none")
