"""Build and Test / CodeBuild: starts a build in the action's role and waits for its end.

Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html
"""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from shipway.localcloud.services.codebuild.handover import pipeline_build
from shipway.localcloud.services.codepipeline.actions.action import (
    ActionAbandonedError,
    ActionFailedError,
    Outcome,
    Work,
)
from shipway.localcloud.services.codepipeline.actions.refusals import code_of, message_of
from shipway.localcloud.services.codepipeline.declaration import ActionSpec

_EIGHT_HOURS = 8 * 60
_SPEC = ActionSpec(
    required=frozenset({"ProjectName"}),
    optional=frozenset({"PrimarySource", "BatchEnabled", "CombineArtifacts", "EnvironmentVariables"}),
    inputs=(1, 5),
    outputs=(0, 5),
    timeout_minutes=_EIGHT_HOURS,
    works_in_real_time=True,
)


class CodeBuildBuild:
    """Runs the project on the primary source; what the build exports become output variables."""

    key = ("Build", "CodeBuild")
    spec = _SPEC

    def run(self, work: Work) -> Outcome:
        """Start, then poll BatchGetBuilds; a build that nobody waits for any more is stopped."""
        if work.configuration.get("BatchEnabled") == "true":
            raise ActionFailedError(
                "Shipway's local cloud does not emulate batch builds", "ConfigurationError"
            )
        codebuild = work.client("codebuild")
        try:
            build: dict[str, Any] = codebuild.start_build(**_request(work))["build"]
        except ClientError as error:
            raise ActionFailedError(
                f"Error calling startBuild: {message_of(error)} "
                f"(Service: AWSCodeBuild; Error Code: {code_of(error)})",
                "ConfigurationError",
            ) from error
        url = work.console("codebuild", f"builds/{build['id']}/view/new")
        work.progress(build["id"], url, "")
        try:
            while build["buildStatus"] == "IN_PROGRESS":
                work.wait()
                build = codebuild.batch_get_builds(ids=[build["id"]])["builds"][0]
        except (ActionAbandonedError, ActionFailedError):
            codebuild.stop_build(id=build["id"])
            raise
        if build["buildStatus"] != "SUCCEEDED":
            raise ActionFailedError(_reason(build))
        exported = {each["name"]: each["value"] for each in build.get("exportedEnvironmentVariables", [])}
        return Outcome(external_id=build["id"], external_url=url, variables=exported)


class CodeBuildTest(CodeBuildBuild):
    """The same in category Test."""

    key = ("Test", "CodeBuild")


def _request(work: Work) -> dict[str, Any]:
    primary = work.configuration.get("PrimarySource", work.action.inputs[0])
    if len(work.inputs) > 1 and "PrimarySource" not in work.configuration:
        raise ActionFailedError(
            "Action configuration is missing 'PrimarySource' configuration.", "ConfigurationError"
        )
    if primary not in work.inputs:
        raise ActionFailedError(
            f"The primary source {primary} is not an input artifact of the action", "ConfigurationError"
        )
    return {
        "projectName": work.configuration["ProjectName"],
        **pipeline_build(
            pipeline=work.pipeline,
            inputs={name: (place.bucket, place.key) for name, place in work.inputs.items()},
            primary=primary,
            outputs={name: (place.bucket, place.key) for name, place in work.outputs.items()},
            revision=work.inputs[primary].revision,
            key=work.inputs[primary].key_id,
            variables=_variables(work),
        ),
    }


def _variables(work: Work) -> list[dict[str, str]]:
    try:
        variables: list[dict[str, str]] = json.loads(work.configuration.get("EnvironmentVariables", "[]"))
    except ValueError as error:
        raise ActionFailedError(
            f"The EnvironmentVariables configuration is not valid JSON: {error}", "ConfigurationError"
        ) from error
    return variables


def _reason(build: dict[str, Any]) -> str:
    """AWS's sentence: the first phase that failed, with its context."""
    failed = next(
        (p for p in build.get("phases", []) if p.get("phaseStatus") not in (None, "SUCCEEDED")), None
    )
    text = f"Build terminated with state: {build['buildStatus']}"
    if failed is None:
        return text
    context: dict[str, Any] = next(iter(failed.get("contexts") or []), {})
    return (
        f"{text}. Phase: {failed['phaseType']}, Code: {context.get('statusCode', '')}, "
        f"Message: {context.get('message', '')}"
    )
