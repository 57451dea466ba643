from typing import Any

import pytest

from shipway.localcloud.services.ecs.definition_checks import ECR_IMAGE, check, with_defaults
from shipway.localcloud.wire import ServiceError

LOGS = {
    "logDriver": "awslogs",
    "options": {"awslogs-group": "g", "awslogs-region": "r", "awslogs-stream-prefix": "p"},
}
WEB: dict[str, Any] = {"name": "web", "image": "nginx", "portMappings": [{"containerPort": 80}]}
ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/web"


def request(container: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "family": "web",
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "256",
        "memory": "512",
        "containerDefinitions": [{**WEB, **(container or {})}],
        **changes,
    }


def test_a_good_definition_passes() -> None:
    check(request())
    check(request({"image": ECR, "logConfiguration": LOGS}, executionRoleArn="arn:role"))


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (request(networkMode="bridge"), "only supports network mode 'awsvpc'"),
        (request(cpu=None), "'cpu' be defined at the task level"),
        (request(memory="300"), "No Fargate configuration exists for given values: 256 CPU, 300 memory"),
        (request({"image": ECR}), "execution role ARN to support ECR images"),
        (request({"logConfiguration": LOGS}), "execution role ARN to support log driver awslogs"),
        (
            request({"logConfiguration": {"logDriver": "awslogs", "options": {}}}, executionRoleArn="r"),
            "awslogs requires options",
        ),
        (request({"secrets": [{"name": "A", "valueFrom": "/a"}]}), "'executionRoleArn'"),
        (
            request({"portMappings": [{"containerPort": 80, "hostPort": 8080}]}),
            "ports in port mappings must match",
        ),
        (request({"essential": False}), "at least one essential container"),
        (request({"image": ""}), "Container.image should not be null"),
        (request({"privileged": True}), "does not support 'privileged'"),
        (request(containerDefinitions=[WEB, WEB]), "Duplicate container name 'web'"),
        (
            request({"dependsOn": [{"containerName": "db", "condition": "START"}]}),
            "does not exist in the task",
        ),
        (request(containerDefinitions=[]), "cannot be empty"),
    ],
)
def test_what_aws_refuses_is_refused(bad: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ServiceError, match=sentence) as caught:
        check({key: value for key, value in bad.items() if value is not None})
    assert caught.value.code == "ClientException"


def test_defaults_are_filled_in_as_aws_does() -> None:
    told = with_defaults(request(cpu=".25 vCPU", memory="0.5GB"))
    container = told["containerDefinitions"][0]
    assert (told["cpu"], told["memory"], told["compatibilities"]) == ("256", "512", ["EC2", "FARGATE"])
    assert container["essential"] is True
    assert container["portMappings"] == [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}]


def test_an_image_of_ecr_is_taken_apart() -> None:
    match = ECR_IMAGE.fullmatch(f"{ECR}:v1@sha256:{'0' * 64}")
    assert match is not None
    assert (match["account"], match["region"], match["repository"]) == (
        "123456789012",
        "eu-west-1",
        "team/web",
    )
    assert (match["tag"], match["digest"]) == ("v1", "sha256:" + "0" * 64)
    assert ECR_IMAGE.fullmatch("public.ecr.aws/docker/library/python:3.12") is None
