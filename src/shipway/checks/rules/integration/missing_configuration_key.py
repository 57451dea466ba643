"""PIPE022."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.integration._action_types import action_type
from shipway.model.pipeline import Action
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PIPE022",
    name="missing-configuration-key",
    family=Family.INTEGRATION,
    title="Action lacks a key that its provider requires",
    severity=Severity.ERROR,
    subject=Action,
    since="0.1",
    rationale="CodePipeline checks an action's configuration when the pipeline is created, and refuses it "
    "when a required key is missing. CloudFormation's schema knows nothing of these keys.",
    remediation="Add the key; the action structure reference lists what each provider requires.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
              Configuration:  # <-
                RepositoryName: hello
""",
    good="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
              Configuration:
                RepositoryName: hello
                BranchName: main
""",
)
def missing_configuration_key(action: Action, _graph: PipelineGraph) -> Findings:
    """One finding per action, with all that is missing."""
    kind = action_type(known(action.provider), known(action.category))
    if kind is None or not action.configuration_seen:
        return
    missing = [key for key in kind.required if key not in action.configuration]
    if missing:
        yield Finding(
            action.at("Configuration", missing[0]),
            f"{action.said} ({known(action.provider)}) has no {', '.join(missing)}",
        )
