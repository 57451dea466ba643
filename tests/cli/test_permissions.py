"""`shipway permissions`: four lists per role, JSON, and the smallest policy."""

import json
from pathlib import Path

import pytest

from shipway.cli.app import main

TEMPLATE = """
Resources:
  Start:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: sts:AssumeRole}
      Policies:
        - PolicyName: start
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: [codepipeline:StartPipelineExecution, codepipeline:DeletePipeline]
                Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:NAME
  Push:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codecommit]}
      Targets:
        - Id: release
          Arn: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:release
          RoleArn: !GetAtt Start.Arn
"""
ARN = "arn:${AWS::Partition}:codepipeline:${AWS::Region}:${AWS::AccountId}:release"


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "pipeline.yml"
    path.write_text(TEMPLATE.replace("NAME", "release"))
    return path


def test_a_table_of_what_is_granted_and_what_in_vain(
    template: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["permissions", str(template)]) == 0
    shown = capsys.readouterr().out
    granted, _, unneeded = shown.partition("granted and not needed")
    assert f"codepipeline:StartPipelineExecution\n      on {ARN}" in granted
    assert "missing" not in shown
    assert "codepipeline:DeletePipeline" in unneeded


def test_a_denied_call_is_missing_and_ends_with_1(template: Path, capsys: pytest.CaptureFixture[str]) -> None:
    template.write_text(TEMPLATE.replace("NAME", "pipeline/release"))
    assert main(["permissions", str(template), "--format", "json"]) == 1
    (role,) = json.loads(capsys.readouterr().out)["roles"]
    assert role["role"] == "Start"
    (missing,) = role["needed_and_missing"]
    assert (missing["action"], missing["resource"]) == ("codepipeline:StartPipelineExecution", ARN)
    assert "pipeline/release does not cover" in missing["reason"]


def test_the_smallest_policy_of_one_role(template: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["permissions", str(template), "--role", "Start", "--format", "policy"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["codepipeline:StartPipelineExecution"],
                "Resource": [{"Fn::Sub": ARN}],
            }
        ],
    }


def test_a_role_that_is_not_there(template: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["permissions", str(template), "--role", "Nobody"]) == 2
    assert "no role has this logical id" in capsys.readouterr().err
