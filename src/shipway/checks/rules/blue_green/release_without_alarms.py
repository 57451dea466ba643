"""BG011."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import is_watched, platform_of
from shipway.model.release import DeploymentGroup
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG011",
    name="release-without-alarms",
    family=Family.BLUE_GREEN,
    title="No alarm stops a deployment",
    severity=Severity.WARNING,
    subject=DeploymentGroup,
    since="0.1",
    rationale="Health checks find a version that does not answer. One that answers with errors is "
    "found by alarms only, and without them it takes over all traffic.",
    remediation="Declare alarms on HTTPCode_Target_5XX_Count and UnHealthyHostCount, and name them in "
    "AlarmConfiguration with Enabled: true.",
    source="https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-create- alarms.html",
    bad="""
Resources:
  Release:  # <-
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
""",
    good="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
      AlarmConfiguration:
        Enabled: true
        Alarms: [{Name: hello-5xx}]
""",
)
def release_without_alarms(group: DeploymentGroup, graph: PipelineGraph) -> Findings:
    """Who rolls back on alarms without having any is told by another rule."""
    if platform_of(group, graph) not in {"ECS", "Lambda"} or is_watched(group) is not False:
        return
    if any(known(event) == "DEPLOYMENT_STOP_ON_ALARM" for event in group.rollback.events):
        return
    off = known(group.watch.enabled) is False and bool(group.watch.alarms)
    yield Finding(
        group.at("AlarmConfiguration", "Enabled"),
        f"{group.said} shifts traffic, and its alarms are switched off"
        if off
        else f"{group.said} shifts traffic, and no alarm would stop it",
    )
