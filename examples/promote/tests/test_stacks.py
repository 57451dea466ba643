"""The stacks of app.py: what would hurt if somebody changed it by mistake."""

import runpy
from pathlib import Path
from typing import Any

import pytest
from aws_cdk.assertions import Match, Template


@pytest.fixture(scope="module")
def app() -> dict[str, Any]:
    return runpy.run_path(str(Path(__file__).parents[1] / "app.py"))


@pytest.fixture(scope="module")
def delivery(app: dict[str, Any]) -> Template:
    return Template.from_stack(app["delivery"])


def test_no_environment_is_skipped_and_a_person_approves_all_but_the_first(delivery: Template) -> None:
    names = ["Source", "Build", "Dev", "ApproveStaging", "Staging", "ApproveProd", "Prod"]
    delivery.has_resource_properties(
        "AWS::CodePipeline::Pipeline", {"Stages": [Match.object_like({"Name": name}) for name in names]}
    )


def test_there_is_one_build_and_one_registry(delivery: Template) -> None:
    delivery.resource_count_is("AWS::CodeBuild::Project", 1)
    delivery.resource_count_is("AWS::ECR::Repository", 1)


def test_every_environment_rolls_back_and_tells_the_team(app: dict[str, Any]) -> None:
    for environment in app["environments"]:
        template = Template.from_stack(environment.node.scope)
        template.has_resource_properties(
            "AWS::CodeDeploy::DeploymentGroup",
            {"AutoRollbackConfiguration": Match.object_like({"Enabled": True})},
        )
        template.has_resource_properties("AWS::SNS::Subscription", {"Endpoint": "team@example.com"})


def test_only_production_keeps_its_logs(app: dict[str, Any]) -> None:
    for environment in app["environments"]:
        kept = "Retain" if environment.naming.environment_suffix == "prod" else "Delete"
        template = Template.from_stack(environment.node.scope)
        template.all_resources("AWS::Logs::LogGroup", {"DeletionPolicy": kept})
