"""PIPE025."""

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
    id="PIPE025",
    name="wrong-artifact-count",
    family=Family.INTEGRATION,
    title="Action takes or gives more or fewer artifacts than its provider allows",
    severity=Severity.ERROR,
    subject=Action,
    since="0.1",
    rationale="Each provider has its number of input and output artifacts. CodePipeline refuses a pipeline "
    "with, say, a deployment that has nothing to deploy, or an approval with an input.",
    remediation="Add or drop artifacts until the numbers are those of the provider's reference.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-action-artifacts.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Build
          Actions:
            - Name: Build  # <-
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: hello}
              OutputArtifacts: [{Name: Built}]
""",
    good="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: hello}
              InputArtifacts: [{Name: Source}]
              OutputArtifacts: [{Name: Built}]
""",
)
def wrong_artifact_count(action: Action, _graph: PipelineGraph) -> Findings:
    """Lists of which only a part can be seen are left alone."""
    kind = action_type(known(action.provider), known(action.category))
    if kind is None or known(action.owner) not in {"AWS", "ThirdParty"}:
        return
    for names, (least, most), what, key in (
        (action.inputs, kind.inputs, "input", "InputArtifacts"),
        (action.outputs, kind.outputs, "output", "OutputArtifacts"),
    ):
        if names.complete and not least <= len(names) <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            yield Finding(
                action.at(key),
                f"{action.said} ({known(action.provider)}) has {len(names)} {what} artifacts, and "
                f"takes {wanted}",
            )
