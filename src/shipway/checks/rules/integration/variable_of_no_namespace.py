"""PIPE037."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.integration._artifacts import moment_of
from shipway.model.pipeline import Pipeline
from shipway.model.value import known, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_REFERENCE = re.compile(r"#\{([A-Za-z0-9@_-]+)\.[A-Za-z0-9@_.-]+\}")
_BUILT_IN = frozenset({"codepipeline", "variables"})


@rule(
    id="PIPE037",
    name="variable-of-no-namespace",
    family=Family.INTEGRATION,
    title="Variable of a namespace that no earlier action has",
    severity=Severity.ERROR,
    subject=Pipeline,
    since="0.1",
    rationale="#{Build.ImageTag} is the variable ImageTag of the action whose Namespace is Build. "
    "When no action "
    "that runs before has that namespace, CodePipeline refuses the pipeline.",
    remediation="Give the producing action the Namespace, and let it run earlier.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html",
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
        - Name: Approve
          Actions:
            - Name: Approve
              ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: "1"}
              Configuration:
                CustomData: "commit #{Source.CommitId}"  # <-
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
              Namespace: Source
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
        - Name: Approve
          Actions:
            - Name: Approve
              ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: "1"}
              Configuration:
                CustomData: "commit #{Source.CommitId}"
""",
)
def variable_of_no_namespace(pipeline: Pipeline, _graph: PipelineGraph) -> Findings:
    """Only when every namespace can be seen."""
    given = {known(action.namespace): action for action in pipeline.actions if action.namespace is not None}
    if not pipeline.complete or None in given:
        return
    for action in pipeline.actions:
        now = moment_of(pipeline, action)
        for key, value in action.configuration.items():
            for name in dict.fromkeys(_REFERENCE.findall(str(text_of(value)))):
                if name in _BUILT_IN:
                    continue
                maker = given.get(name)
                before = moment_of(pipeline, maker) if maker is not None else None
                if maker is None or (now is not None and before is not None and before >= now):
                    yield Finding(
                        action.at_configuration(key),
                        f"{action.said} uses a variable of namespace {name}, "
                        + (
                            "which no action has"
                            if maker is None
                            else f"and {maker.said} does not run before"
                        ),
                    )
