"""ENV005."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.environment_suffix._marks import fillings, named_resources
from shipway.model.declarations import Stack
from shipway.model.name_limits import LIMITS
from shipway.model.text import Token
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.text import Text

_BLANK = re.compile(r"\s")
# What stands for a placeholder in a name: every service takes it.
_STAND_INS = {"AWS::AccountId": "111122223333", "AWS::Region": "us-east-1", "AWS::Partition": "aws"}


@rule(
    id="ENV005",
    name="refused-name",
    family=Family.ENVIRONMENT_SUFFIX,
    title="Physical name holds what the service refuses",
    severity=Severity.ERROR,
    subject=Stack,
    since="0.1",
    rationale="The resource cannot be created: a bucket and an image repository take no capitals, a target "
    "group no underscore, a load balancer no name that begins with `internal-`.",
    remediation="Use lower-case letters, digits and single hyphens, which every service takes.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
    bad="""
Parameters:
  Environment: {Type: String, Default: Dev}
Resources:
  Images:
    Type: AWS::ECR::Repository
    Properties:
      RepositoryName: !Sub "hello-${Environment}"  # <-
""",
    good="""
Parameters:
  Environment: {Type: String, Default: dev}
Resources:
  Images:
    Type: AWS::ECR::Repository
    Properties:
      RepositoryName: !Sub "hello-${Environment}"
""",
)
def refused_name(stack: Stack, graph: PipelineGraph) -> Findings:
    """Where something unseen stands, a letter takes its place. Blanks are ENV010's."""
    for resource in named_resources(stack, graph):
        limit = LIMITS.get(resource.cfn_type)
        if limit is None:
            continue
        for words, name in fillings(text_of(resource.name), stack):
            written = _written(name)
            if not written or _BLANK.search(written) or limit.alphabet.fullmatch(written):
                continue
            yield Finding(
                resource.at(resource.name_property),
                f"name {name} of {resource.said} is refused{words}: it must match {limit.alphabet.pattern}",
            )
            break


def _written(name: Text) -> str:
    """The name; empty where an expression stands in it that may be anything."""
    parts = []
    for index, part in enumerate(name.parts):
        if isinstance(part, Token):
            if index == 0 and part.name not in _STAND_INS and part.name != "AWS::StackName":
                return ""
            parts.append(_STAND_INS.get(part.name, "a"))
        else:
            parts.append(part)
    return "".join(parts)
