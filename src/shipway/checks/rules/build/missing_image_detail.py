"""BUILD014."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.build._commands import is_opaque, pushes, writes
from shipway.checks.rules.build._handover import Held, filled, holds, image_keys, producer_of, spelt
from shipway.model.pipeline import Action
from shipway.model.project import Project
from shipway.model.value import Known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.graph import PipelineGraph
    from shipway.model.pipeline import Pipeline

_FILE = "imageDetail.json"  # the name is fixed: https://docs.aws.amazon.com/codepipeline/latest/userguide/file-reference.html


@rule(
    id="BUILD014",
    name="missing-image-detail",
    family=Family.BUILD,
    title="Deployment never gets the image that the build has pushed",
    severity=Severity.ERROR,
    subject=Action,
    since="0.1",
    rationale="CodeDeployToECS takes the image from imageDetail.json in the artifact that Image1ArtifactName "
    "names, and puts it in place of the placeholder in taskdef.json. It does not read "
    "imagedefinitions.json, which "
    "is for the ECS action: without imageDetail.json the action fails, or deploys the old image once more.",
    remediation='Write {"ImageURI": "REPOSITORY@sha256:DIGEST"} to imageDetail.json, list it under '
    "artifacts, and set Image1ArtifactName and Image1ContainerName.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/file-reference.html",
    bad="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases:
            build:
              commands: ["printf '[]' > imagedefinitions.json"]
          artifacts:  # <-
            files: [imagedefinitions.json, taskdef.json, appspec.yaml]
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: !Ref Build}
              OutputArtifacts: [{Name: Built}]
        - Name: Deploy
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeployToECS, Version: "1"}
              InputArtifacts: [{Name: Built}]
              Configuration: {Image1ArtifactName: Built, Image1ContainerName: IMAGE1_NAME}
""",
    good="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases:
            build:
              commands: ["printf '{}' > imageDetail.json"]
          artifacts:
            files: [imageDetail.json, taskdef.json, appspec.yaml]
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: !Ref Build}
              OutputArtifacts: [{Name: Built}]
        - Name: Deploy
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeployToECS, Version: "1"}
              InputArtifacts: [{Name: Built}]
              Configuration: {Image1ArtifactName: Built, Image1ContainerName: IMAGE1_NAME}
""",
)
def missing_image_detail(action: Action, graph: PipelineGraph) -> Findings:
    """Reported at the artifacts of the build that should write the file."""
    pipeline = graph.pipeline_of(action)
    if pipeline is None or not action.is_a("CodeDeployToECS") or not action.configuration_seen:
        return
    keys = list(image_keys(action))
    if not keys:
        yield from _never_told(action, pipeline, graph)
    for key in keys:
        value = action.configuration[key]
        name = spelt(value)
        producer = producer_of(pipeline, name)
        if not isinstance(value, Known) or producer is None or not producer.is_a("CodeBuild"):
            continue
        build = filled(pipeline, name, graph)
        if build is None:
            yield Undetermined(action.at_configuration(key), f"what fills artifact {name} cannot be seen")
        elif build.artifact is not None and holds(pipeline, name, _FILE, graph) is Held.NO:
            other = (
                " (it writes imagedefinitions.json)"
                if writes(build.buildspec, "imagedefinitions.json")
                else ""
            )
            yield Finding(
                build.buildspec.at_line(build.artifact.line),
                f"{build.project.said} puts no {_FILE} into artifact {name}, from which {action.said} of "
                f"{pipeline.said} takes the image{other}",
            )


def _never_told(action: Action, pipeline: Pipeline, graph: PipelineGraph) -> Iterator[Finding]:
    """The action has no image at all: then the task definition must be written anew for each build."""
    template = spelt(action.configuration.get("TaskDefinitionTemplatePath")) or "taskdef.json"
    projects = [graph.project_of(each) for each in pipeline.actions if each.is_a("CodeBuild")]
    specs = [each.buildspec for each in projects if isinstance(each, Project) and each.buildspec is not None]
    if len(specs) < len(projects) or any(problem.fatal for spec in specs for problem in spec.spec.problems):
        return
    if any(writes(spec, template) or any(is_opaque(step) for step in spec.steps) for spec in specs):
        return
    for spec in specs:
        if pushes(spec):
            yield Finding(
                pushes(spec)[-1].location,
                f"build project {spec.project} pushes an image that {action.said} of {pipeline.said} "
                "never hears of: "
                f"it has no Image1ArtifactName, and no build writes {template}",
                Confidence.MEDIUM,  # taskdef.json of the source may name the very tag that is pushed
                severity=Severity.WARNING,
            )
