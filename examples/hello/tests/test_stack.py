"""The stack of app.py: what would hurt if somebody changed it by mistake."""

import runpy
from pathlib import Path

import pytest
from aws_cdk.assertions import Match, Template


@pytest.fixture(scope="module")
def template() -> Template:
    app = runpy.run_path(str(Path(__file__).parents[1] / "app.py"))
    return Template.from_stack(app["stack"])


def test_a_push_to_main_starts_the_pipeline(template: Template) -> None:
    pattern = {"source": ["aws.codecommit"], "detail": Match.object_like({"referenceName": ["main"]})}
    template.has_resource_properties(
        "AWS::Events::Rule", {"State": "ENABLED", "EventPattern": Match.object_like(pattern)}
    )


def test_a_release_that_fails_goes_back_to_blue(template: Template) -> None:
    events = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST", "DEPLOYMENT_STOP_ON_ALARM"]
    template.has_resource_properties(
        "AWS::CodeDeploy::DeploymentGroup",
        {
            "AutoRollbackConfiguration": {"Enabled": True, "Events": Match.array_with(events)},
            "DeploymentConfigName": "CodeDeployDefault.ECSCanary10Percent5Minutes",
        },
    )


def test_the_team_is_told(template: Template) -> None:
    template.has_resource_properties(
        "AWS::SNS::Subscription", {"Protocol": "email", "Endpoint": "team@example.com"}
    )


def test_two_tasks_answer_at_any_time(template: Template) -> None:
    template.has_resource_properties(
        "AWS::ECS::Service", {"DesiredCount": 2, "DeploymentController": {"Type": "CODE_DEPLOY"}}
    )


def test_every_stage_feeds_the_next(template: Template) -> None:
    stages = [Match.object_like({"Name": name}) for name in ("Source", "Build", "Deploy")]
    template.has_resource_properties("AWS::CodePipeline::Pipeline", {"PipelineType": "V2", "Stages": stages})


def test_the_build_may_run_docker_and_keeps_its_log(template: Template) -> None:
    template.has_resource_properties(
        "AWS::CodeBuild::Project",
        {
            "Environment": Match.object_like({"PrivilegedMode": True}),
            "LogsConfig": {"CloudWatchLogs": Match.object_like({"Status": "ENABLED"})},
        },
    )
    template.all_resources_properties("AWS::Logs::LogGroup", {"RetentionInDays": 30})


def test_users_meet_one_colour_and_testers_the_other(template: Template) -> None:
    template.resource_count_is("AWS::ElasticLoadBalancingV2::TargetGroup", 2)
    template.all_resources_properties("AWS::ElasticLoadBalancingV2::TargetGroup", {"TargetType": "ip"})
    for port in (80, 8080):
        template.has_resource_properties("AWS::ElasticLoadBalancingV2::Listener", {"Port": port})


def test_errors_of_either_colour_raise_an_alarm(template: Template) -> None:
    template.all_resources_properties("AWS::CloudWatch::Alarm", {"Namespace": "AWS/ApplicationELB"})
    for name in ("hello-blue-5xx-dev", "hello-green-5xx-dev"):
        template.has_resource_properties("AWS::CloudWatch::Alarm", {"AlarmName": name})


def test_the_first_task_serves_until_the_first_release(template: Template) -> None:
    container = Match.object_like({"PortMappings": [{"ContainerPort": 8080, "Protocol": "tcp"}]})
    template.has_resource_properties("AWS::ECS::TaskDefinition", {"ContainerDefinitions": [container]})


def test_everything_goes_with_the_stack(template: Template) -> None:
    template.has_resource("AWS::S3::Bucket", {"DeletionPolicy": "Delete"})
    template.has_resource_properties("AWS::ECR::Repository", {"EmptyOnDelete": True})
    template.has_resource("AWS::SNS::Topic", {"DeletionPolicy": Match.absent()})
    template.has_resource("AWS::CodeCommit::Repository", {"DeletionPolicy": "Delete"})
