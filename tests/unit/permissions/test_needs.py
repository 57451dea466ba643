"""Which calls are foreseen, and what the policies say of them."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from shipway.model.graph import PipelineGraph
from shipway.permissions import calls
from shipway.permissions.calls.aws_cli import Cli, call_of
from shipway.permissions.calls.code import actions_in
from shipway.permissions.calls.images import repository_arn
from shipway.permissions.decision import Verdict
from shipway.permissions.mend import mend
from shipway.permissions.names import Names
from shipway.permissions.needs import Need, needs_of
from shipway.permissions.needs_table import needs_table

GraphOf = Callable[[str], PipelineGraph]
NeedsIn = Callable[[str], list[Need]]

BUILD = """
Resources:
  Images: {{Type: AWS::ECR::Repository, Properties: {{RepositoryName: app}}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - {{Effect: Allow, Principal: {{Service: codebuild.amazonaws.com}}, Action: sts:AssumeRole}}
      Policies:
        - {{PolicyName: build, PolicyDocument: {{Statement: {statements}}}}}
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: build
      ServiceRole: !GetAtt Role.Arn
      LogsConfig: {{CloudWatchLogs: {{Status: DISABLED}}}}
      Environment:
        EnvironmentVariables:
          - {{Name: REPOSITORY, Value: !GetAtt Images.RepositoryUri}}
          {variables}
      Source:
        Type: NO_SOURCE
        BuildSpec: |
          version: 0.2
          phases: {{build: {{commands: {commands}}}}}
"""


def build(commands: list[str], statements: str = "[]", variables: str = "") -> str:
    return BUILD.format(commands=json.dumps(commands), statements=statements, variables=variables)


def of_entry(needs: list[Need], entry: str) -> list[Need]:
    return [need for need in needs if need.entry.id == entry]


def test_every_line_of_the_table_is_derived_somewhere() -> None:
    sources = "\n".join(path.read_text() for path in Path(calls.__path__[0]).glob("*.py"))
    # Ids are written out, but for those of actions that register a task definition, and of a stack's modes.
    derived = {entry for entry in needs_table() if f'"{entry}"' in sources}
    composed = {
        entry
        for entry in needs_table()
        if re.fullmatch(r"action\.(cdecs|ecs)\.(register|tag|tag\.tagged|passrole)|action\.cfn\.\w+", entry)
    }
    assert derived | composed == set(needs_table())


@pytest.mark.parametrize(
    ("commands", "repository"),
    [
        (["docker push $REPOSITORY:latest"], "app"),
        (["URI=${REPOSITORY}", "docker push $URI:$(date +%s)"], "app"),
        (["docker buildx build --tag $REPOSITORY:1 --push ."], "app"),
        (
            [
                "ACCOUNT=$(aws sts get-caller-identity --query Account --output text)",
                "docker push $ACCOUNT.dkr.ecr.$AWS_REGION.amazonaws.com/app:1",
            ],
            "app",
        ),
        (["docker push $(cat uri.txt)"], "*"),
    ],
)
def test_what_a_build_pushes_to(needs_in: NeedsIn, commands: list[str], repository: str) -> None:
    needs = of_entry(needs_in(build(commands)), "cb.push")
    shown = {need.names.show(need.resource) for need in needs}
    assert shown == {f"arn:aws:ecr:${{AWS::Region}}:${{AWS::AccountId}}:repository/{repository}"}
    assert {need.verdict for need in needs} == {Verdict.DENY}


@pytest.mark.parametrize("command", ["docker push ghcr.io/a/b:1", "docker build .", "echo docker push x"])
def test_what_is_pushed_elsewhere_needs_nothing(needs_in: NeedsIn, command: str) -> None:
    assert of_entry(needs_in(build([command])), "cb.push") == []


def test_an_unseen_repository_is_no_fault_of_a_role_that_may_push_to_one(needs_in: NeedsIn) -> None:
    statements = '[{Effect: Allow, Action: "ecr:*", Resource: !GetAtt Images.Arn}]'
    needs = of_entry(needs_in(build(["docker push $(cat uri.txt)"], statements)), "cb.push")
    assert {need.verdict for need in needs} == {Verdict.UNKNOWN}


def test_the_trap_of_a_doubled_slash(needs_in: NeedsIn) -> None:
    variable = "- {Name: TOKEN, Type: PARAMETER_STORE, Value: /app/dev/token}"
    granted = (
        "[{{Effect: Allow, Action: ssm:GetParameters, "
        "Resource: !Sub 'arn:aws:ssm:${{AWS::Region}}:${{AWS::AccountId}}:parameter{}app/dev/token'}}]"
    )
    wrong = of_entry(needs_in(build([], granted.format("//"), variable)), "cb.ssm")
    right = of_entry(needs_in(build([], granted.format("/"), variable)), "cb.ssm")
    assert [need.verdict for need in wrong] == [Verdict.DENY]
    assert [need.verdict for need in right] == [Verdict.ALLOW]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("ecr get-login-password --region eu-west-1", {"ecr:GetAuthorizationToken": "*"}),
        ("sts get-caller-identity", {}),
        ("ecs update-service --cluster c --service s", {"ecs:UpdateService": "service/c/s"}),
        ("s3 cp a.zip s3://bucket/a.zip --sse aws:kms", {"s3:PutObject": "arn:aws:s3:::bucket/*"}),
        (
            "s3 sync --delete s3://bucket/in ./out",
            {"s3:GetObject": "arn:aws:s3:::bucket/*", "s3:ListBucket": "arn:aws:s3:::bucket"},
        ),
        ("ssm get-parameter --name /app/x", {"ssm:GetParameter": "parameter/app/x"}),
        ("codedeploy wait deployment-successful", {}),
        ("nosuch thing", {}),
    ],
)
def test_commands_of_the_aws_cli(graph_of: GraphOf, command: str, expected: dict[str, str]) -> None:
    names = Names(graph_of("Resources: {}"))
    found = {
        action: names.show(resource)
        for actions, resources in call_of(Cli.of(tuple(command.split())), names)
        for action in actions
        for resource in resources
    }
    assert found.keys() == expected.keys()
    assert all(found[action].endswith(end) for action, end in expected.items())


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "import boto3\ndeploy = boto3.client('codedeploy')\ndeploy.stop_deployment(x=1)",
            {"codedeploy:stopdeployment"},
        ),
        ("import boto3\nboto3.client('sns').publish(TopicArn='t')", {"sns:publish"}),
        ("import boto3\ns3 = boto3.client('s3')\ns3.head_object(Key='k')", {"s3:GetObject"}),
        ("const d = new AWS.CodeDeploy(); d.stopDeployment({})", {"codedeploy:stopdeployment"}),
        (
            "require('@aws-sdk/client-codedeploy'); c.send(new StopDeploymentCommand({}))",
            {"codedeploy:stopdeployment"},
        ),
        ("print('deploy.stop_deployment(')", set()),
    ],
)
def test_calls_in_a_functions_code(code: str, expected: set[str]) -> None:
    assert set(actions_in(code)) == expected


def test_the_repository_of_an_image() -> None:
    image = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/team/app:1"
    assert repository_arn(image) == "arn:aws:ecr:eu-west-1:111111111111:repository/team/app"
    assert repository_arn("public.ecr.aws/docker/library/python:3") is None


def test_what_mends_is_what_was_missing(graph_of: GraphOf) -> None:
    commands = ["aws ecr get-login-password", "docker push $REPOSITORY:latest"]
    variable = "- {Name: TOKEN, Type: PARAMETER_STORE, Value: /app/dev/token}"
    before = needs_of(graph_of(build(commands, variables=variable)))
    missing = [need for need in before.all if need.verdict is Verdict.DENY]
    assert missing
    statements = [mend([need], before.access.names).statement for need in missing]
    after = needs_of(graph_of(build(commands, json.dumps(statements), variable)))
    assert [need.action for need in after.all if need.verdict is not Verdict.ALLOW] == []


def test_a_mend_in_cdk(needs_in: NeedsIn) -> None:
    variable = "- {Name: T, Type: PARAMETER_STORE, Value: /t}"
    (need,) = of_entry(needs_in(build([], variables=variable)), "cb.ssm")
    assert mend([need], need.names).as_cdk == (
        'add_to_principal_policy(iam.PolicyStatement(actions=["ssm:GetParameters"], resources=[Fn.sub('
        '"arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/t")]))'
    )
