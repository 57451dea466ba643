"""BUILD026."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.build._commands import program, writes, written_text
from shipway.model.pipeline import Action
from shipway.model.project import Project
from shipway.model.value import Known, known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.graph import PipelineGraph
    from shipway.model.location import Location

_TASK_DEFINITION = "<TASK_DEFINITION>"


@rule(
    id="BUILD026",
    name="missing-placeholder",
    family=Family.BUILD,
    title="Template for the deployment lacks the placeholder that CodePipeline fills in",
    severity=Severity.WARNING,
    subject=Action,
    since="0.1",
    rationale="CodePipeline puts the new image where taskdef.json has <IMAGE1_NAME>, and the new task "
    "definition "
    "where appspec.yaml has <TASK_DEFINITION>. Without these each deployment brings out the same "
    "version again.",
    remediation="Write the placeholder in angle brackets, with the name that Image1ContainerName says.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/tutorials-ecs-ecr-codedeploy.html",
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
              Configuration: {Image1ContainerName: IMAGE1_NAME}
# file: taskdef.json
{"containerDefinitions": [{"name": "web", "image": "<IMAGE>"}]}  # <-
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
              Configuration: {Image1ContainerName: IMAGE1_NAME}
# file: taskdef.json
{"containerDefinitions": [{"name": "web", "image": "<IMAGE1_NAME>"}]}
""",
)
def missing_placeholder(action: Action, graph: PipelineGraph) -> Findings:
    """What a build writes, and what the source directory holds when no build writes it."""
    if not action.is_a("CodeDeployToECS"):
        return
    for number in range(1, 5):
        name = known(action.configuration.get(f"Image{number}ContainerName"))
        if name:
            yield from _absent(action, "TaskDefinition", "taskdef.json", f"<{name}>", graph)
    yield from _absent(action, "AppSpec", "appspec.yaml", _TASK_DEFINITION, graph)


def _absent(
    action: Action, part: str, default: str, placeholder: str, graph: PipelineGraph
) -> Iterator[Finding]:
    given = action.configuration.get(f"{part}TemplatePath")
    file = default if given is None else given.value if isinstance(given, Known) else ""
    if not file:
        return
    for location, text in _texts(action, file, graph):
        if placeholder not in text:
            yield Finding(
                location,
                f"{file} holds no {placeholder}, which {action.said} would fill in",
                Confidence.MEDIUM,
            )


def _texts(action: Action, file: str, graph: PipelineGraph) -> Iterator[tuple[Location, str]]:
    pipeline = graph.pipeline_of(action)
    changed = False
    for each in pipeline.actions if pipeline is not None else ():
        project = graph.project_of(each) if each.is_a("CodeBuild") else None
        if not isinstance(project, Project):
            continue
        if project.buildspec is None:
            return  # it may write the file
        steps = writes(project.buildspec, file)
        changed = changed or bool(steps)
        readable = [
            step for step in steps if program(step) in {"echo", "printf"} or step.invocation.stdin is not None
        ]
        # Several commands write several parts of it.
        if len(steps) == len(readable) == 1 and ":" in written_text(steps[0]):
            yield steps[0].location, written_text(steps[0])
    text = graph.sources.read(file) if graph.sources is not None and not changed else None
    if graph.sources is not None and text is not None:
        yield graph.sources.location(file), text
