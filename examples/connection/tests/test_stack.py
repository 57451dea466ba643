"""The stack of app.py: what would hurt if somebody changed it by mistake."""

import runpy
from pathlib import Path

import pytest
from aws_cdk.assertions import Match, Template


@pytest.fixture(scope="module")
def template() -> Template:
    app = runpy.run_path(str(Path(__file__).parents[1] / "app.py"))
    return Template.from_stack(app["stack"])


def test_a_push_to_main_that_touches_the_service_starts_the_pipeline(template: Template) -> None:
    push = {"Branches": {"Includes": ["main"]}, "FilePaths": {"Includes": ["service/**"]}}
    git = {"SourceActionName": "Source", "Push": [push]}
    template.has_resource_properties(
        "AWS::CodePipeline::Pipeline",
        {"Triggers": [{"ProviderType": "CodeStarSourceConnection", "GitConfiguration": git}]},
    )


def test_the_source_is_that_repository(template: Template) -> None:
    source = Match.object_like(
        {"Configuration": Match.object_like({"FullRepositoryId": "acme/hello", "BranchName": "main"})}
    )
    stages = Match.array_with([Match.object_like({"Name": "Source", "Actions": [source]})])
    template.has_resource_properties("AWS::CodePipeline::Pipeline", {"Stages": stages})


def test_a_release_that_fails_goes_back_to_blue_and_the_team_is_told(template: Template) -> None:
    template.has_resource_properties(
        "AWS::CodeDeploy::DeploymentGroup",
        {"AutoRollbackConfiguration": Match.object_like({"Enabled": True})},
    )
    template.has_resource_properties("AWS::SNS::Subscription", {"Endpoint": "team@example.com"})
