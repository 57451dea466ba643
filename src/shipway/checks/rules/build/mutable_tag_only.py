"""BUILD017."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.build._commands import pushed_image, pushes, static_tag
from shipway.model.project import Project

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BUILD017",
    name="mutable-tag-only",
    family=Family.BUILD,
    title="Every build pushes its image under the same tag",
    severity=Severity.WARNING,
    subject=Project,
    since="0.1",
    rationale="The tag means another image after each build. A task that restarts runs a version that nobody "
    "deployed, and a rollback to the old task definition starts the new image.",
    remediation="Tag with the commit, $CODEBUILD_RESOLVED_SOURCE_VERSION, and deploy by tag or digest.",
    source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
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
                - docker push $REPOSITORY:latest  # <-
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
                - docker push $REPOSITORY:latest
                - docker push $REPOSITORY:$CODEBUILD_RESOLVED_SOURCE_VERSION
""",
)
def mutable_tag_only(project: Project, _graph: PipelineGraph) -> Findings:
    """One tag that changes is enough; an image that cannot be read counts as one."""
    sent = pushes(project.buildspec) if project.buildspec is not None else ()
    tags = []
    for step in sent:
        image = pushed_image(step)
        tag = (
            static_tag(image, project)
            if image is not None and "--all-tags" not in step.invocation.words
            else None
        )
        if tag is None:
            return
        tags.append(tag)
    if sent:
        yield Finding(
            sent[0].location, f"{project.said} pushes every build as {', '.join(dict.fromkeys(tags))}"
        )
