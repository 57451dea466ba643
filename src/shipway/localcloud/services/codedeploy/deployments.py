"""What is known of a deployment, and what the API answers about it."""

from __future__ import annotations

import secrets
import string
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shipway.localcloud.services.codedeploy.course import Course, EventStatus, Status
from shipway.localcloud.services.codedeploy.plan import ALL

if TYPE_CHECKING:
    from datetime import datetime

    from shipway.localcloud.services.codedeploy.configs import Config
    from shipway.localcloud.services.codedeploy.groups import EcsGroup, Group

_ID_ALPHABET = string.ascii_uppercase + string.digits
_ID_LENGTH = 9
_TARGET_STATUS = {
    Status.CREATED: "Pending",
    Status.IN_PROGRESS: "InProgress",
    Status.READY: "Ready",
    Status.SUCCEEDED: "Succeeded",
    Status.FAILED: "Failed",
    Status.STOPPED: "Failed",
}


def new_id() -> str:
    """``d-`` and nine capitals or digits."""
    return "d-" + "".join(secrets.choice(_ID_ALPHABET) for _ in range(_ID_LENGTH))


@dataclass
class Side:
    """One of the two task sets: as ECS described it last, and the name of its target group."""

    task_set: dict[str, Any]
    target_group: str


@dataclass
class Deployment:
    """One deployment; its course is replaced as a whole, the rest is guarded by the service's lock.

    Attributes:
        ecs: The group's settings at the moment of creation.
        overrides: What CreateDeployment brought in place of the group's settings.
        stop: Set by StopDeployment: whether to roll back, None leaves it to the configuration.
        stopped: Set when StopDeployment was called.
    """

    account: str
    region: str
    group: Group
    ecs: EcsGroup
    config: Config
    revision: dict[str, Any]
    created: datetime
    id: str = field(default_factory=new_id)
    description: str = ""
    creator: str = "user"
    overrides: dict[str, Any] = field(default_factory=dict)
    course: Course = field(default_factory=Course)
    started: datetime | None = None
    completed: datetime | None = None
    error: tuple[str, str] | None = None
    rollback: dict[str, str] = field(default_factory=dict)
    keeps_blue: bool = False
    service_arn: str = ""
    blue: Side | None = None
    green: Side | None = None
    stopped: threading.Event = field(default_factory=threading.Event)
    stop: bool | None = None
    proceed: threading.Event = field(default_factory=threading.Event)
    terminate: threading.Event = field(default_factory=threading.Event)

    @property
    def target_id(self) -> str:
        """``cluster:service``."""
        return f"{self.ecs.cluster}:{self.ecs.service}"

    def rolls_back_on(self, reason: str) -> bool:
        """Whether the configuration, or StopDeployment, asks for a rollback."""
        if reason == "DEPLOYMENT_STOP_ON_REQUEST" and self.stop is not None:
            return self.stop
        return reason in self.ecs.rollback

    def info(self) -> dict[str, Any]:
        """``DeploymentInfo``."""
        settings = {**self.group.settings, **self.overrides}
        status = self.course.status
        return {
            "applicationName": self.group.application.name,
            "deploymentGroupName": self.group.name,
            "deploymentConfigName": self.config.name,
            "deploymentId": self.id,
            "revision": self.revision or None,
            "status": status.value,
            "errorInformation": {"code": self.error[0], "message": self.error[1]} if self.error else None,
            "createTime": self.created,
            "startTime": self.started,
            "completeTime": self.completed,
            "deploymentOverview": self.overview(),
            "description": self.description or None,
            "creator": self.creator,
            "ignoreApplicationStopFailures": False,
            "autoRollbackConfiguration": settings.get("autoRollbackConfiguration"),
            "overrideAlarmConfiguration": self.overrides.get("alarmConfiguration"),
            "updateOutdatedInstancesOnly": False,
            "rollbackInfo": self.rollback or None,
            "deploymentStyle": settings["deploymentStyle"],
            "instanceTerminationWaitTimeStarted": self.keeps_blue,
            "blueGreenDeploymentConfiguration": settings["blueGreenDeploymentConfiguration"],
            "loadBalancerInfo": settings["loadBalancerInfo"],
            "fileExistsBehavior": "DISALLOW",
            "deploymentStatusMessages": [],
            "computePlatform": "ECS",
        }

    def overview(self) -> dict[str, int]:
        """The counts of ``DeploymentOverview``: an ECS deployment has one target."""
        mine = _TARGET_STATUS[self.course.status]
        return {
            name: int(name == mine)
            for name in ("Pending", "InProgress", "Succeeded", "Failed", "Skipped", "Ready")
        }

    def target(self) -> dict[str, Any]:
        """``DeploymentTarget``."""
        sides = (
            ("Blue", self.blue, ALL - self.course.green),
            ("Green", self.green, self.course.green),
        )
        moments = [e.ended or e.started for e in self.course.events if e.status is not EventStatus.PENDING]
        return {
            "deploymentTargetType": "ECSTarget",
            "ecsTarget": {
                "deploymentId": self.id,
                "targetId": self.target_id,
                "targetArn": self.service_arn or None,
                "lastUpdatedAt": max((at for at in moments if at), default=self.created),
                "lifecycleEvents": [event.as_json() for event in self.course.events],
                "status": _TARGET_STATUS[self.course.status],
                "taskSetsInfo": [_task_set(label, side, weight) for label, side, weight in sides if side],
            },
        }


def _task_set(label: str, side: Side, weight: int) -> dict[str, Any]:
    task_set = side.task_set
    return {
        "identifer": task_set["id"],  # AWS's own spelling
        "desiredCount": task_set.get("computedDesiredCount", 0),
        "pendingCount": task_set.get("pendingCount", 0),
        "runningCount": task_set.get("runningCount", 0),
        "status": task_set["status"],
        "trafficWeight": float(weight),
        "targetGroup": {"name": side.target_group},
        "taskSetLabel": label,
    }
