"""PIPE038."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.model.graph import PipelineGraph
from shipway.model.service import Service, TaskDefinition
from shipway.model.storage import ImageRepository
from shipway.model.text import TokenKind
from shipway.model.value import Unresolved, known, text_of

if TYPE_CHECKING:
    from shipway.model.value import Value

_FILLERS = ("Custom::", "AWS::CloudFormation::CustomResource", "AWS::CloudFormation::WaitCondition")


@rule(
    id="PIPE038",
    name="image-of-empty-repository",
    family=Family.INTEGRATION,
    title="Service starts with an image of a repository that the same stack creates empty",
    severity=Severity.ERROR,
    subject=PipelineGraph,
    since="0.1",
    rationale="While the stack is created the repository holds no image, and the pipeline that would "
    "push one "
    "does not exist yet. The tasks cannot pull, the service never gets steady, and the stack is rolled back.",
    remediation="Start with DesiredCount 0, with a public placeholder image, or with the repository "
    "in a stack "
    "of its own that the first build fills.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html",
    bad="""
Resources:
  Images:
    Type: AWS::ECR::Repository
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Name: web
          Image: !Sub "${Images.RepositoryUri}:latest"
  Web:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !Ref Task
      DesiredCount: 2  # <-
""",
    good="""
Resources:
  Images:
    Type: AWS::ECR::Repository
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Name: web
          Image: !Sub "${Images.RepositoryUri}:latest"
  Web:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !Ref Task
      DesiredCount: 0
""",
)
def image_of_empty_repository(graph: PipelineGraph, _graph: PipelineGraph) -> Findings:
    """A custom resource in the stack may build the first image: then it is only a warning."""
    filled = any(each.cfn_type.startswith(_FILLERS) for each in graph.resources)
    for service in graph.all(Service):
        task = graph.find(service.task_definition, TaskDefinition)
        if not isinstance(task, TaskDefinition) or known(service.desired_count) == 0:
            continue
        found = [(each.image, _repository(each.image, graph)) for each in task.containers]
        for image, repository in found:
            if repository is None or repository.stack != service.stack:
                continue
            where = service.at("DesiredCount")
            if isinstance(service.desired_count, Unresolved):
                yield Undetermined(where, service.desired_count.reason)
            else:
                yield Finding(
                    where,
                    f"{service.said} starts with {text_of(image)}, and {repository.said} of the same "
                    "stack is "
                    "empty by then",
                    Confidence.LOW if filled else Confidence.HIGH,
                    severity=Severity.WARNING if filled else None,
                )
            break


def _repository(image: Value[str] | None, graph: PipelineGraph) -> ImageRepository | None:
    text = text_of(image)
    for token in text.tokens:
        if token.kind is TokenKind.RESOURCE:
            found = graph.one(token.name, ImageRepository)
            if found is not None and found.stack == token.stack:
                return found
    if ".dkr.ecr." not in text.filled():
        return None
    name = text.filled().after(".amazonaws.com/").before("@").before(":")
    found_by_name = graph.directory.named(name, ImageRepository.__name__)
    return found_by_name if isinstance(found_by_name, ImageRepository) else None
