"""The gateway alone: which of its parts answers, with a stand-in for ministack."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from shipway.localcloud.asgi import read_body, respond
from shipway.localcloud.gateway import Gateway
from shipway.localcloud.kernel import QueryOverlay, Service
from shipway.localcloud.wire import Caller, ServiceError, operation


class Pipelines(Service):
    api = "codepipeline"

    def __init__(self) -> None:
        self.callers: list[Caller] = []

    @operation("ListPipelines")
    def list_pipelines(self, _request: dict[str, Any], caller: Caller) -> dict[str, Any]:
        self.callers.append(caller)
        return {"pipelines": []}

    @operation("GetPipeline")
    def get_pipeline(self, request: dict[str, Any], _caller: Caller) -> dict[str, Any]:
        raise ServiceError("PipelineNotFoundException", request["name"])

    @operation("DeletePipeline")
    def delete_pipeline(self, _request: dict[str, Any], _caller: Caller) -> None:
        raise ZeroDivisionError

    def query_overlays(self) -> Mapping[str, QueryOverlay]:
        def health(form: Mapping[str, str], _caller: Caller, passed_on: Callable[[], bytes]) -> bytes:
            return f"<{form['Action']}>".encode() + passed_on()

        return {"elasticloadbalancing:DescribeTargetHealth": health}


async def ministack(_scope: Any, receive: Any, send: Any) -> None:
    await respond(send, 200, b"inner:" + await read_body(receive), content_type="text/plain")


def caller_of(access_key: str, region: str) -> Caller:
    return Caller("123456789012", region, f"arn:{access_key}", access_key)


@pytest.fixture
def service() -> Pipelines:
    return Pipelines()


@pytest.fixture
def ask(service: Pipelines) -> Any:
    gateway = Gateway(ministack, [service], caller_of, "eu-west-1")
    gateway.add_control("ready", lambda: {"yes": True})

    def request(path: str = "/", body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        sent: list[dict[str, Any]] = []
        scope = {
            "type": "http",
            "method": "POST",
            "path": path,
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        asyncio.run(gateway(scope, receive, send))
        return sent[0]["status"], b"".join(message.get("body", b"") for message in sent)

    yield request
    gateway.close()


def signed(service: str) -> str:
    return f"AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-west-2/{service}/aws4_request, SignedHeaders=host"


def target(name: str) -> str:
    return f"CodePipeline_20150709.{name}"


def test_our_service_answers_its_own_operations(ask, service) -> None:
    status, body = ask(body=b"{}", x_amz_target=target("ListPipelines"), authorization=signed("codepipeline"))

    assert (status, json.loads(body)) == (200, {"pipelines": []})
    assert service.callers == [Caller("123456789012", "us-west-2", "arn:AKIA", "AKIA")]


def test_errors_of_a_service_are_answered_as_aws_does(ask) -> None:
    status, body = ask(body=b'{"name":"p"}', x_amz_target=target("GetPipeline"))

    assert (status, json.loads(body)["__type"]) == (400, "PipelineNotFoundException")


def test_operation_of_aws_that_we_lack_says_so(ask) -> None:
    status, body = ask(body=b"{}", x_amz_target=target("ListWebhooks"))

    assert status == 501
    assert "does not emulate codepipeline:ListWebhooks" in json.loads(body)["message"]


def test_crash_is_named_our_bug(ask) -> None:
    status, body = ask(body=b'{"name":"p"}', x_amz_target=target("DeletePipeline"))

    assert (status, json.loads(body)["__type"]) == (500, "InternalFailure")
    assert "Shipway bug in codepipeline:DeletePipeline" in json.loads(body)["message"]


def test_everything_else_goes_to_ministack_with_its_body(ask) -> None:
    assert ask(body=b"Action=ListTopics", authorization=signed("sns")) == (200, b"inner:Action=ListTopics")
    assert ask("/bucket/key", b"object") == (200, b"inner:object")


def test_overlay_answers_in_place_of_ministack_and_may_ask_it(ask) -> None:
    status, body = ask(body=b"Action=DescribeTargetHealth", authorization=signed("elasticloadbalancing"))

    assert (status, body) == (200, b"<DescribeTargetHealth>inner:Action=DescribeTargetHealth")


def test_control_says_what_it_knows(ask) -> None:
    assert ask("/_shipway/ready") == (200, b'{"yes": true}')
    status, body = ask("/_shipway/nothing")
    assert (status, json.loads(body)["known"]) == (404, ["ready"])
