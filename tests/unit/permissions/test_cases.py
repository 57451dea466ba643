"""The project's reference vectors: one call, its policies, the answer."""

import json
from pathlib import Path
from typing import Any

import pytest

from shipway.permissions.evaluate import evaluate
from shipway.permissions.policies import Policies
from shipway.permissions.policy import Attachment, read_policy
from shipway.permissions.principal import Principal
from shipway.permissions.request import Context, Request

CASES = json.loads((Path(__file__).parent / "cases.json").read_text())


def _document(statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_vector(case: dict[str, Any]) -> None:
    kind = Attachment.TRUST if case["action"] == "sts:AssumeRole" else Attachment.RESOURCE
    resource = case["resourcePolicy"]
    policies = Policies(
        (read_policy(_document(case["identity"]), name="identity"),),
        resource=(read_policy(_document(resource), name="resource", attachment=kind),) if resource else (),
    )
    request = Request(
        Principal.of(case["principal"]),
        case["action"],
        case["resource"],
        Context.of(case["context"]),
        case["account"],
    )
    assert evaluate(request, policies).verdict.value == case["expected"]


def test_there_are_43() -> None:
    assert len(CASES) == 43
