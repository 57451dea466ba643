"""BUILD002."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.model.project import Project
from shipway.model.value import Known, known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BUILD002",
    name="missing-buildspec",
    family=Family.BUILD,
    title="Buildspec is not there",
    severity=Severity.ERROR,
    subject=Project,
    since="0.1",
    rationale="A project without a buildspec in the template reads one from its source. When the file is not "
    "there, or there is no source at all, every build fails before its first command.",
    remediation="Commit the file under the name that the project gives, or write the buildspec into "
    "the template.",
    source="https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html",
    bad="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        Type: CODEPIPELINE
        BuildSpec: ci/buildspec.yml  # <-
# file: buildspec.yml
version: 0.2
phases: {build: {commands: [pytest]}}
""",
    good="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        Type: CODEPIPELINE
        BuildSpec: buildspec.yml
# file: buildspec.yml
version: 0.2
phases: {build: {commands: [pytest]}}
""",
)
def missing_buildspec(project: Project, graph: PipelineGraph) -> Findings:
    """The source directory may be another repository than the project's."""
    where = project.at("Source", "BuildSpec")
    if project.buildspec is not None:
        return
    if not project.specification_file:
        if project.specification is not None and not isinstance(project.specification, Known):
            yield Undetermined(where, project.specification.reason)
    elif known(project.source_type) == "NO_SOURCE":
        yield Finding(where, f"{project.said} has neither a source nor a buildspec")
    elif graph.sources is None:
        yield Undetermined(
            where, f"{project.specification_file} stands in the source, which --source would give"
        )
    else:
        yield Finding(
            where,
            f"{project.said} reads {project.specification_file}, which the source directory does not hold",
            Confidence.MEDIUM,
        )
