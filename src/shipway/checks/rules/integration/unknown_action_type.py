"""PIPE024."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.integration._action_types import ACTION_TYPES
from shipway.model.pipeline import Action
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PIPE024",
    name="unknown-action-type",
    family=Family.INTEGRATION,
    title="Action type that CodePipeline does not have",
    severity=Severity.ERROR,
    subject=Action,
    since="0.1",
    rationale="Category, owner and provider together name an action type. CodePipeline refuses a pipeline "
    "with a combination that does not exist, such as owner AWS with provider GitHub.",
    remediation="Take category, owner and provider from the same row of the table of valid providers.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-valid-providers.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              ActionTypeId: {Category: Source, Owner: AWS, Provider: GitHub, Version: "1"}  # <-
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
              ActionTypeId: {Category: Source, Owner: ThirdParty, Provider: GitHub, Version: "1"}
""",
)
def unknown_action_type(action: Action, _graph: PipelineGraph) -> Findings:
    """Custom action types are anybody's; a provider that is not listed may be new."""
    category, owner, provider = known(action.category), known(action.owner), known(action.provider)
    if category is None or owner not in {"AWS", "ThirdParty"} or provider is None:
        return
    said = f"{action.said} has category {category}, owner {owner} and provider {provider}"
    kind = ACTION_TYPES.get(provider)
    if kind is None:
        near = get_close_matches(provider, ACTION_TYPES, 1, 0.7)
        if owner == "AWS":
            yield Finding(
                action.at("ActionTypeId"),
                f"{said}, which is no provider{f'; did you mean {near[0]}?' if near else ''}",
                Confidence.HIGH if near else Confidence.MEDIUM,
                severity=None if near else Severity.WARNING,
            )
    elif category not in kind.categories:
        yield Finding(action.at("ActionTypeId"), f"{said}, whose category is {' or '.join(kind.categories)}")
    elif owner != kind.owner:
        yield Finding(action.at("ActionTypeId"), f"{said}, whose owner is {kind.owner}")
