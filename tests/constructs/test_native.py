import json

import pytest

from shipway.constructs import App, BlueGreenPipeline, Engine, NativeRelease, Stack, TrafficShift
from shipway.errors import InputError

ELB = "AWS::ElasticLoadBalancingV2"


@pytest.fixture(scope="session")
def native(synth, render_value):
    """The default stack with ECS's own deployments."""
    return render_value(synth(engine=Engine.ECS))


@pytest.fixture(scope="session")
def service(native, of_type):
    (service,) = of_type(native, "AWS::ECS::Service").values()
    return service


def test_ecs_deploys_and_codedeploy_is_not_there(native, service):
    assert service["DeploymentController"] == {"Type": "ECS"}
    assert not [one for one in native["Resources"].values() if one["Type"].startswith("AWS::CodeDeploy")]


@pytest.mark.parametrize(
    ("shift", "strategy"),
    [
        (TrafficShift.all_at_once(), {"Strategy": "BLUE_GREEN"}),
        (
            TrafficShift.canary(percent=20, minutes=3),
            {
                "Strategy": "CANARY",
                "CanaryConfiguration": {"CanaryPercent": 20, "CanaryBakeTimeInMinutes": 3},
            },
        ),
        (
            TrafficShift.linear(percent=25, minutes=2),
            {"Strategy": "LINEAR", "LinearConfiguration": {"StepPercent": 25, "StepBakeTimeInMinutes": 2}},
        ),
    ],
    ids=lambda value: getattr(value, "strategy", None) and value.strategy.value,
)
def test_the_shift_becomes_a_strategy(synth, of_type, shift, strategy):
    (service,) = of_type(synth(engine=Engine.ECS, traffic_shift=shift), "AWS::ECS::Service").values()
    configuration = service["DeploymentConfiguration"]
    of_strategies = {"Strategy", "CanaryConfiguration", "LinearConfiguration"}
    assert {name: configuration[name] for name in of_strategies & set(configuration)} == strategy


def test_the_bake_time_is_always_set(synth, of_type, service):
    assert service["DeploymentConfiguration"]["BakeTimeInMinutes"] == 5
    (other,) = of_type(synth(engine=Engine.ECS, keep_blue_minutes=0), "AWS::ECS::Service").values()
    assert other["DeploymentConfiguration"]["BakeTimeInMinutes"] == 0


def test_alarms_and_the_circuit_breaker_roll_back(native, of_type, service):
    alarms = [f"${{{name}}}" for name in of_type(native, "AWS::CloudWatch::Alarm")]
    configuration = service["DeploymentConfiguration"]
    assert configuration["Alarms"] == {"Enable": True, "Rollback": True, "AlarmNames": alarms}
    assert configuration["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}


def test_both_groups_stand_on_both_rules(native, of_type):
    rules = of_type(native, f"{ELB}::ListenerRule").values()
    assert len(rules) == 2
    for rule in rules:
        (action,) = rule["Actions"]
        groups = action["ForwardConfig"]["TargetGroups"]
        assert [("Blue" in group["TargetGroupArn"], group["Weight"]) for group in groups] == [
            (True, 1),
            (False, 0),
        ]


def test_the_service_knows_the_other_group_and_both_rules(native, of_type, service):
    (target,) = service["LoadBalancers"]
    assert "Blue" in target["TargetGroupArn"]
    advanced = target["AdvancedConfiguration"]
    assert "Green" in advanced["AlternateTargetGroupArn"]
    rules = {f"${{{name}}}" for name in of_type(native, f"{ELB}::ListenerRule")}
    named = {
        advanced[name].replace(".RuleArn", "") for name in ("ProductionListenerRule", "TestListenerRule")
    }
    assert named == rules


def test_ecs_may_touch_this_balancer_only(native, of_type, service):
    role_id = service["LoadBalancers"][0]["AdvancedConfiguration"]["RoleArn"].strip("${}").partition(".")[0]
    role = of_type(native, "AWS::IAM::Role")[role_id]
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"] == "ecs.amazonaws.com"
    statements = role["Policies"][0]["PolicyDocument"]["Statement"]
    everywhere = [action for one in statements if one["Resource"] == "*" for action in one["Action"]]
    assert all(action.startswith("elasticloadbalancing:Describe") for action in everywhere)
    assert "elasticloadbalancing:ModifyRule" in str(statements)


def test_an_update_of_the_stack_cannot_bring_the_placeholder_back(service):
    # A revision would be the template's, with the placeholder in it; a family is the same text always.
    assert service["TaskDefinition"] == "hello-task-dev"


def test_the_pipeline_deploys_the_image_that_the_build_names(native, of_type):
    (pipeline,) = of_type(native, "AWS::CodePipeline::Pipeline").values()
    (action,) = pipeline["Stages"][-1]["Actions"]
    assert action["ActionTypeId"]["Provider"] == "ECS"
    assert action["InputArtifacts"] == [{"Name": "ImageArtifact"}]
    assert action["Configuration"]["FileName"] == "imagedefinitions.json"
    (project,) = of_type(native, "AWS::CodeBuild::Project").values()
    # A single output is CodeBuild's primary artifact.
    assert "secondary-artifacts" not in project["Source"]["BuildSpec"]
    assert "imagedefinitions.json" in project["Source"]["BuildSpec"]


def test_image_definitions_name_the_container_and_the_digest(native, of_type, run_build):
    (project,) = of_type(native, "AWS::CodeBuild::Project").values()
    handover = run_build(project["Source"]["BuildSpec"], "post_build")
    (service,) = of_type(native, "AWS::ECS::Service").values()
    assert json.loads((handover / "imagedefinitions.json").read_text()) == [
        {
            "name": service["LoadBalancers"][0]["ContainerName"],
            "imageUri": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/hello-images-dev@sha256:0123",
        }
    ]


def test_a_failed_deployment_of_this_service_is_told(native, of_type):
    rules = of_type(native, "AWS::Events::Rule").values()
    (rule,) = (rule for rule in rules if rule["Name"] == "hello-deployment-failed-dev")
    assert rule["EventPattern"]["source"] == ["aws.ecs"]
    assert rule["EventPattern"]["detail"] == {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]}
    (resource,) = rule["EventPattern"]["resources"]
    (service,) = of_type(native, "AWS::ECS::Service")
    assert resource == f"${{{service}}}"


def test_a_linear_step_that_ecs_refuses_is_refused(synth):
    with pytest.raises(InputError, match="at least 3 %"):
        synth(engine=Engine.ECS, traffic_shift=TrafficShift.linear(percent=2))


def test_both_colours_run_on_for_a_day_at_most(synth):
    with pytest.raises(InputError, match="0 to 1440 minutes"):
        synth(engine=Engine.ECS, keep_blue_minutes=1441)


def test_a_release_and_a_service_of_different_engines_are_refused():
    stack = Stack(App(), "stack")
    made = BlueGreenPipeline(stack, "Hello", service="hello", alert_emails=["team@example.com"])
    with pytest.raises(InputError, match=r"made for CODE_DEPLOY.*engine=Engine.ECS"):
        NativeRelease(stack, "Other", naming=made.naming, service=made.service)
