"""PIPE023."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.integration._action_types import ACTION_TYPES, action_type
from shipway.model.pipeline import Action
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_OF_ANOTHER_RULE = "ImageDefinitions"  # keys that nobody has: BUILD021 says where the image comes from


@rule(
    id="PIPE023",
    name="unknown-configuration-key",
    family=Family.INTEGRATION,
    title="Action has a key that its provider does not know",
    severity=Severity.ERROR,
    subject=Action,
    since="0.1",
    rationale="CodePipeline refuses a configuration with a key that the provider does not know. A misspelt "
    "key, or one of another provider, stops the pipeline's creation.",
    remediation="Take the keys from the provider's page of the action structure reference.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Deploy
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
              Configuration:
                ClusterName: hello
                ServiceName: hello
                Filename: imagedefinitions.json  # <-
""",
    good="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Deploy
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
              Configuration:
                ClusterName: hello
                ServiceName: hello
                FileName: imagedefinitions.json
""",
)
def unknown_configuration_key(action: Action, _graph: PipelineGraph) -> Findings:
    """A key that resembles no known one may be newer than this list: that is only a warning."""
    kind = action_type(known(action.provider), known(action.category))
    if kind is None or kind.optional is None:
        return
    for key in action.configuration:
        if key in kind.keys or key.startswith(_OF_ANOTHER_RULE):
            continue
        near = get_close_matches(key, kind.keys, 1, 0.8)
        others = [name for name, other in ACTION_TYPES.items() if key in other.keys]
        hint = f"; did you mean {near[0]}?" if near else f"; it belongs to {others[0]}" if others else ""
        yield Finding(
            action.at_configuration(key),
            f"{action.said} has {key}, which is no key of {known(action.provider)}{hint}",
            Confidence.HIGH if hint else Confidence.MEDIUM,
            severity=None if hint else Severity.WARNING,
        )
