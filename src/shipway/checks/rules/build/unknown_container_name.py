"""BUILD027."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.build._commands import writes, written_text
from shipway.checks.rules.build._handover import filled, spelt
from shipway.model.pipeline import Action
from shipway.model.service import Service, TaskDefinition
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_NAME = re.compile(r"""\\?["']name\\?["']\s*:\s*\\?["']([^"'\\$%{}]+)\\?["']""")


@rule(
    id="BUILD027",
    name="unknown-container-name",
    family=Family.BUILD,
    title="Image definitions name a container that the task does not have",
    severity=Severity.ERROR,
    subject=Action,
    since="0.1",
    rationale="The ECS action puts the image into the container of that name. When the task "
    "definition has none, "
    "the action fails at each execution.",
    remediation="Write the name of the container as it stands in the task definition.",
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
              commands:
                - printf '[{"name":"app","imageUri":"%s"}]' $IMAGE > imagedefinitions.json  # <-
          artifacts: {files: [imagedefinitions.json]}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties: {ContainerDefinitions: [{Name: web}]}
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
              OutputArtifacts: [{Name: Built}]
        - Name: Deploy
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
              InputArtifacts: [{Name: Built}]
              Configuration: {ClusterName: hello, ServiceName: !GetAtt Web.Name}
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
              commands:
                - printf '[{"name":"web","imageUri":"%s"}]' $IMAGE > imagedefinitions.json
          artifacts: {files: [imagedefinitions.json]}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties: {ContainerDefinitions: [{Name: web}]}
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
              OutputArtifacts: [{Name: Built}]
        - Name: Deploy
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
              InputArtifacts: [{Name: Built}]
              Configuration: {ClusterName: hello, ServiceName: !GetAtt Web.Name}
""",
)
def unknown_container_name(action: Action, graph: PipelineGraph) -> Findings:
    """Compares names that are written out; a variable of the shell may hold anything."""
    pipeline = graph.pipeline_of(action)
    service = graph.service_deployed_by(action) if action.is_a("ECS") else None
    task = graph.find(service.task_definition, TaskDefinition) if isinstance(service, Service) else None
    if pipeline is None or not isinstance(task, TaskDefinition) or not task.containers.complete:
        return
    names = [known(container.name) for container in task.containers]
    if not names or None in names:
        return
    file = spelt(action.configuration.get("FileName")) or "imagedefinitions.json"
    for value in action.inputs:
        build = filled(pipeline, spelt(value), graph)
        for step in writes(build.buildspec, file) if build is not None else ():
            for name in _NAME.findall(written_text(step)):
                if name not in names:
                    yield Finding(
                        step.location,
                        f"{file} names container {name}, and {task.said} has {', '.join(map(str, names))}",
                    )
