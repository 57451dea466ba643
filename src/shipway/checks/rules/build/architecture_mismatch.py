"""BUILD020."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.build._commands import architecture_of, builds, is_opaque, pushes
from shipway.model.pipeline import Pipeline
from shipway.model.project import Project
from shipway.model.service import Service, TaskDefinition
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.project import Step

_PLATFORMS = {
    "linux/amd64": "X86_64",
    "linux/x86_64": "X86_64",
    "linux/arm64": "ARM64",
    "linux/arm64/v8": "ARM64",
}


@rule(
    id="BUILD020",
    name="architecture-mismatch",
    family=Family.BUILD,
    title="Image is built for another processor than the task's",
    severity=Severity.ERROR,
    subject=Pipeline,
    since="0.1",
    rationale="An image that is built on x86 does not start on Graviton, nor the other way round: every task "
    'ends with "exec format error", and the deployment is rolled back.',
    remediation="Let the project's environment and the task's RuntimePlatform agree, or build with "
    "--platform.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-arm64.html",
    bad="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Environment: {Type: LINUX_CONTAINER}
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases: {build: {commands: [docker build -t $IMAGE .]}}  # <-
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      RequiresCompatibilities: [FARGATE]
      RuntimePlatform: {CpuArchitecture: ARM64}
  Web: {Type: AWS::ECS::Service, Properties: {TaskDefinition: !Ref Task}}
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: !Ref Build}
        - Name: Deploy
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
              Configuration: {ClusterName: hello, ServiceName: !GetAtt Web.Name}
""",
    good="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Environment: {Type: ARM_CONTAINER}
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases: {build: {commands: [docker build -t $IMAGE .]}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      RequiresCompatibilities: [FARGATE]
      RuntimePlatform: {CpuArchitecture: ARM64}
  Web: {Type: AWS::ECS::Service, Properties: {TaskDefinition: !Ref Task}}
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: !Ref Build}
        - Name: Deploy
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
              Configuration: {ClusterName: hello, ServiceName: !GetAtt Web.Name}
""",
)
def architecture_mismatch(pipeline: Pipeline, graph: PipelineGraph) -> Findings:
    """Only Fargate takes the architecture from the task; instances are what they are."""
    wanted = {_architecture(task) for task in _tasks(pipeline, graph)}
    if len(wanted) != 1 or None in wanted:
        return
    (task,) = wanted
    for action in pipeline.actions:
        project = graph.project_of(action) if action.is_a("CodeBuild") else None
        spec = project.buildspec if isinstance(project, Project) else None
        if not isinstance(project, Project) or spec is None or any(is_opaque(step) for step in spec.steps):
            continue
        makes = {_platform(step) or architecture_of(project) for step in builds(spec)}
        if pushes(spec) or len(makes) == 1:
            for step in builds(spec)[:1]:
                if None not in makes and task not in makes and "several" not in makes:
                    yield Finding(
                        step.location,
                        f"{project.said} builds for {', '.join(sorted(map(str, makes)))}, and the "
                        f"task runs on {task}",
                    )


def _tasks(pipeline: Pipeline, graph: PipelineGraph) -> list[TaskDefinition]:
    found = []
    for action in pipeline.actions:
        if not action.is_a("ECS", "CodeDeployToECS"):
            continue
        service = graph.service_deployed_by(action)
        task = graph.find(service.task_definition, TaskDefinition) if isinstance(service, Service) else None
        if isinstance(task, TaskDefinition) and "FARGATE" in map(known, task.compatibilities):
            found.append(task)
    return found


def _architecture(task: TaskDefinition) -> str | None:
    return "X86_64" if task.architecture is None else known(task.architecture)


def _platform(step: Step) -> str | None:
    given = step.invocation.option("--platform")
    if given is None:
        return None
    return "several" if "," in given or "$" in given else _PLATFORMS.get(given, "several")
