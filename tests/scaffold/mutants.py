"""Ways for the delivery of a written project to be wrong, and a plugin of pytest that tries each.

Loaded with ``-p mutants`` into the tests of a written project, it lets every test run once for each mutant
and notes in ``$MUTANTS_KILLED`` which mutants some test noticed.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

Resource = dict[str, Any]


def properties(template: dict[str, Any], kind: str, marker: str = "") -> Resource:
    """The properties of the first resource of a kind whose logical id holds a word."""
    for name, resource in template["Resources"].items():
        if resource["Type"] == kind and marker in name:
            found: Resource = resource["Properties"]
            return found
    raise LookupError(kind)


def no_trigger(template):
    properties(template, "AWS::Events::Rule", "Trigger")["State"] = "DISABLED"


def trigger_of_nothing(template):
    properties(template, "AWS::Events::Rule", "Trigger")["Targets"][0]["Arn"] = "arn:aws:sns:x:y:z"


def no_deployment(template):
    properties(template, "AWS::CodePipeline::Pipeline")["Stages"].pop()


def artifact_of_nobody(template):
    stages = properties(template, "AWS::CodePipeline::Pipeline")["Stages"]
    stages[-1]["Actions"][0]["InputArtifacts"] = [{"Name": "Nobodys"}]


def one_target_group_twice(template):
    group = properties(template, "AWS::CodeDeploy::DeploymentGroup")
    groups = group["LoadBalancerInfo"]["TargetGroupPairInfoList"][0]["TargetGroups"]
    groups[1] = groups[0]


def one_listener_for_both(template):
    group = properties(template, "AWS::CodeDeploy::DeploymentGroup")
    pair = group["LoadBalancerInfo"]["TargetGroupPairInfoList"][0]
    pair["TestTrafficRoute"] = pair["ProdTrafficRoute"]


def rolling_service(template):
    properties(template, "AWS::ECS::Service")["DeploymentController"] = {"Type": "ECS"}


def instance_targets(template):
    properties(template, "AWS::ElasticLoadBalancingV2::TargetGroup")["TargetType"] = "instance"


def another_port(template):
    container = properties(template, "AWS::ECS::TaskDefinition")["ContainerDefinitions"][0]
    container["PortMappings"][0]["ContainerPort"] = 80


def no_rollback(template):
    del properties(template, "AWS::CodeDeploy::DeploymentGroup")["AutoRollbackConfiguration"]


def unwatched_alarm(template):
    properties(template, "AWS::CodeDeploy::DeploymentGroup")["AlarmConfiguration"]["Alarms"].pop()


def all_at_once(template):
    group = properties(template, "AWS::CodeDeploy::DeploymentGroup")
    group["DeploymentConfigName"] = "CodeDeployDefault.ECSAllAtOnce"


def open_to_the_world(template):
    rule = properties(template, "AWS::EC2::SecurityGroupIngress")
    del rule["SourceSecurityGroupId"]
    rule["CidrIp"] = "0.0.0.0/0"


def all_actions(template):
    properties(template, "AWS::IAM::Role", "Build")["Policies"][0]["PolicyDocument"]["Statement"].append(
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    )


def passes_any_role(template):
    for role in ("Delivery", "Release"):
        for policy in properties(template, "AWS::IAM::Role", f"{role}Role")["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                if statement["Action"] == "iam:PassRole":
                    statement["Resource"] = "*"
                    return


def administrator(template):
    role = properties(template, "AWS::IAM::Role", "TaskRole")
    role["ManagedPolicyArns"] = ["arn:aws:iam::aws:policy/AdministratorAccess"]


def name_of_no_environment(template):
    properties(template, "AWS::SNS::Topic")["TopicName"] = "alerts"


def logs_for_ever(template):
    del properties(template, "AWS::Logs::LogGroup", "Build")["RetentionInDays"]


def nobody_subscribed(template):
    properties(template, "AWS::SNS::Subscription")["TopicArn"] = "arn:aws:sns:x:y:other"


def failure_told_to_nobody(template):
    properties(template, "AWS::Events::Rule", "BuildFailed")["Targets"] = []


def mute_topic(template):
    policy = properties(template, "AWS::SNS::TopicPolicy")["PolicyDocument"]
    policy["Statement"] = [s for s in policy["Statement"] if "Service" not in s.get("Principal", {})]


def password_in_the_template(template):
    variables = properties(template, "AWS::CodeBuild::Project")["Environment"]["EnvironmentVariables"]
    for variable in variables:
        if variable["Name"] == "DOCKER_HUB_PASSWORD_PARAMETER":
            variable["Value"] = "hunter2"


def unprivileged_build(template):
    properties(template, "AWS::CodeBuild::Project")["Environment"]["PrivilegedMode"] = False


def untested_build(template):
    _specify(template, lambda text: text.replace("python -m pytest service", "true"))


def hand_over_without_definition(template):
    _specify(template, lambda text: text.replace("handover/taskdef.json", "taskdef.json"))


def kept_in_dev(template):
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::ECR::Repository":
            resource["DeletionPolicy"] = "Retain"


def full_registry(template):
    del properties(template, "AWS::ECR::Repository")["EmptyOnDelete"]


def _specify(template: dict[str, Any], change: Callable[[str], str]) -> None:
    parts = properties(template, "AWS::CodeBuild::Project")["Source"]["BuildSpec"]["Fn::Join"][1]
    parts[:] = [change(part) if isinstance(part, str) else part for part in parts]


MUTANTS = {
    mutant.__name__: mutant
    for mutant in (
        no_trigger,
        trigger_of_nothing,
        no_deployment,
        artifact_of_nobody,
        one_target_group_twice,
        one_listener_for_both,
        rolling_service,
        instance_targets,
        another_port,
        no_rollback,
        unwatched_alarm,
        all_at_once,
        open_to_the_world,
        all_actions,
        passes_any_role,
        administrator,
        name_of_no_environment,
        logs_for_ever,
        nobody_subscribed,
        failure_told_to_nobody,
        mute_topic,
        password_in_the_template,
        unprivileged_build,
        untested_build,
        hand_over_without_definition,
        kept_in_dev,
        full_registry,
    )
}


@cache
def mutated(name: str, original: Callable[..., Any], suffix: str, repository: str) -> Any:
    """The template of an environment; that of dev with a mutant's change."""
    from aws_cdk.assertions import Template  # noqa: PLC0415 - after the project has chosen its Node.js

    template = original(suffix, repository)
    if suffix != "dev" or repository:
        return template
    before = template.to_json()
    after = copy.deepcopy(before)
    MUTANTS[name](after)
    assert after != before, f"the mutant {name} changes nothing"
    return Template.from_json(after)


@pytest.fixture(autouse=True, params=MUTANTS)
def mutant(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    (project,) = (one for one in request.config.pluginmanager.get_plugins() if hasattr(one, "synthesized"))
    original = project.synthesized
    monkeypatch.setattr(
        project,
        "synthesized",
        lambda suffix, repository: mutated(request.param, original, suffix, repository),
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Function, call: pytest.CallInfo[None]):
    report = yield
    # An error in the mutant itself is no failure of an assertion about the delivery.
    if report.failed and not (call.excinfo and call.excinfo.errisinstance(LookupError)):
        with Path(os.environ["MUTANTS_KILLED"]).open("a", encoding="utf-8") as file:
            file.write(f"{item.callspec.params['mutant']} {item.originalname}\n")
    return report
