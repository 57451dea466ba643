"""TEST003."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.tests._tests import infrastructure_tests, is_python
from shipway.model.graph import PipelineGraph

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCRIPT = re.compile(
    r"expect\(\s*(true|1|['\"]\w*['\"])\s*\)\.(?:toBe|toEqual|toStrictEqual)\(\s*\1\s*\)|expect\(true\)\.toBeTruthy\(\)"
)


@rule(
    id="TEST003",
    name="assertion-that-cannot-fail",
    family=Family.TESTS,
    title="Assertion in a test of the infrastructure is always true",
    severity=Severity.WARNING,
    subject=PipelineGraph,
    since="0.1",
    rationale="`assert True`, or that a template is not None, holds for any stack. The test is green "
    "when the "
    "pipeline is broken.",
    remediation="Compare with something that a fault would change: a property, a count, a reference.",
    source="https://docs.aws.amazon.com/cdk/v2/guide/testing.html",
    bad="""
Resources:
  Artifacts:
    Type: AWS::S3::Bucket
# file: tests/test_stack.py
from aws_cdk.assertions import Template
def test_bucket(stack):
    template = Template.from_stack(stack)
    assert template is not None  # <-
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
def assertion_that_cannot_fail(graph: PipelineGraph, _graph: PipelineGraph) -> Findings:
    """Only what is true by its form; beside it a test may assert more."""
    sources = graph.sources
    for path, text in infrastructure_tests(sources).items() if sources is not None else ():
        found = _in_python(text) if is_python(path) else _in_script(text)
        for shown, line in found:
            if sources is not None:
                yield Finding(sources.location(path).inside(line), f"`{shown}` is true of any stack")


def _in_python(text: str) -> Iterator[tuple[str, int]]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    templates = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _makes_template(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) and _is_always_true(node.test, templates):
            yield ast.unparse(node)[:80], node.lineno - 1


def _makes_template(node: ast.expr) -> bool:
    """Template.from_stack(...) and the like: it returns a template or raises."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"from_stack", "from_json", "from_string", "to_json"}
    )


def _is_always_true(test: ast.expr, templates: set[str]) -> bool:
    match test:
        case ast.Constant(value=value):
            return bool(value)
        case ast.Compare(left=left, ops=[ast.Eq() | ast.Is()], comparators=[right]):
            return ast.dump(left) == ast.dump(right)
        case ast.Compare(left=ast.Name(id=name), ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return name in templates
        case ast.Compare(
            left=ast.Call(func=ast.Name(id="len")), ops=[ast.GtE()], comparators=[ast.Constant(value=0)]
        ):
            return True
        case ast.Name(id=name):
            return name in templates
    return False


def _in_script(text: str) -> Iterator[tuple[str, int]]:
    for match in _SCRIPT.finditer(text):
        yield match[0], text.count("\n", 0, match.start())
