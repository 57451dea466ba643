from copy import deepcopy
from typing import Any

import pytest

from shipway.localcloud.services.codepipeline.declaration import ActionSpec, parse
from shipway.localcloud.services.codepipeline.validation import check
from shipway.localcloud.wire import ServiceError

SPECS = {
    ("Source", "S3"): ActionSpec(frozenset({"S3Bucket"}), frozenset({"S3ObjectKey"}), (0, 0), (1, 1), 60),
    ("Deploy", "S3"): ActionSpec(frozenset(), None, (1, 1), (0, 0), 60),
}


def action(name: str, category: str, **members: Any) -> dict[str, Any]:
    kind = {"category": category, "owner": "AWS", "provider": "S3", "version": "1"}
    return {"name": name, "actionTypeId": kind, **members}


GOOD: dict[str, Any] = {
    "name": "hello",
    "roleArn": "arn:aws:iam::123456789012:role/pipeline",
    "artifactStore": {"type": "S3", "location": "store"},
    "stages": [
        {
            "name": "Source",
            "actions": [
                action("Fetch", "Source", configuration={"S3Bucket": "b"}, outputArtifacts=[{"name": "Code"}])
            ],
        },
        {"name": "Deploy", "actions": [action("Put", "Deploy", inputArtifacts=[{"name": "Code"}])]},
    ],
}


def broken(change: Any) -> dict[str, Any]:
    raw = deepcopy(GOOD)
    change(raw)
    return raw


def test_good_declaration_is_complete_with_defaults():
    pipeline = parse(GOOD, 3)
    check(pipeline, SPECS)
    assert pipeline.raw["version"] == 3
    assert pipeline.raw["pipelineType"] == "V1"
    assert pipeline.raw["executionMode"] == "SUPERSEDED"
    assert pipeline.stages[0].actions[0].run_order == 1
    assert pipeline.store("eu-west-1").bucket == "store"


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (lambda p: p["stages"].pop(), "InvalidStructureException", "at least two stages"),
        (lambda p: p["stages"][1].update(name="Source"), "InvalidStructureException", "must be unique"),
        (lambda p: p["stages"].reverse(), "InvalidStructureException", "must contain only source actions"),
        (
            lambda p: p["stages"][1]["actions"].append(p["stages"][0]["actions"][0]),
            "InvalidStructureException",
            "only occur in the first stage",
        ),
        (lambda p: p["stages"][1].update(actions=[]), "InvalidStageDeclarationException", "at least one"),
        (
            lambda p: p["stages"][0]["actions"][0].update(configuration={}),
            "InvalidActionDeclarationException",
            "missing required configuration 'S3Bucket'",
        ),
        (
            lambda p: p["stages"][0]["actions"][0]["configuration"].update(Bucket="b"),
            "InvalidActionDeclarationException",
            "unknown configuration 'Bucket'",
        ),
        (
            lambda p: p["stages"][1]["actions"][0].update(inputArtifacts=[]),
            "InvalidActionDeclarationException",
            "0 input artifacts",
        ),
        (
            lambda p: p["stages"][1]["actions"][0].update(inputArtifacts=[{"name": "Other"}]),
            "InvalidStructureException",
            "Input Artifact Bundle Other in action Put is not declared",
        ),
        (
            lambda p: p.update(executionMode="QUEUED"),
            "InvalidStructureException",
            "not supported by pipeline type V1",
        ),
        (
            lambda p: p.update(variables=[{"name": "v"}]),
            "InvalidStructureException",
            "does not support variables",
        ),
        (
            lambda p: p["stages"][0]["actions"][0].update(namespace="codepipeline"),
            "InvalidStructureException",
            "'codepipeline' is reserved",
        ),
    ],
)
def test_what_aws_refuses_is_refused(change: Any, code: str, words: str):
    with pytest.raises(ServiceError, match=words) as caught:
        check(parse(broken(change), 1), SPECS)
    assert caught.value.code == code


def test_artifact_of_the_same_run_order_is_not_there_yet():
    raw = deepcopy(GOOD)
    raw["stages"][1]["actions"] = [
        action("Make", "Build", runOrder=1, outputArtifacts=[{"name": "Made"}]),
        action("Put", "Deploy", runOrder=1, inputArtifacts=[{"name": "Made"}]),
    ]
    with pytest.raises(ServiceError, match="Made in action Put"):
        check(parse(raw, 1), SPECS)
    raw["stages"][1]["actions"][1]["runOrder"] = 2
    check(parse(raw, 1), SPECS)


def test_two_artifact_stores_or_none_are_refused():
    for change in (lambda p: p.pop("artifactStore"), lambda p: p.update(artifactStores={"eu-west-1": {}})):
        with pytest.raises(ServiceError, match="Either artifactStore or artifactStores"):
            parse(broken(change), 1)
