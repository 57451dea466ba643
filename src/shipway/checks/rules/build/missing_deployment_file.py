"""BUILD016."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.build._commands import is_opaque, writes
from shipway.checks.rules.build._handover import Held, filled, lists, producer_of, spelt
from shipway.model.pipeline import Action
from shipway.model.value import Known, known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.graph import PipelineGraph
    from shipway.model.pipeline import Pipeline


class _Wanted(NamedTuple):
    artifact: str
    files: tuple[str, ...]
    """Any of these will do."""
    key: str


@rule(
    id="BUILD016",
    name="missing-deployment-file",
    family=Family.BUILD,
    title="Artifact lacks a file that the deployment reads",
    severity=Severity.ERROR,
    subject=Action,
    since="0.1",
    rationale="The deployment unpacks its artifact and looks for taskdef.json, appspec.yaml, "
    "appspec.yml or the "
    "template under exactly the name that it was given. What the build's artifacts do not list is not there.",
    remediation="List the file under artifacts of the build, or name the artifact that holds it.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECSbluegreen.html",
    bad="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases: {build: {commands: [pytest]}}
          artifacts:  # <-
            files: [taskdef.json]
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
              Configuration: {TaskDefinitionTemplateArtifact: Built, AppSpecTemplateArtifact: Built}
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
          phases: {build: {commands: [pytest]}}
          artifacts:
            files: [taskdef.json, appspec.yaml]
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
              Configuration: {TaskDefinitionTemplateArtifact: Built, AppSpecTemplateArtifact: Built}
""",
)
def missing_deployment_file(action: Action, graph: PipelineGraph) -> Findings:
    """Reported at the artifacts of the build; with a source directory, also what nobody has written."""
    pipeline = graph.pipeline_of(action)
    if pipeline is None or not action.configuration_seen:
        return
    for wanted in _wanted(action):
        yield from _missing(action, pipeline, wanted, graph)


def _missing(action: Action, pipeline: Pipeline, wanted: _Wanted, graph: PipelineGraph) -> Iterator[Finding]:
    shown = " or ".join(wanted.files)
    build = filled(pipeline, wanted.artifact, graph)
    if build is not None:
        artifact = build.artifact
        if artifact is None:
            return  # a build that hands on nothing at all is another rule's
        held = [lists(artifact, file) for file in wanted.files]
        if all(each is Held.NO for each in held):
            yield Finding(
                build.buildspec.at_line(artifact.line),
                f"{build.project.said} puts no {shown} into artifact {wanted.artifact}, which "
                f"{action.said} of "
                f"{pipeline.said} reads",
            )
            return
        if any(is_opaque(step) for step in build.buildspec.steps):
            return
        if any(writes(build.buildspec, file) for file in wanted.files):
            return
    maker = producer_of(pipeline, wanted.artifact)
    taken = {spelt(value) for value in maker.inputs} if maker is not None else set()
    makers = [producer_of(pipeline, name) for name in taken]
    is_source = maker is not None and known(maker.category) == "Source"
    from_source = (
        build is not None
        and bool(makers)
        and all(each is not None and known(each.category) == "Source" for each in makers)
    )
    single = len(pipeline.sources) == 1 and not pipeline.sources[0].is_a("ECR", "S3")
    if graph.sources is None or not single or not (is_source or from_source):
        return
    if all(graph.sources.read(file) is None for file in wanted.files):
        yield Finding(
            action.at_configuration(wanted.key),
            f"{action.said} reads {shown} from artifact {wanted.artifact}, and the source directory "
            "holds none",
            Confidence.MEDIUM,
        )


def _wanted(action: Action) -> Iterator[_Wanted]:
    def known_or(key: str, default: str) -> str | None:
        value = action.configuration.get(key)
        return default if value is None else value.value if isinstance(value, Known) else None

    match known(action.provider):
        case "CodeDeployToECS":
            for part, default in (("TaskDefinition", "taskdef.json"), ("AppSpec", "appspec.yaml")):
                artifact = known(action.configuration.get(f"{part}TemplateArtifact"))
                file = known_or(f"{part}TemplatePath", default)
                if artifact and file:
                    yield _Wanted(artifact, (file,), f"{part}TemplatePath")
        case "CodeDeploy":
            for value in action.inputs:
                yield _Wanted(spelt(value), ("appspec.yml", "appspec.yaml"), "ApplicationName")
        case "CloudFormation":
            for key in ("TemplatePath", "TemplateConfiguration"):
                artifact, separator, file = (known(action.configuration.get(key)) or "").partition("::")
                if separator:
                    yield _Wanted(artifact, (file,), key)
