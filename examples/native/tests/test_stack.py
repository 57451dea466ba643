"""The stack of app.py: what would hurt if somebody changed it by mistake."""

import runpy
from pathlib import Path

import pytest
from aws_cdk.assertions import Match, Template


@pytest.fixture(scope="module")
def template() -> Template:
    app = runpy.run_path(str(Path(__file__).parents[1] / "app.py"))
    return Template.from_stack(app["stack"])


def test_a_fifth_of_the_traffic_moves_first_and_alarms_roll_back(template: Template) -> None:
    deployment = {
        "Strategy": "CANARY",
        "CanaryConfiguration": {"CanaryPercent": 20, "CanaryBakeTimeInMinutes": 3},
        "BakeTimeInMinutes": 5,
        "Alarms": Match.object_like({"Enable": True, "Rollback": True}),
        "DeploymentCircuitBreaker": {"Enable": True, "Rollback": True},
    }
    template.has_resource_properties(
        "AWS::ECS::Service", {"DesiredCount": 2, "DeploymentConfiguration": Match.object_like(deployment)}
    )


def test_both_colours_stand_on_both_rules(template: Template) -> None:
    weights = [Match.object_like({"Weight": weight}) for weight in (1, 0)]
    template.all_resources_properties(
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        {"Actions": [{"Type": "forward", "ForwardConfig": {"TargetGroups": weights}}]},
    )


def test_a_push_to_main_starts_the_pipeline_and_the_team_is_told(template: Template) -> None:
    pattern = {"source": ["aws.codecommit"], "detail": Match.object_like({"referenceName": ["main"]})}
    template.has_resource_properties("AWS::Events::Rule", {"EventPattern": Match.object_like(pattern)})
    template.has_resource_properties("AWS::SNS::Subscription", {"Endpoint": "team@example.com"})
