"""PIPE014."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.pipeline import Pipeline
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PIPE014",
    name="deployment-without-build",
    family=Family.INTEGRATION,
    title="Pipeline deploys containers and builds no image",
    severity=Severity.WARNING,
    subject=Pipeline,
    since="0.1",
    rationale="An ECS deployment takes an image from a registry. When the pipeline neither builds one nor "
    "follows a registry, each execution deploys whatever image stands there already.",
    remediation="Add a build action that pushes the image, or an ECR source.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/ecs-cd-pipeline.html",
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
        - Name: Deploy
          Actions:
            - Name: Deploy  # <-
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
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
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
        - Name: Deploy
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
""",
)
def deployment_without_build(pipeline: Pipeline, _graph: PipelineGraph) -> Findings:
    """An S3 source may hold what another pipeline has built."""
    if not pipeline.complete:
        return
    for action in pipeline.actions:
        if known(action.category) not in {"Source", "Deploy", "Approval"} or action.is_a("ECR", "S3"):
            return
        if action.is_a("ECS", "CodeDeployToECS"):
            yield Finding(
                action.location, f"{action.said} deploys a container, and {pipeline.said} builds no image"
            )
