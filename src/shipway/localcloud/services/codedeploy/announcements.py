"""What the world hears of a deployment: an event on the bus, and the group's SNS triggers.

Sources: https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html,
https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-sns-event-notifications-json-format.html
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from shipway.localcloud.kernel import Kernel
    from shipway.localcloud.services.codedeploy.deployments import Deployment

LOG = logging.getLogger(__name__)
DETAIL_TYPE = "CodeDeploy Deployment State-change Notification"
_TRIGGERS = {
    "START": "DeploymentStart",
    "READY": "DeploymentReady",
    "SUCCESS": "DeploymentSuccess",
    "FAILURE": "DeploymentFailure",
    "STOP": "DeploymentStop",
}


def announce(kernel: Kernel, deployment: Deployment, state: str) -> None:
    """Tell that the deployment is now START, READY, SUCCESS, FAILURE or STOP."""
    application, group = deployment.group.application.name, deployment.group.name
    prefix = f"arn:aws:codedeploy:{deployment.region}:{deployment.account}"
    kernel.events.emit(
        source="aws.codedeploy",
        detail_type=DETAIL_TYPE,
        detail={
            "region": deployment.region,
            "deploymentId": deployment.id,
            "instanceGroupId": deployment.group.id,
            "deploymentGroup": group,
            "state": state,
            "application": application,
        },
        resources=[f"{prefix}:deploymentgroup:{application}/{group}", f"{prefix}:application:{application}"],
        account=deployment.account,
        region=deployment.region,
    )
    _fire(kernel, deployment, _TRIGGERS[state])
    if state == "START" and deployment.creator == "codeDeployRollback":
        _fire(kernel, deployment, "DeploymentRollback")


def _fire(kernel: Kernel, deployment: Deployment, event: str) -> None:
    for trigger in deployment.group.settings.get("triggerConfigurations", []):
        if event not in trigger.get("triggerEvents", []):
            continue
        try:
            kernel.clients.client("sns", role_arn=deployment.ecs.role_arn, session="codedeploy").publish(
                TopicArn=trigger["triggerTargetArn"],
                Subject=f"{deployment.course.status.upper()}: AWS CodeDeploy {deployment.id} in "
                f"{deployment.region} to {deployment.group.application.name}"[:100],
                Message=json.dumps(_message(deployment, trigger["triggerName"])),
            )
        except (ClientError, BotoCoreError) as error:
            # AWS goes on with the deployment when a notification cannot be sent.
            LOG.warning(
                "trigger %s of deployment %s failed: %s", trigger["triggerName"], deployment.id, error
            )


def _message(deployment: Deployment, trigger: str) -> dict[str, Any]:
    message: dict[str, Any] = {
        "region": deployment.region,
        "accountId": deployment.account,
        "eventTriggerName": trigger,
        "applicationName": deployment.group.application.name,
        "deploymentId": deployment.id,
        "deploymentGroupName": deployment.group.name,
        "createTime": f"{deployment.created:%a %b %d %H:%M:%S UTC %Y}",
        "completeTime": f"{deployment.completed:%a %b %d %H:%M:%S UTC %Y}" if deployment.completed else None,
        "deploymentOverview": json.dumps(deployment.overview()),
        "status": deployment.course.status.upper(),
    }
    if deployment.error:
        code, text = deployment.error
        message["errorInformation"] = json.dumps({"ErrorCode": code, "ErrorMessage": text})
    return message
