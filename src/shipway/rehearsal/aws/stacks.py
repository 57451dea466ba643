"""Creates and deletes stacks, and tells what CloudFormation says meanwhile."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from shipway.rehearsal.events import ResourceChanged
from shipway.rehearsal.ports import StepFailedError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from types_boto3_cloudformation.type_defs import CreateStackInputTypeDef

    from shipway.rehearsal.aws.clients import Clients
    from shipway.rehearsal.ports import Report
    from shipway.template.assembly import Stack

_POLL_SECONDS = 0.2
_LIMIT_SECONDS = 300.0  # for one stack; a local cloud takes seconds
_LARGEST_BODY = 51_200  # bytes; a larger template must come from S3


class Stacks:
    """The stacks that this rehearsal made."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._created: dict[str, str] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Their names in order."""
        return tuple(self._created)

    def create(self, stack: Stack, template_url: str | None, report: Report) -> None:
        """Create a stack and wait for it.

        Raises:
            StepFailedError: It was not created.
        """
        body = stack.template_file.read_text(encoding="utf-8")
        request: CreateStackInputTypeDef = {
            "StackName": stack.name,
            "Parameters": [
                {"ParameterKey": key, "ParameterValue": value} for key, value in stack.parameters.items()
            ],
            "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        }
        if len(body.encode()) <= _LARGEST_BODY:
            request["TemplateBody"] = body
        elif template_url is not None:
            request["TemplateURL"] = template_url
        else:
            raise StepFailedError(f"{stack.name}: the template is too large and not published as an asset")
        answer = self._clients.cloudformation.create_stack(**request)
        self._created[stack.name] = answer["StackId"]
        status, reasons = self._follow(stack.name, report)
        if status != "CREATE_COMPLETE":
            raise StepFailedError(
                f"stack {stack.name} is {status}: {'; '.join(reasons) or 'no reason given'}"
            )

    def delete(self, report: Report) -> None:
        """Delete the stacks, the last one first.

        Raises:
            StepFailedError: One was not deleted.
        """
        for name in reversed(self.names):
            seen = set(self._events(name))
            self._clients.cloudformation.delete_stack(StackName=self._created[name])
            status, reasons = self._follow(name, report, seen)
            if status != "DELETE_COMPLETE":
                raise StepFailedError(f"stack {name} is {status}: {'; '.join(reasons) or 'no reason given'}")
            del self._created[name]

    def resources(self, kind: str) -> Iterator[str]:
        """Physical ids of all resources of a type, nested stacks included."""
        waiting = list(self._created.values())
        while waiting:
            pages = self._clients.cloudformation.get_paginator("list_stack_resources").paginate(
                StackName=waiting.pop(0)
            )
            for page in pages:
                for resource in page["StackResourceSummaries"]:
                    physical_id = resource.get("PhysicalResourceId", "")
                    if resource["ResourceType"] == "AWS::CloudFormation::Stack":
                        waiting.append(physical_id)
                    if resource["ResourceType"] == kind:
                        yield physical_id

    def _follow(self, name: str, report: Report, seen: Collection[str] = ()) -> tuple[str, list[str]]:
        """Report events until the stack rests; its status, and the reasons of what failed."""
        reasons: list[str] = []
        known = set(seen)
        deadline = time.monotonic() + _LIMIT_SECONDS
        while True:
            # The status first: events that come after it are read all the same.
            status = self._status(name)
            events = self._events(name)
            for event in (event for id_, event in events.items() if id_ not in known):
                report(event)
                if event.status.endswith("_FAILED") and event.reason:
                    reasons.append(f"{event.logical_id} ({event.resource_type}): {event.reason}")
            known |= events.keys()
            if not status.endswith("_IN_PROGRESS"):
                return status, reasons
            if time.monotonic() > deadline:
                return f"{status} after {_LIMIT_SECONDS:g} s", reasons
            time.sleep(_POLL_SECONDS)

    def _status(self, name: str) -> str:
        # By id, since a deleted stack has lost its name.
        (stack,) = self._clients.cloudformation.describe_stacks(StackName=self._created[name])["Stacks"]
        return stack["StackStatus"]

    def _events(self, name: str) -> dict[str, ResourceChanged]:
        """All events of a stack by their ids, the oldest first."""
        pages = self._clients.cloudformation.get_paginator("describe_stack_events").paginate(
            StackName=self._created[name]
        )
        newest_first = [event for page in pages for event in page["StackEvents"]]
        return {
            event["EventId"]: ResourceChanged(
                name,
                event.get("LogicalResourceId", ""),
                event.get("ResourceType", ""),
                event.get("ResourceStatus", ""),
                event.get("ResourceStatusReason", ""),
            )
            for event in reversed(newest_first)
        }
