"""TEST005."""

from __future__ import annotations

import re

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.tests._tests import infrastructure_tests, is_python
from shipway.model.graph import PipelineGraph

_PYTHON = re.compile(r"^\s*@(?:pytest\.mark\.|unittest\.)?(?:skip|xfail)\b(?!if)", re.MULTILINE)
_SCRIPT = re.compile(r"^\s*(?:x(?:it|test|describe)|(?:it|test|describe)\.(?:skip|todo))\s*\(", re.MULTILINE)


@rule(
    id="TEST005",
    name="skipped-infrastructure-tests",
    family=Family.TESTS,
    title="Test of the infrastructure is skipped",
    severity=Severity.INFO,
    subject=PipelineGraph,
    since="0.1",
    rationale="What a skipped test would notice goes on unnoticed, and the run is green.",
    remediation="Mend the test or delete it; a reason that depends on the machine belongs into skipif.",
    source="https://docs.pytest.org/en/stable/how-to/skipping.html",
    bad="""
Resources:
  Artifacts:
    Type: AWS::S3::Bucket
# file: tests/test_stack.py
import pytest
from aws_cdk.assertions import Template
@pytest.mark.skip  # <-
def test_bucket(stack):
    Template.from_stack(stack).resource_count_is("AWS::S3::Bucket", 1)
""",
    good="""
Resources:
  Artifacts:
    Type: AWS::S3::Bucket
# file: tests/test_stack.py
from aws_cdk.assertions import Template
def test_bucket(stack):
    Template.from_stack(stack).resource_count_is("AWS::S3::Bucket", 1)
""",
)
def skipped_infrastructure_tests(graph: PipelineGraph, _graph: PipelineGraph) -> Findings:
    """A test that is skipped only under a condition is left alone."""
    sources = graph.sources
    for path, text in infrastructure_tests(sources).items() if sources is not None else ():
        for match in (_PYTHON if is_python(path) else _SCRIPT).finditer(text):
            line = text.count("\n", 0, match.end())
            if sources is not None:
                yield Finding(sources.location(path).inside(line), f"a test in {path} is skipped")
