"""BG008."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.model.release import DeploymentGroup
from shipway.model.value import Known, Unresolved, known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG008",
    name="missing-auto-rollback",
    family=Family.BLUE_GREEN,
    title="Deployment group does not roll back on failure",
    severity=Severity.WARNING,
    subject=DeploymentGroup,
    since="0.1",
    rationale="A failed deployment stays where it failed: traffic remains on the new version, or between the "
    "two, until somebody intervenes.",
    remediation="Set AutoRollbackConfiguration to Enabled: true with Events DEPLOYMENT_FAILURE, "
    "DEPLOYMENT_STOP_ON_ALARM and DEPLOYMENT_STOP_ON_REQUEST.",
    source="https://docs.aws.amazon.com/codedeploy/latest/userguide/deployments-rollback-and-redeploy.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      AutoRollbackConfiguration:
        Enabled: false  # <-
""",
    good="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      AutoRollbackConfiguration:
        Enabled: true
        Events: [DEPLOYMENT_FAILURE]
""",
)
def missing_auto_rollback(group: DeploymentGroup, _graph: PipelineGraph) -> Findings:
    """Absent is off: the default of CodeDeploy is not to roll back. No event at all is another rule's."""
    where = group.at("AutoRollbackConfiguration", "Enabled")
    events = group.rollback.events
    match group.rollback.enabled:
        case None | Known(False):
            yield Finding(where, f"{group.said} does not roll back when a deployment fails")
        case Known(True) if events and events.complete:
            named = [known(each) for each in events]
            if None not in named and "DEPLOYMENT_FAILURE" not in named:
                yield Finding(
                    group.at("AutoRollbackConfiguration", "Events"),
                    f"{group.said} rolls back on {', '.join(filter(None, named))}, and not when a deployment "
                    "fails by itself (DEPLOYMENT_FAILURE)",
                )
        case Unresolved(reason):
            yield Undetermined(where, reason)
