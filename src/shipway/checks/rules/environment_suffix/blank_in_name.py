"""ENV010."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.resource import Resource
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_BLANK = re.compile(r"\s")
# Of the types with names, these admit blanks.
_ADMIT_BLANKS = frozenset(
    {"AWS::EC2::SecurityGroup", "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"}
)


@rule(
    id="ENV010",
    name="blank-in-name",
    family=Family.ENVIRONMENT_SUFFIX,
    title="Physical name holds a blank or a line end",
    severity=Severity.ERROR,
    subject=Resource,
    since="0.1",
    rationale="No name of the service may hold one: the resource cannot be created. A folded block scalar "
    "(`!Sub >`) ends with a line end, and turns inner line ends into blanks.",
    remediation="Write the name on one line, or use `>-` and keep it on one line.",
    source="https://yaml.org/spec/1.2.2/#813-folded-style",
    bad="""
Resources:
  Artifacts:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Sub >  # <-
        hello-${AWS::AccountId}
""",
    good="""
Resources:
  Artifacts:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Sub hello-${AWS::AccountId}
""",
)
def blank_in_name(resource: Resource, _graph: PipelineGraph) -> Findings:
    """Only what is literal in the name is looked at."""
    if resource.cfn_type in _ADMIT_BLANKS:
        return
    text = text_of(resource.name)
    if any(_BLANK.search(literal) for literal in text.literals):
        yield Finding(
            resource.at(resource.name_property),
            f"name {str(text)!r} of {resource.said} holds a blank or a line end",
        )
