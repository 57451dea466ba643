"""PIPE043."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.integration._artifacts import moment_of
from shipway.model.pipeline import Action
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PIPE043",
    name="approval-that-holds-nothing",
    family=Family.INTEGRATION,
    title="Approval does not hold the deployment beside it",
    severity=Severity.ERROR,
    subject=Action,
    since="0.1",
    rationale="Actions of a stage with the same RunOrder run at the same time, and RunOrder is 1 where it is "
    "absent. The deployment does not wait for the approval: production is changed before anybody has agreed.",
    remediation="Give the deployment a higher RunOrder than the approval, or put the approval into a "
    "stage before.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/action-requirements.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Production
          Actions:
            - Name: Approve  # <-
              ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: "1"}
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
""",
    good="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Production
          Actions:
            - Name: Approve
              ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: "1"}
            - Name: Deploy
              RunOrder: 2
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
""",
)
def approval_that_holds_nothing(action: Action, graph: PipelineGraph) -> Findings:
    """A deployment before the approval, such as to a stage that is looked at, is meant so."""
    pipeline = graph.pipeline_of(action)
    if pipeline is None or known(action.category) != "Approval":
        return
    now = moment_of(pipeline, action)
    for other in pipeline.actions:
        if known(other.category) == "Deploy" and now is not None and moment_of(pipeline, other) == now:
            yield Finding(
                action.at("RunOrder"),
                f"{action.said} runs at the same time as {other.said}, which does not wait for it",
            )
            return
