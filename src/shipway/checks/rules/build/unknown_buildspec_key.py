"""BUILD004."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.project import Buildspec

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_KEYS = (
    *("version", "run-as", "env", "proxy", "batch", "phases", "reports", "artifacts", "cache"),
    *("install", "pre_build", "build", "post_build", "commands", "finally", "on-failure", "runtime-versions"),
    *(
        "files",
        "name",
        "discard-paths",
        "base-directory",
        "exclude-paths",
        "secondary-artifacts",
        "file-format",
    ),
    *("shell", "variables", "parameter-store", "secrets-manager", "exported-variables", "paths"),
)


@rule(
    id="BUILD004",
    name="unknown-buildspec-key",
    family=Family.BUILD,
    title="Buildspec has a phase or a key that CodeBuild does not know",
    severity=Severity.WARNING,
    subject=Buildspec,
    since="0.1",
    rationale="What stands below a key that CodeBuild does not know is not run: a phase `prebuild` or a list "
    "`command` is passed over, or the build is refused because of it.",
    remediation="Use the phases install, pre_build, build and post_build, and the keys of the reference.",
    source="https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html",
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
            prebuild:  # <-
              commands: [pytest]
            build:
              commands: [docker build .]
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
            pre_build:
              commands: [pytest]
            build:
              commands: [docker build .]
""",
)
def unknown_buildspec_key(buildspec: Buildspec, _graph: PipelineGraph) -> Findings:
    """A phase that is not run is worse than a key that is not looked at."""
    for kept in buildspec.spec.unknown:
        section, _, key = kept.path.rpartition(".")
        near = get_close_matches(key, _KEYS, 1, 0.75)
        hint = f"; did you mean {near[0]}?" if near else ""
        is_phase = section == "phases"
        yield Finding(
            buildspec.at_line(kept.line),
            f"buildspec of {buildspec.project} has {kept.path}, which CodeBuild does not know{hint}",
            severity=Severity.ERROR if is_phase else None,
        )
