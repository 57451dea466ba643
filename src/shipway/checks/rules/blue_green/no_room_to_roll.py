"""BG045."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.service import Service
from shipway.model.value import Unresolved, known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_ALL = 100


@rule(
    id="BG045",
    name="no-room-to-roll",
    family=Family.BLUE_GREEN,
    title="Service may neither stop an old task nor start a new one",
    severity=Severity.ERROR,
    subject=Service,
    since="0.1",
    rationale="With MinimumHealthyPercent 100 and MaximumPercent 100 no task may go before its "
    "successor is there, and none may come: no deployment can begin.",
    remediation="Raise MaximumPercent to 200, or lower MinimumHealthyPercent.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguratio n.html",
    bad="""
Resources:
  Web:
    Type: AWS::ECS::Service
    Properties:
      DeploymentConfiguration:
        MinimumHealthyPercent: 100
        MaximumPercent: 100  # <-
""",
    good="""
Resources:
  Web:
    Type: AWS::ECS::Service
    Properties:
      DeploymentConfiguration:
        MinimumHealthyPercent: 100
        MaximumPercent: 200
""",
)
def no_room_to_roll(service: Service, _graph: PipelineGraph) -> Findings:
    """CodeDeploy starts green beside blue, whatever the percentages say."""
    low, high = known(service.rollout.minimum_healthy_percent), known(service.rollout.maximum_percent)
    if low is None or high is None or known(service.controller) not in {None, "ECS"}:
        return
    if high <= _ALL <= low and not isinstance(service.controller, Unresolved):
        yield Finding(
            service.at("DeploymentConfiguration", "MaximumPercent"),
            f"{service.said} keeps {low} % of its tasks and runs at most {high} %",
        )
