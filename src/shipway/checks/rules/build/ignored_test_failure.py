"""BUILD006."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.build._commands import is_test, program
from shipway.model.project import Buildspec

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.project import Step

_FORGIVING = frozenset({"echo", "true", ":", "printf"})


@rule(
    id="BUILD006",
    name="ignored-test-failure",
    family=Family.BUILD,
    title="Failing tests do not fail the build",
    severity=Severity.WARNING,
    subject=Buildspec,
    since="0.1",
    rationale="`npm test || echo ...` succeeds whatever the tests say, so a broken version goes on to "
    "production.",
    remediation="Let the command fail; run what may fail in an action of its own.",
    source="https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html",
    bad="""
Resources:
  Test:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases:
            build:
              commands:
                - npm test || echo "no tests yet"  # <-
""",
    good="""
Resources:
  Test:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases:
            build:
              commands:
                - npm test
""",
)
def ignored_test_failure(buildspec: Buildspec, _graph: PipelineGraph) -> Findings:
    """`||` with something that always succeeds, or `set +e` before the test in the same command."""
    for index, step in enumerate(buildspec.steps):
        if not is_test(step):
            continue
        after = [each for each in buildspec.steps[index + 1 :] if each.command is step.command]
        before = [each for each in buildspec.steps[:index] if each.command is step.command]
        if _is_forgiven(step, after) or _is_deaf(before, after):
            shown = " ".join(step.invocation.words[:4])
            yield Finding(step.location, f"{buildspec.project} goes on when `{shown}` fails")


def _is_forgiven(step: Step, after: list[Step]) -> bool:
    words = step.invocation.words[0]
    return any(
        (program(each) in _FORGIVING or each.invocation.words[:2] == ("exit", "0"))
        and any(guard.startswith("! ") and words in guard for guard in each.invocation.guards)
        for each in after[:2]
    )


def _is_deaf(before: list[Step], after: list[Step]) -> bool:
    """Whether the shell is told not to mind, and the command ends with something that succeeds."""
    told = any(each.invocation.words == ("set", "+e") for each in before)
    return told and bool(after) and program(after[-1]) in _FORGIVING
