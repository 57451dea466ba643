"""BUILD021."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.pipeline import Action

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_KEYS = ("ImageDefinitions", "FileName", "ImageDetail")


@rule(
    id="BUILD021",
    name="image-definitions-for-codedeploy",
    family=Family.BUILD,
    title="CodeDeployToECS is given an image definitions file",
    severity=Severity.ERROR,
    subject=Action,
    since="0.1",
    rationale="imagedefinitions.json and its keys belong to the ECS action. CodeDeployToECS knows no "
    "such key, so "
    "the pipeline is refused, and it would not read the file: its image comes from imageDetail.json.",
    remediation="Drop the keys, let the build write imageDetail.json, and set Image1ArtifactName to "
    "its artifact "
    "and Image1ContainerName to the placeholder in taskdef.json.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/file-reference.html",
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
              Configuration:
                ImageDefinitionsArtifact: Built  # <-
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
              Configuration:
                Image1ArtifactName: Built
                Image1ContainerName: IMAGE1_NAME
""",
)
def image_definitions_for_codedeploy(action: Action, _graph: PipelineGraph) -> Findings:
    """One finding per action: the keys come together."""
    strange = [key for key in action.configuration if key.startswith(_KEYS)]
    if strange and action.is_a("CodeDeployToECS"):
        yield Finding(
            action.at_configuration(strange[0]),
            f"{action.said} (CodeDeployToECS) has {', '.join(strange)}, which it does not know",
        )
