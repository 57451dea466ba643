"""ministack as the control plane, and every private seam of it that we rely on.

ministack promises none of these names, so its version is pinned and `tests/localcloud/test_emulator.py`
holds each seam by what it does. The seams of its SNS stand in `emulator_sns.py`.
"""

from __future__ import annotations

import contextvars
import json
import os
from typing import TYPE_CHECKING, Any

from shipway.localcloud.coverage import RecordedMapping, plain
from shipway.localcloud.kernel import (
    AttributesOf,
    DeletionGuard,
    EventTarget,
    Provisioned,
    Provisioner,
    Resource,
)
from shipway.localcloud.ledger import Entry, Fidelity, Ledger
from shipway.localcloud.wire import Caller

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shipway.localcloud.asgi import AsgiApp


FIDELITY = Entry(
    Fidelity.EMULATED,
    "CloudFormation, IAM, STS, S3, EC2, ECR, SNS, SSM, Logs, EventBridge, Lambda",
    "ministack answers for them; their state is kept in memory",
)


def configure(*, account: str, region: str, port: int) -> None:
    """Set what ministack reads from its environment; must run before anything imports it."""
    os.environ.update(
        {
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "MINISTACK_ACCOUNT_ID": account,
            "MINISTACK_REGION": region,
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
            # Lambda of custom resources runs in ministack's own workers, never in Docker.
            "LAMBDA_EXECUTOR": "local",
        }
    )


def app() -> AsgiApp:
    """Ministack's ASGI application."""
    from ministack.app import app as ministack_app  # noqa: PLC0415 - reads os.environ on import

    return ministack_app  # type: ignore[no-any-return] # ministack ships no types


def caller_of(access_key: str, region: str) -> Caller:
    """Who signs with `access_key`: a role's session when STS gave it out, else the account's root."""
    from ministack.core import responses  # noqa: PLC0415
    from ministack.services import sts  # noqa: PLC0415

    def resolve() -> Caller:
        responses.set_request_account_id(access_key)
        account = responses.get_account_id()
        session = sts._sessions.get(access_key)  # noqa: SLF001 - seam
        arn = str(session["Arn"]) if session else f"arn:aws:iam::{account}:root"
        return Caller(account=account, region=region, principal_arn=arn, access_key=access_key)

    return contextvars.copy_context().run(resolve)


def put_event(entry: Mapping[str, Any], account: str, region: str) -> None:
    """Put an ``aws.*`` event on the default bus, which the public API refuses as AWS does."""
    from ministack.core.responses import request_scope  # noqa: PLC0415
    from ministack.services import eventbridge  # noqa: PLC0415

    def put() -> None:
        with request_scope(account, region):
            eventbridge._put_events({"Entries": [dict(entry)]}, allow_aws_source=True)  # noqa: SLF001 - seam

    contextvars.copy_context().run(put)


# What ministack's EventBridge can invoke by itself.
_TARGETS = frozenset({"events", "lambda", "sns", "sqs", "states"})


def add_event_targets(
    targets: Mapping[str, EventTarget], start: Callable[[str, Callable[[], None]], object], ledger: Ledger
) -> None:
    """Let rules invoke services that ministack does not know as targets.

    Args:
        targets: Service of the target's ARN -> what to call.
        start: Runs the call in a job; a rule's target must not hold up the one who raised the event.
        ledger: Told of targets that nobody can invoke.
    """
    from ministack.services import eventbridge  # noqa: PLC0415

    invoke = eventbridge._invoke_target  # noqa: SLF001 - seam

    def invoke_target(
        target: dict[str, Any], event: dict[str, Any], rule: dict[str, Any], view: Any = None
    ) -> None:
        service = str(target.get("Arn", "")).split(":")[2:3]
        if not service or service[0] not in targets:
            if service and service[0] not in _TARGETS:
                ledger.note(
                    Fidelity.NOT_HONOURED,
                    f"EventBridge target {service[0]}",
                    "the local cloud cannot invoke it; the event is dropped",
                    where=rule["Name"],
                )
            invoke(target, event, rule, view)
            return
        view = view or eventbridge._pattern_event_view(event)  # noqa: SLF001 - seam
        payload = json.dumps(view.event_with_detail())
        if target.get("InputTransformer"):
            payload = eventbridge._apply_input_transformer(target["InputTransformer"], rule, view)  # noqa: SLF001
        elif target.get("Input"):
            payload = target["Input"]
        handler = targets[service[0]]
        called = {**target, "RuleArn": rule["Arn"]}  # AWS's services name the rule that started them
        start(f"event target {target['Arn']}", lambda: handler(called, payload))

    eventbridge._invoke_target = invoke_target  # noqa: SLF001 - seam


def add_provisioners(provisioners: Mapping[str, Provisioner]) -> None:
    """Teach CloudFormation types; each runs on a worker thread, so that it may wait and call the cloud."""
    from ministack.core.responses import get_account_id, get_region  # noqa: PLC0415
    from ministack.services.cloudformation import provisioners as cfn  # noqa: PLC0415

    def adapt(provisioner: Provisioner) -> dict[str, Any]:
        def resource(logical_id: str, props: dict[str, Any], stack_name: str) -> Resource:
            return Resource(logical_id, props, stack_name, get_account_id(), get_region())

        def answer(made: Provisioned) -> tuple[str, dict[str, Any]]:
            return made.physical_id, dict(made.attributes)

        def create(logical_id: str, props: dict[str, Any], stack_name: str) -> tuple[str, dict[str, Any]]:
            return answer(provisioner.create(resource(logical_id, props, stack_name)))

        def update(
            physical_id: str, old: dict[str, Any], new: dict[str, Any], stack_name: str, logical_id: str
        ) -> tuple[str, dict[str, Any]]:
            return answer(provisioner.update(physical_id, resource(logical_id, new, stack_name), old))

        def delete(physical_id: str, props: dict[str, Any]) -> None:
            provisioner.delete(physical_id, props)

        return {"create": create, "update": update, "update_with_logical_id": True, "delete": delete}

    for type_name, provisioner in provisioners.items():
        cfn._RESOURCE_HANDLERS[type_name] = adapt(provisioner)  # noqa: SLF001 - seam
    _move_to_worker_threads(frozenset(provisioners))


def add_attributes(attributes: Mapping[str, AttributesOf]) -> None:
    """Give resources of ministack's own provisioners the attributes that they lack."""
    from ministack.services.cloudformation import provisioners as cfn  # noqa: PLC0415

    def completed(attributes_of: AttributesOf, provision: Callable[..., Any], at: int) -> Callable[..., Any]:
        def run(*arguments: Any) -> tuple[str, dict[str, Any]]:
            physical_id, made = provision(*arguments)
            return physical_id, {**attributes_of(physical_id, arguments[at]), **made}

        return run

    for type_name, attributes_of in attributes.items():
        handler = cfn._RESOURCE_HANDLERS[type_name]  # noqa: SLF001 - seam
        # create(logical_id, props, stack) and update(physical_id, old, new, stack[, logical_id])
        for verb, at in (("create", 1), ("update", 2)):
            if verb in handler:
                handler[verb] = completed(attributes_of, handler[verb], at)


def guard_deletions(guards: Mapping[str, DeletionGuard]) -> None:
    """Let a guard refuse what ministack's own provisioner would delete."""
    from ministack.services.cloudformation import provisioners as cfn  # noqa: PLC0415

    def guarded(guard: DeletionGuard, delete: Callable[..., None]) -> Callable[..., None]:
        def run(physical_id: str, props: dict[str, Any], *rest: Any) -> None:
            guard(physical_id, props)
            delete(physical_id, props, *rest)

        return run

    for type_name, guard in guards.items():
        handler = cfn._RESOURCE_HANDLERS[type_name]  # noqa: SLF001 - seam
        handler["delete"] = guarded(guard, handler["delete"])
    _move_to_worker_threads(frozenset(guards))


def _move_to_worker_threads(type_names: frozenset[str]) -> None:
    """Provision these types off the event loop, so that they may wait for it."""
    from ministack.services.cloudformation import stacks  # noqa: PLC0415

    before = stacks._runs_on_worker_thread  # noqa: SLF001 - seam
    stacks._runs_on_worker_thread = lambda name: name in type_names or before(name)  # noqa: SLF001 - seam


# Read by ministack's delete handlers, and so never at creation.
_READ_ON_DELETION = frozenset({("AWS::ECR::Repository", "EmptyOnDelete")})


def record_coverage(ledger: Ledger) -> None:
    """Write into the ledger which properties of a created resource nobody looked at."""
    from ministack.services.cloudformation import provisioners as cfn  # noqa: PLC0415
    from ministack.services.cloudformation import stacks  # noqa: PLC0415

    provision = cfn._provision_resource  # noqa: SLF001 - seam

    def recorded(type_name: str, logical_id: str, props: dict[str, Any], stack_name: str) -> Any:
        recorder = RecordedMapping(plain(props))
        made = provision(type_name, logical_id, recorder, stack_name)
        for path in recorder.unread():
            if (type_name, path) in _READ_ON_DELETION:
                continue
            ledger.note(
                Fidelity.NOT_HONOURED,
                f"{type_name} {path}",
                "the local cloud ignores this property",
                where=logical_id,
            )
        return made

    for module in (cfn, stacks):
        module._provision_resource = recorded  # noqa: SLF001 - seam
