import json

import pytest

from shipway.localcloud.services.codedeploy.appspec import InvalidAppSpecError, parse

YAML = """
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: "arn:aws:ecs:us-east-1:123456789012:task-definition/web:7"
        LoadBalancerInfo:
          ContainerName: web
          ContainerPort: 8080
        PlatformVersion: "1.4.0"
        NetworkConfiguration:
          AwsvpcConfiguration:
            Subnets: [a, b]
            AssignPublicIp: DISABLED
Hooks:
  - BeforeInstall: first
  - AfterAllowTraffic: last
"""


def test_yaml_and_json_say_the_same():
    document = {
        "version": 0.0,
        "Resources": [
            {
                "TargetService": {
                    "Type": "AWS::ECS::Service",
                    "Properties": {
                        "TaskDefinition": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:7",
                        "LoadBalancerInfo": {"ContainerName": "web", "ContainerPort": 8080},
                        "PlatformVersion": "1.4.0",
                        "NetworkConfiguration": {
                            "AwsvpcConfiguration": {"Subnets": ["a", "b"], "AssignPublicIp": "DISABLED"}
                        },
                    },
                }
            }
        ],
        "Hooks": [{"BeforeInstall": "first"}, {"AfterAllowTraffic": "last"}],
    }
    spec = parse(YAML)
    assert spec == parse(json.dumps(document))
    assert (spec.container, spec.port) == ("web", 8080)
    assert spec.options["platformVersion"] == "1.4.0"
    assert spec.options["networkConfiguration"]["awsvpcConfiguration"]["subnets"] == ["a", "b"]
    assert spec.hooks == {"BeforeInstall": "first", "AfterAllowTraffic": "last"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("version: 0.0", "version: 1.0", "only 0.0"),
        ("AWS::ECS::Service", "AWS::Lambda::Function", "must be of type AWS::ECS::Service"),
        ("ContainerName: web", "Container: web", "no ContainerName"),
        ("ContainerPort: 8080", "ContainerPort: web", "is no number"),
        ("BeforeInstall: first", "BeforeEverything: first", "hook BeforeEverything"),
        ("Resources:", "Things:", "exactly one resource"),
        (YAML, "just text", "could not be found"),
        (YAML, "a: [", "not valid YAML"),
    ],
)
def test_what_codedeploy_cannot_use_is_refused(old: str, new: str, words: str):
    assert old in YAML
    with pytest.raises(InvalidAppSpecError, match=words):
        parse(YAML.replace(old, new))
