"""BG010."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import is_watched
from shipway.model.release import DeploymentGroup
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG010",
    name="rollback-on-no-alarm",
    family=Family.BLUE_GREEN,
    title="Deployment group rolls back on an alarm, and watches none",
    severity=Severity.WARNING,
    subject=DeploymentGroup,
    since="0.1",
    rationale="DEPLOYMENT_STOP_ON_ALARM has an effect only when AlarmConfiguration names alarms. As "
    "it is, a version that fails its users and not its health check stays.",
    remediation="Name the service's alarms in AlarmConfiguration with Enabled: true: 5xx answers and "
    "unhealthy targets of both target groups.",
    source="https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-groups-configure- "
    "advanced-options.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
      AutoRollbackConfiguration:
        Enabled: true
        Events: [DEPLOYMENT_FAILURE, DEPLOYMENT_STOP_ON_ALARM]  # <-
""",
    good="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
      AutoRollbackConfiguration:
        Enabled: true
        Events: [DEPLOYMENT_FAILURE, DEPLOYMENT_STOP_ON_ALARM]
      AlarmConfiguration:
        Enabled: true
        Alarms: [{Name: hello-5xx}]
""",
)
def rollback_on_no_alarm(group: DeploymentGroup, _graph: PipelineGraph) -> Findings:
    """Alarms that are switched off count as none."""
    for index, event in enumerate(group.rollback.events):
        if known(event) == "DEPLOYMENT_STOP_ON_ALARM" and known(group.rollback.enabled) is not False:
            where = group.at("AutoRollbackConfiguration", "Events", index)
            watched = is_watched(group)
            if watched is None:
                rest = group.watch.alarms.rest
                yield Undetermined(
                    where, rest.reason if rest else "whether alarms are watched cannot be seen"
                )
            elif not watched:
                yield Finding(
                    where, f"{group.said} rolls back when an alarm stops the deployment, and watches no alarm"
                )
