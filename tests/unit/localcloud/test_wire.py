from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from shipway.localcloud import wire


def test_timestamps_travel_as_epoch_seconds_and_none_does_not_travel() -> None:
    body = wire.encode_response(
        {"at": datetime(2026, 1, 1, tzinfo=UTC), "no": None, "in": [{"no": None, "a": 1}]}
    )

    assert json.loads(body) == {"at": 1767225600.0, "in": [{"a": 1}]}


def test_value_that_cannot_travel_is_our_bug() -> None:
    with pytest.raises(TypeError, match="set"):
        wire.encode_response({"a": {1, 2}})


def test_request_that_aws_model_refuses_is_a_validation_exception() -> None:
    with pytest.raises(wire.ServiceError, match="pipelineName") as caught:
        wire.parse_request("codepipeline", "PutApprovalResult", b"{}")

    assert caught.value.code == "ValidationException"


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("NoSuchThing", b"{}", "UnknownOperationException"),
        ("ListPipelines", b"{", "SerializationException"),
        ("ListPipelines", b"[]", "ValidationException"),
    ],
)
def test_requests_that_are_none(name: str, body: bytes, code: str) -> None:
    with pytest.raises(wire.ServiceError) as caught:
        wire.parse_request("codepipeline", name, body)

    assert caught.value.code == code


def test_error_is_answered_in_both_spellings_that_clients_read() -> None:
    body = json.loads(wire.encode_error(wire.ServiceError("PipelineNotFoundException", "no p")))

    assert body == {"__type": "PipelineNotFoundException", "message": "no p", "Message": "no p"}
