from pathlib import Path

import pytest

from shipway.constructs import App, BlueGreenPipeline, Stack  # isort: skip - chooses the Node.js
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_ssm as ssm

GRANTS = Path(__file__).parent / "golden" / "grants"
KINDS = sorted(path.stem for path in GRANTS.iterdir())
# Actions that have no resource type, so that "*" is the only resource they take.
WITHOUT_RESOURCE = {
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
    "ecs:DescribeTaskDefinition",
    "elasticloadbalancing:DescribeTargetHealth",
    "ecr:GetAuthorizationToken",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeTargetGroups",
}


def as_list(value):
    return value if isinstance(value, list) else [value]


def grants(rendered, of_type):
    """(role, action, resource, condition) of everything that identity policies allow."""
    policies = [
        (name, policy["PolicyDocument"])
        for name, role in of_type(rendered, "AWS::IAM::Role").items()
        for policy in role.get("Policies", [])
    ] + [
        (role.strip("${}"), policy["PolicyDocument"])
        for policy in (
            resource["Properties"]
            for resource in rendered["Resources"].values()
            if resource["Type"] == "AWS::IAM::Policy"
        )
        for role in policy["Roles"]
    ]
    return sorted(
        (role, action, resource, str(statement.get("Condition", "")))
        for role, document in policies
        for statement in document["Statement"]
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_grant_is_one_that_was_reviewed(stacks, render_value, of_type, kind):
    found = [
        f"{name.partition('/')[2]} | {' | '.join(grant)}".rstrip(" |")
        for name, template in sorted(stacks.items())
        if name.startswith(f"{kind}/")
        for grant in grants(render_value(template), of_type)
    ]
    assert found == (GRANTS / f"{kind}.txt").read_text(encoding="utf-8").splitlines()


def test_every_kind_of_app_has_its_grants_reviewed(apps):
    assert sorted(apps) == KINDS


def test_no_wildcard_where_a_resource_can_be_named(stacks, render_value, of_type):
    for template in stacks.values():
        for _, action, resource, _ in grants(render_value(template), of_type):
            assert "*" not in action
            assert resource != "*" or action in WITHOUT_RESOURCE


def test_only_the_two_task_roles_are_passed_and_to_tasks_only(rendered, of_type):
    passed = [grant for grant in grants(rendered, of_type) if grant[1] == "iam:PassRole"]
    (task,) = of_type(rendered, "AWS::ECS::TaskDefinition").values()
    assert {resource for _, _, resource, _ in passed} == {task["ExecutionRoleArn"], task["TaskRoleArn"]}
    assert {condition for *_, condition in passed} == {
        "{'StringEquals': {'iam:PassedToService': 'ecs-tasks.amazonaws.com'}}"
    }


def test_no_role_holds_a_managed_policy(stacks):
    for template in stacks.values():
        for resource in template["Resources"].values():
            assert "ManagedPolicyArns" not in resource.get("Properties", {})


def test_each_role_is_assumed_by_one_service(rendered, of_type):
    principals = {
        role.get("RoleName", name): role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"]
        for name, role in of_type(rendered, "AWS::IAM::Role").items()
    }
    named = {name: service for name, service in principals.items() if name.startswith("hello-")}
    assert named == {
        "hello-build-role-dev": "codebuild.amazonaws.com",
        "hello-execution-role-dev": "ecs-tasks.amazonaws.com",
        "hello-pipeline-role-dev": "codepipeline.amazonaws.com",
        "hello-release-role-dev": "codedeploy.amazonaws.com",
        "hello-task-role-dev": "ecs-tasks.amazonaws.com",
        "hello-trigger-role-dev": "events.amazonaws.com",
    }
    assert len(principals) == len(named) + 1  # the function that empties the bucket


def test_the_execution_role_reads_the_containers_secrets(render_value, of_type):
    app = App()
    stack = Stack(app, "hello-dev")
    parameter = ssm.StringParameter.from_secure_string_parameter_attributes(
        stack, "Token", parameter_name="/hello/token"
    )
    BlueGreenPipeline(
        stack,
        "Hello",
        service="hello",
        alert_emails=["team@example.com"],
        secrets={"TOKEN": ecs.Secret.from_ssm_parameter(parameter)},
    )
    rendered = render_value(app.synth().get_stack_by_name("hello-dev").template)
    read = [grant for grant in grants(rendered, of_type) if grant[1] == "ssm:GetParameters"]
    assert [resource.partition(":parameter")[2] for role, _, resource, _ in read if "Execution" in role] == [
        "/hello/token"
    ]
