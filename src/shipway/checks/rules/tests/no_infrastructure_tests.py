"""TEST001."""

from __future__ import annotations

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.tests._tests import infrastructure_tests, test_files
from shipway.model.graph import PipelineGraph


@rule(
    id="TEST001",
    name="no-infrastructure-tests",
    family=Family.TESTS,
    title="No test looks at the infrastructure",
    severity=Severity.WARNING,
    subject=PipelineGraph,
    since="0.1",
    rationale="A change that breaks the pipeline is noticed when the pipeline breaks.",
    remediation="Test the synthesized template with aws_cdk.assertions; `shipway init` writes a first one.",
    source="https://docs.aws.amazon.com/cdk/v2/guide/testing.html",
    bad="""
Resources:
  Artifacts:
    Type: AWS::S3::Bucket
# file: cdk.json
{"app": "python app.py"}  # <-
# file: tests/test_web.py
def test_answers():
    assert True
""",
    good="""
Resources:
  Artifacts:
    Type: AWS::S3::Bucket
# file: cdk.json
{"app": "python app.py"}
# file: tests/test_stack.py
from aws_cdk.assertions import Template
def test_bucket(stack):
    Template.from_stack(stack).resource_count_is("AWS::S3::Bucket", 1)
""",
)
def no_infrastructure_tests(graph: PipelineGraph, _graph: PipelineGraph) -> Findings:
    """Only a CDK project is expected to have them; its tests may stand anywhere."""
    sources = graph.sources
    if sources is None or sources.read("cdk.json") is None:
        return
    if not infrastructure_tests(sources):
        yield Finding(
            sources.location("cdk.json"),
            f"none of {len(list(test_files(sources)))} test files looks at a synthesized template",
            Confidence.MEDIUM,
        )
