"""PIPE019."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.integration._artifacts import spelt
from shipway.model.pipeline import Action
from shipway.model.value import Known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_NAMES = re.compile(
    r"(?:TaskDefinitionTemplateArtifact|AppSpecTemplateArtifact|Image\dArtifactName|PrimarySource)\Z"
)
_PATHS = frozenset({"TemplatePath", "TemplateConfiguration"})  # <artifact>::<file>


@rule(
    id="PIPE019",
    name="artifact-not-handed-over",
    family=Family.INTEGRATION,
    title="Configuration names an artifact that is not among the action's inputs",
    severity=Severity.ERROR,
    subject=Action,
    since="0.1",
    rationale="An action sees only its InputArtifacts. What the configuration names beyond them is not there "
    "when it runs, whichever action has produced it. A build with several inputs must be told the "
    "primary one.",
    remediation="Add the artifact to InputArtifacts, or correct the name; set PrimarySource for "
    "several inputs.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECSbluegreen.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Deploy
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeployToECS, Version: "1"}
              InputArtifacts: [{Name: Build}]
              Configuration:
                TaskDefinitionTemplateArtifact: Source  # <-
                AppSpecTemplateArtifact: Build
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
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeployToECS, Version: "1"}
              InputArtifacts: [{Name: Build}, {Name: Source}]
              Configuration:
                TaskDefinitionTemplateArtifact: Source
                AppSpecTemplateArtifact: Build
""",
)
def artifact_not_handed_over(action: Action, _graph: PipelineGraph) -> Findings:
    """Compares the configuration with the inputs; nothing is said while an input cannot be seen."""
    inputs = {spelt(value) for value in action.inputs}
    if not action.inputs.complete or not all(isinstance(value, Known) for value in action.inputs):
        return
    for key, value in action.configuration.items():
        if not isinstance(value, Known):
            continue
        name, separator, _ = value.value.partition("::")
        is_name = _NAMES.match(key) is not None
        if name not in inputs and (is_name or (key in _PATHS and separator)):
            yield Finding(
                action.at_configuration(key),
                f"{key} of {action.said} names artifact {name}, which is not among its inputs "
                f"({', '.join(sorted(inputs)) or 'none'})",
            )
    builds = action.is_a("CodeBuild") and action.configuration_seen
    if builds and len(inputs) > 1 and "PrimarySource" not in action.configuration:
        yield Finding(
            action.at_configuration("PrimarySource"),
            f"{action.said} takes {len(inputs)} artifacts and has no PrimarySource",
        )
