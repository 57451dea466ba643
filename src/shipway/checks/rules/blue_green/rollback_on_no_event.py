"""BG013."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.release import DeploymentGroup
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_EVENTS = frozenset({"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"})


@rule(
    id="BG013",
    name="rollback-on-no-event",
    family=Family.BLUE_GREEN,
    title="Automatic rollback is enabled without a valid event",
    severity=Severity.ERROR,
    subject=DeploymentGroup,
    since="0.1",
    rationale="CodeDeploy refuses a group whose rollback is enabled and lists no event, or one that "
    "it does not know.",
    remediation="List DEPLOYMENT_FAILURE, DEPLOYMENT_STOP_ON_ALARM or DEPLOYMENT_STOP_ON_REQUEST in "
    "AutoRollbackConfiguration.Events.",
    source="https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_AutoRollbackConfigura tion.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
      AutoRollbackConfiguration:
        Enabled: true
        Events: [DEPLOYMENT_FAILED]  # <-
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
        Events: [DEPLOYMENT_FAILURE]
""",
)
def rollback_on_no_event(group: DeploymentGroup, _graph: PipelineGraph) -> Findings:
    """Not enabled, the events do not matter."""
    if known(group.rollback.enabled) is not True:
        return
    events = group.rollback.events
    for index, event in enumerate(events):
        name = known(event)
        if name is not None and name not in _EVENTS:
            yield Finding(
                group.at("AutoRollbackConfiguration", "Events", index),
                f"{group.said} rolls back on {name}, an event that CodeDeploy does not know",
            )
    if not events and events.complete:
        yield Finding(
            group.at("AutoRollbackConfiguration", "Events"),
            f"{group.said} enables the rollback and lists no event for it",
        )
