import json

import pytest
import yaml
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

ORDER = ["install", "pre_build", "build", "post_build"]


@pytest.fixture(scope="session")
def document_spec(rendered, of_type):
    (project,) = of_type(rendered, "AWS::CodeBuild::Project").values()
    return project["Source"]["BuildSpec"]


@pytest.fixture(scope="session")
def spec(document_spec):
    return yaml.safe_load(document_spec)


def commands(spec, phase):
    return spec["phases"][phase]["commands"]


def test_every_phase_ends_the_build_when_it_fails(spec):
    assert list(spec["phases"]) == ORDER
    assert {phase["on-failure"] for phase in spec["phases"].values()} == {"ABORT"}


def test_tests_and_bandit_run_before_anything_is_built(spec):
    tests = commands(spec, "pre_build")
    assert tests[0] == "python -m pytest service --junitxml=reports/pytest.xml"
    assert tests[1].startswith("python -m bandit ")
    assert not any("--push" in command for phase in ORDER[:2] for command in commands(spec, phase))


def test_the_image_is_built_from_the_services_directory_and_pushed(spec):
    (build,) = (command for command in commands(spec, "build") if "docker" in command)
    words = build.split()
    assert words[:3] == ["docker", "buildx", "build"]
    assert words[words.index("--file") + 1] == "service/Dockerfile"
    assert words[-1] == "service"
    assert {"--provenance=false", "--push"} <= set(words)
    assert '--tag "$IMAGE_REPOSITORY_URI:$IMAGE_TAG"' in build
    assert '--cache-from type=registry,ref="$IMAGE_REPOSITORY_URI:cache"' in build
    assert "image-manifest=true" in build  # ECR refuses any other cache


def test_docker_hub_is_asked_only_with_credentials(spec):
    (login,) = (command for command in commands(spec, "pre_build") if "DOCKER_HUB" in command)
    assert login.startswith('if [ "$DOCKER_HUB_USER_NAME" != "unset" ]; then ')


def test_the_cache_is_the_only_tag_that_may_move(template):
    template.has_resource_properties(
        "AWS::ECR::Repository",
        {
            "ImageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
            "ImageTagMutabilityExclusionFilters": [
                {
                    "ImageTagMutabilityExclusionFilterType": "WILDCARD",
                    "ImageTagMutabilityExclusionFilterValue": "cache",
                }
            ],
            "ImageScanningConfiguration": {"ScanOnPush": True},
        },
    )


def test_test_results_go_to_the_declared_report_group(spec, template):
    assert spec["reports"]["tests"] == {
        "files": ["pytest.xml"],
        "base-directory": "reports",
        "file-format": "JUNITXML",
    }
    # CodeBuild puts the project's name before the report's.
    template.has_resource_properties("AWS::CodeBuild::ReportGroup", {"Name": "hello-build-dev-tests"})


def test_artifacts_have_the_names_of_the_actions_outputs_and_no_source(spec, rendered, of_type):
    artifacts = spec["artifacts"]["secondary-artifacts"]
    (pipeline,) = of_type(rendered, "AWS::CodePipeline::Pipeline").values()
    outputs = pipeline["Stages"][1]["Actions"][0]["OutputArtifacts"]
    assert list(artifacts) == [output["Name"] for output in outputs]
    assert {name: one["files"] for name, one in artifacts.items()} == {
        "ImageArtifact": ["imageDetail.json"],
        "DeployArtifact": ["taskdef.json", "appspec.yaml"],
    }


@pytest.fixture
def handover(document_spec, run_build):
    return run_build(document_spec, "post_build")


def test_nothing_is_handed_over_after_a_failure(document_spec, run_build):
    assert not run_build(document_spec, "post_build", succeeding="0").exists()


def test_the_image_is_handed_over_by_digest(handover):
    assert json.loads((handover / "imageDetail.json").read_text()) == {
        "ImageURI": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/hello-images-dev@sha256:0123"
    }


def test_the_app_spec_names_the_container_behind_the_balancer(handover, rendered, of_type):
    (resource,) = yaml.safe_load((handover / "appspec.yaml").read_text())["Resources"]
    (service,) = of_type(rendered, "AWS::ECS::Service").values()
    target = service["LoadBalancers"][0]
    assert resource["TargetService"] == {
        "Type": "AWS::ECS::Service",
        "Properties": {
            "TaskDefinition": "<TASK_DEFINITION>",
            "LoadBalancerInfo": {
                "ContainerName": target["ContainerName"],
                "ContainerPort": target["ContainerPort"],
            },
        },
    }


def test_the_task_definition_is_what_ecs_takes_and_the_stack_declares(handover, rendered, of_type):
    handed = json.loads((handover / "taskdef.json").read_text())
    model = ServiceModel(Loader().load_service_model("ecs", "service-2"), "ecs")
    shape = model.operation_model("RegisterTaskDefinition").input_shape
    assert not ParamValidator().validate(handed, shape).has_errors()
    (declared,) = of_type(rendered, "AWS::ECS::TaskDefinition").values()
    assert handed["family"] == declared["Family"]
    assert handed["executionRoleArn"] == declared["ExecutionRoleArn"]
    assert handed["taskRoleArn"] == declared["TaskRoleArn"]
    assert (handed["cpu"], handed["memory"]) == (declared["Cpu"], declared["Memory"])


def test_the_placeholder_stays_behind(handover, rendered, of_type):
    (handed,) = json.loads((handover / "taskdef.json").read_text())["containerDefinitions"]
    (declared,) = of_type(rendered, "AWS::ECS::TaskDefinition").values()
    (container,) = declared["ContainerDefinitions"]
    assert handed["image"] == "<IMAGE1_NAME>"
    assert "command" not in handed
    assert container["Command"][:2] == ["python3", "-c"]
    compile(container["Command"][2], "placeholder", "exec")


def test_what_is_handed_over_is_small(handover):
    assert sum(path.stat().st_size for path in handover.iterdir()) < 10_000  # the action takes 3 MB
