"""Deploy / CloudFormation: stacks and change sets.

Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from shipway.localcloud.services.codepipeline import artifacts
from shipway.localcloud.services.codepipeline.actions.action import ActionFailedError, Outcome, Work
from shipway.localcloud.services.codepipeline.actions.refusals import message_of, refused
from shipway.localcloud.services.codepipeline.declaration import ActionSpec

if TYPE_CHECKING:
    from collections.abc import Callable

_THREE_DAYS = 3 * 24 * 60
_GOOD = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_REPLACED_ON_FAILURE = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "UPDATE_ROLLBACK_FAILED")


class CloudFormationDeploy:
    """All five modes: create or update, replace on failure, delete, make and execute a change set."""

    key = ("Deploy", "CloudFormation")
    spec = ActionSpec(
        required=frozenset({"ActionMode", "StackName"}),
        optional=frozenset(
            {
                "Capabilities",
                "ChangeSetName",
                "OutputFileName",
                "ParameterOverrides",
                "RoleArn",
                "TemplateConfiguration",
                "TemplatePath",
            }
        ),
        inputs=(0, 10),
        outputs=(0, 1),
        timeout_minutes=_THREE_DAYS,
    )

    def run(self, work: Work) -> Outcome:
        """Every call is made in the action's role; CloudFormation itself acts in ``RoleArn``."""
        modes: dict[str, Callable[[Work, Any], None]] = {
            "CREATE_UPDATE": _create_or_update,
            "REPLACE_ON_FAILURE": _replace_on_failure,
            "CHANGE_SET_REPLACE": _make_change_set,
            "CHANGE_SET_EXECUTE": _execute_change_set,
            "DELETE_ONLY": _delete,
        }
        mode = work.configuration["ActionMode"]
        if mode not in modes:
            raise ActionFailedError(
                f"ActionMode {mode} is not one of {', '.join(modes)}", "ConfigurationError"
            )
        client = work.client("cloudformation")
        try:
            modes[mode](work, client)
            stack = _stack(work, client)
        except ClientError as error:
            raise refused(error, "AWS CloudFormation") from error
        outputs = {o["OutputKey"]: o["OutputValue"] for o in (stack or {}).get("Outputs", [])}
        if work.action.outputs:
            name = work.configuration.get("OutputFileName", "output.json")
            work.write(work.action.outputs[0], artifacts.zipped({name: json.dumps(outputs).encode()}))
        stack_id = (stack or {}).get("StackId", "")
        return Outcome(
            summary="Stack deleted" if mode == "DELETE_ONLY" else "Stack action succeeded",
            external_id=stack_id,
            external_url=work.console("cloudformation", f"/stacks/stackinfo?stackId={stack_id}"),
            variables=outputs,
        )


def _stack(work: Work, client: Any) -> dict[str, Any] | None:
    try:
        stack: dict[str, Any] = client.describe_stacks(StackName=work.configuration["StackName"])["Stacks"][0]
    except ClientError as error:
        if "does not exist" in message_of(error):
            return None
        raise
    return None if stack["StackStatus"] == "DELETE_COMPLETE" else stack


def _create_or_update(work: Work, client: Any) -> None:
    if stack := _stack(work, client):
        if stack["StackStatus"] in _REPLACED_ON_FAILURE:
            raise ActionFailedError(f"Stack [{stack['StackName']}] is in {stack['StackStatus']} state")
        try:
            client.update_stack(**_request(work))
        except ClientError as error:
            if "No updates are to be performed" not in message_of(error):
                raise
            return
    else:
        client.create_stack(**_request(work))
    _settle(work, client)


def _replace_on_failure(work: Work, client: Any) -> None:
    stack = _stack(work, client)
    if stack and stack["StackStatus"] in _REPLACED_ON_FAILURE:
        _delete(work, client)
    _create_or_update(work, client)


def _delete(work: Work, client: Any) -> None:
    client.delete_stack(StackName=work.configuration["StackName"], **_role(work))
    while stack := _stack(work, client):
        if stack["StackStatus"] == "DELETE_FAILED":
            raise ActionFailedError(f"Stack deletion failed: {stack.get('StackStatusReason', '')}")
        work.wait()


def _make_change_set(work: Work, client: Any) -> None:
    name = {"ChangeSetName": _change_set(work), "StackName": work.configuration["StackName"]}
    stack = _stack(work, client)
    try:
        client.describe_change_set(**name)
    except ClientError:
        pass  # there is none to replace
    else:
        client.delete_change_set(**name)
    fresh = stack is None or stack["StackStatus"] == "REVIEW_IN_PROGRESS"
    client.create_change_set(
        **name, **_request(work, stack=False), ChangeSetType="CREATE" if fresh else "UPDATE"
    )
    while (made := client.describe_change_set(**name))["Status"] not in ("CREATE_COMPLETE", "FAILED"):
        work.wait()
    reason = made.get("StatusReason", "")
    if made["Status"] == "FAILED" and "didn't contain changes" not in reason and "No updates" not in reason:
        raise ActionFailedError(f"Change set creation failed: {reason}")


def _execute_change_set(work: Work, client: Any) -> None:
    name = {"ChangeSetName": _change_set(work), "StackName": work.configuration["StackName"]}
    if client.describe_change_set(**name)["Status"] == "FAILED":
        return  # it holds no changes: AWS succeeds without doing anything
    client.execute_change_set(**name)
    _settle(work, client)


def _settle(work: Work, client: Any) -> None:
    while True:
        stack = _stack(work, client)
        status = stack["StackStatus"] if stack else "DELETE_COMPLETE"
        if not status.endswith("_IN_PROGRESS"):
            break
        work.wait()
    if status not in _GOOD:
        reason = (stack or {}).get("StackStatusReason", "")
        raise ActionFailedError(f"The stack ended in {status}. {reason}".strip())


def _change_set(work: Work) -> str:
    try:
        return work.configuration["ChangeSetName"]
    except KeyError:
        raise ActionFailedError(
            "Action configuration is missing 'ChangeSetName' configuration.", "ConfigurationError"
        ) from None


def _role(work: Work) -> dict[str, str]:
    return {"RoleARN": work.configuration["RoleArn"]} if "RoleArn" in work.configuration else {}


def _request(work: Work, *, stack: bool = True) -> dict[str, Any]:
    settings = json.loads(_part(work, "TemplateConfiguration") or "{}")
    parameters = settings.get("Parameters", {}) | {
        key: _override(work, value)
        for key, value in json.loads(work.configuration.get("ParameterOverrides", "{}")).items()
    }
    template = _part(work, "TemplatePath")
    if template is None:
        raise ActionFailedError(
            "Action configuration is missing 'TemplatePath' configuration.", "ConfigurationError"
        )
    return {
        **({"StackName": work.configuration["StackName"]} if stack else {}),
        **_role(work),
        "TemplateBody": template,
        "Capabilities": [c for c in work.configuration.get("Capabilities", "").split(",") if c],
        "Parameters": [{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
        "Tags": [{"Key": k, "Value": v} for k, v in settings.get("Tags", {}).items()],
    }


def _part(work: Work, key: str) -> str | None:
    """The file that ``Artifact::path`` names."""
    if key not in work.configuration:
        return None
    artifact, _, path = work.configuration[key].partition("::")
    return _file(work, artifact, path)


def _file(work: Work, artifact: str, path: str) -> str:
    content = artifacts.member(work.read(artifact), path) if artifact in work.inputs else None
    if content is None:
        raise ActionFailedError(
            f"File [{path}] does not exist in artifact [{artifact}]", "ConfigurationError"
        )
    return content.decode()


def _override(work: Work, value: Any) -> str:
    match value:
        case {"Fn::GetParam": [artifact, path, key]}:
            return str(json.loads(_file(work, artifact, path))[key])
        case {"Fn::GetArtifactAtt": [artifact, "BucketName"]}:
            return work.inputs[artifact].bucket
        case {"Fn::GetArtifactAtt": [artifact, "ObjectKey"]}:
            return work.inputs[artifact].key
    return str(value)
