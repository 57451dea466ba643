"""BUILD018."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.build._commands import pushed_image, pushes, static_tag
from shipway.model.project import Project
from shipway.model.storage import ImageRepository
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BUILD018",
    name="tag-pushed-twice",
    family=Family.BUILD,
    title="Same tag is pushed again to a repository with immutable tags",
    severity=Severity.ERROR,
    subject=Project,
    since="0.1",
    rationale="A repository with IMMUTABLE tags takes a tag once. The first build succeeds, and every "
    "later one "
    "ends with ImageTagAlreadyExistsException.",
    remediation="Push under a tag of the commit only, or make the tags mutable.",
    source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
    bad="""
Resources:
  Images:
    Type: AWS::ECR::Repository
    Properties: {ImageTagMutability: IMMUTABLE}
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
                - docker push $REPOSITORY:latest  # <-
""",
    good="""
Resources:
  Images:
    Type: AWS::ECR::Repository
    Properties: {ImageTagMutability: IMMUTABLE}
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
                - docker push $REPOSITORY:$CODEBUILD_RESOLVED_SOURCE_VERSION
""",
)
def tag_pushed_twice(project: Project, graph: PipelineGraph) -> Findings:
    """When all repositories are immutable, it does not matter which one is meant."""
    repositories = graph.all(ImageRepository)
    if not repositories or any(known(each.mutability) != "IMMUTABLE" for each in repositories):
        return
    for step in pushes(project.buildspec) if project.buildspec is not None else ():
        image = pushed_image(step)
        tag = static_tag(image, project) if image is not None else None
        if tag is not None:
            yield Finding(
                step.location,
                f"{project.said} pushes every build as {tag}, and {repositories[0].said} has immutable tags",
                Confidence.HIGH if len(repositories) == 1 else Confidence.MEDIUM,
            )
