"""Approval / Manual: asks people by SNS and waits for PutApprovalResult.

Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-json-format.html
"""

from __future__ import annotations

import json
from datetime import timedelta

from botocore.exceptions import ClientError

from shipway.localcloud.services.codepipeline.actions.action import ActionFailedError, Outcome, Work
from shipway.localcloud.services.codepipeline.actions.refusals import refused
from shipway.localcloud.services.codepipeline.declaration import ActionSpec

_SEVEN_DAYS = 7 * 24 * 60


class ManualApproval:
    """Publishes the request in the action's role; succeeds when approved, fails when rejected or too late."""

    key = ("Approval", "Manual")
    spec = ActionSpec(
        required=frozenset(),
        optional=frozenset({"NotificationArn", "CustomData", "ExternalEntityLink"}),
        inputs=(0, 0),
        outputs=(0, 0),
        timeout_minutes=_SEVEN_DAYS,
    )

    def run(self, work: Work) -> Outcome:
        """Ask, then wait."""
        if topic := work.configuration.get("NotificationArn"):
            self._ask(work, topic)
        while (answer := work.approval()) is None:
            work.wait()
        status, summary = answer
        if status != "Approved":
            raise ActionFailedError(summary)
        return Outcome(summary=summary)

    @staticmethod
    def _ask(work: Work, topic: str) -> None:
        minutes = work.action.timeout_minutes or _SEVEN_DAYS
        expires = work.kernel.clock.now() + timedelta(minutes=minutes)
        view = work.console("codepipeline", f"view/{work.pipeline}")
        approval = {
            "pipelineName": work.pipeline,
            "stageName": work.stage,
            "actionName": work.action.name,
            "token": work.token,
            "expires": expires.strftime("%Y-%m-%dT%H:%MZ"),
            "externalEntityLink": work.configuration.get("ExternalEntityLink"),
            "approvalReviewLink": f"{view}/{work.stage}/{work.action.name}/approve/{work.token}",
            "customData": work.configuration.get("CustomData"),
        }
        message = {"region": work.region, "consoleLink": view, "approval": approval}
        mail = (
            f"The following approval action is waiting for your response:\n\n"
            f"Pipeline name: {work.pipeline}\nStage name: {work.stage}\nAction name: {work.action.name}\n"
            f"Region: {work.region}\n\nAdditional information: {approval['customData'] or '-'}\n"
            f"Content to review: {approval['externalEntityLink'] or '-'}\n\n"
            f"Approve or reject: {approval['approvalReviewLink']}\nExpires: {approval['expires']}\n"
        )
        subject = f"APPROVAL NEEDED: AWS CodePipeline {work.pipeline} for action {work.action.name}"
        try:
            work.client("sns").publish(
                TopicArn=topic,
                Subject=subject[:100],  # SNS's limit
                Message=json.dumps({"default": json.dumps(message), "email": mail}),
                MessageStructure="json",
            )
        except ClientError as error:
            raise refused(error, "Amazon SNS") from error
