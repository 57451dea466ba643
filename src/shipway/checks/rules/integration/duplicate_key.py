"""PIPE030."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.declarations import Stack

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PIPE030",
    name="duplicate-key",
    family=Family.INTEGRATION,
    title="Key stands twice in one mapping",
    severity=Severity.ERROR,
    subject=Stack,
    since="0.1",
    rationale="CloudFormation keeps the last of two equal keys and says nothing: the first is lost.",
    remediation="Keep one of the two; a second RoleArn usually belongs one level higher or lower.",
    source="https://yaml.org/spec/1.1/#id932806",
    bad="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: hello
      Name: goodbye  # <-
""",
    good="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: hello
""",
)
def duplicate_key(stack: Stack, _graph: PipelineGraph) -> Findings:
    """Every second occurrence."""
    for each in stack.duplicate_keys:
        yield Finding(each.location, f"{each.key} stands twice in the same mapping; only the last one counts")
