"""TEST002."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.tests._tests import cases_of_script, infrastructure_tests, is_python
from shipway.model.graph import PipelineGraph

if TYPE_CHECKING:
    from collections.abc import Iterator

# Names of calls that compare: those of aws_cdk.assertions, unittest, pytest, and helpers named after them.
_COMPARES = ("has_resource", "resource_count_is", "resource_properties_count", "has_output", "has_condition")
_MORE = ("has_mapping", "has_parameter", "has_no_", "template_matches", "all_resources", "assert", "raises")
_VERBS = (
    *_COMPARES,
    *_MORE,
    "warns",
    "expect",
    "check",
    "verify",
    "match",
    "snapshot",
    "fail",
    "find_",
    "has_",
)
_IN_SCRIPTS = (
    "expect(",
    "assert",
    "hasResource",
    "resourceCountIs",
    "resourcePropertiesCountIs",
    "templateMatches",
)
_MORE_SCRIPTS = (
    "hasOutput",
    "hasCondition",
    "hasMapping",
    "hasParameter",
    "allResources",
    "should",
    "toThrow",
)


@rule(
    id="TEST002",
    name="assertionless-tests",
    family=Family.TESTS,
    title="Test of the infrastructure asserts nothing",
    severity=Severity.WARNING,
    subject=PipelineGraph,
    since="0.1",
    rationale="A test that only synthesizes passes whatever the template holds. It is counted as a test, and "
    "notices nothing.",
    remediation="Assert what matters: template.has_resource_properties(...), resource_count_is(...).",
    source="https://docs.aws.amazon.com/cdk/v2/guide/testing.html",
    bad="""
Resources:
  Artifacts:
    Type: AWS::S3::Bucket
# file: tests/test_stack.py
from aws_cdk.assertions import Template
def test_bucket(stack):  # <-
    template = Template.from_stack(stack)
""",
    good="""
Resources:
  Artifacts:
    Type: AWS::S3::Bucket
# file: tests/test_stack.py
from aws_cdk.assertions import Template
def test_bucket(stack):
    template = Template.from_stack(stack)
    template.resource_count_is("AWS::S3::Bucket", 1)
""",
)
def assertionless_tests(graph: PipelineGraph, _graph: PipelineGraph) -> Findings:
    """A helper that is named after what it does counts as an assertion."""
    sources = graph.sources
    for path, text in infrastructure_tests(sources).items() if sources is not None else ():
        empty = _in_python(text) if is_python(path) else _in_script(text)
        for name, line in empty:
            if sources is not None:
                yield Finding(
                    sources.location(path).inside(line), f"{name} asserts nothing", Confidence.MEDIUM
                )


def _in_python(text: str) -> Iterator[tuple[str, int]]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return  # whoever runs the tests will say so
    for node in ast.walk(tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or not node.name.startswith("test"):
            continue
        if not any(map(_asserts, ast.walk(node))):
            yield node.name, node.lineno - 1


def _asserts(node: ast.AST) -> bool:
    if isinstance(node, (ast.Assert, ast.Raise)):
        return True
    if not isinstance(node, ast.Call):
        return False
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return called.lower().lstrip("_").startswith(_VERBS) or "assert" in called.lower()


def _in_script(text: str) -> Iterator[tuple[str, int]]:
    for name, line, body, skipped in cases_of_script(text):
        if not skipped and not any(word in body for word in (*_IN_SCRIPTS, *_MORE_SCRIPTS)):
            yield name, line
