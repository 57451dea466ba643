"""BUILD003."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.project import Buildspec

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BUILD003",
    name="unreadable-buildspec",
    family=Family.BUILD,
    title="Buildspec that CodeBuild cannot read",
    severity=Severity.ERROR,
    subject=Buildspec,
    since="0.1",
    rationale="CodeBuild reads the whole buildspec before it runs a command. YAML that is broken, or "
    "a command "
    "with a colon and a blank that YAML takes for a mapping, fails every build with YAML_FILE_ERROR.",
    remediation="Put a command with `: ` into quotes or into a block after `|`, and mend the YAML.",
    source="https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec-ref-syntax",
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
                - echo Result: built  # <-
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
                - "echo Result: built"
""",
)
def unreadable_buildspec(buildspec: Buildspec, _graph: PipelineGraph) -> Findings:
    """What CodeBuild takes all the same is only worth knowing, and only when nothing worse is there."""
    text = buildspec.text.strip()
    if "\n" not in text and (text.startswith("arn:") or ":" not in text):
        return  # an object in S3, or a file without an extension
    fatal = [problem for problem in buildspec.spec.problems if problem.fatal]
    for problem in fatal or buildspec.spec.problems:
        place = f" ({problem.path})" if problem.path else ""
        yield Finding(
            buildspec.at_line(problem.line),
            f"buildspec of {buildspec.project}: {problem.message}{place}",
            severity=None if problem.fatal else Severity.INFO,
        )
