"""ENV004."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.environment_suffix._marks import fillings, named_resources
from shipway.model.declarations import Stack
from shipway.model.name_limits import LIMITS
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.text import Text

_SHORT = {"AWS::AccountId": 12, "AWS::Region": len("us-east-1"), "AWS::StackName": 1, "AWS::Partition": 3}
_LONG = {**_SHORT, "AWS::Region": len("ap-southeast-1")}


@rule(
    id="ENV004",
    name="name-too-long",
    family=Family.ENVIRONMENT_SUFFIX,
    title="Physical name is too long in an environment",
    severity=Severity.ERROR,
    subject=Stack,
    since="0.1",
    rationale="What fits with `dev` may not fit with `staging`: the environment with the longest name "
    "cannot be created. A target group or a load balancer takes 32 characters, a role 64, a bucket 63.",
    remediation="Shorten what stands before the suffix.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html",
    bad="""
Parameters:
  Environment: {Type: String, Default: dev, AllowedValues: [dev, production]}
Resources:
  Blue:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties:
      Name: !Sub "hello-service-target-blue-${Environment}"  # <-
""",
    good="""
Parameters:
  Environment: {Type: String, Default: dev, AllowedValues: [dev, production]}
Resources:
  Blue:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties:
      Name: !Sub "hello-blue-${Environment}"
""",
)
def name_too_long(stack: Stack, graph: PipelineGraph) -> Findings:
    """What only the deployment knows counts with the least that it can have."""
    for resource in named_resources(stack, graph):
        limit = LIMITS.get(resource.cfn_type)
        if limit is None:
            continue
        where = resource.at(resource.name_property)
        for words, name in fillings(text_of(resource.name), stack):
            least, most = _length(name, _SHORT), _length(name, _LONG)
            if most <= limit.longest:
                continue
            certain = least > limit.longest
            count = f"at least {least}" if any(True for _ in name.tokens) else str(least)
            yield Finding(
                where,
                f"name {name} of {resource.said} has {count if certain else most} characters{words}"
                f"{'' if certain else ' in Regions with long names'}, {limit.longest} are allowed",
                severity=None if certain else Severity.WARNING,
            )
            break


def _length(name: Text, lengths: dict[str, int]) -> int:
    return sum(len(part) if isinstance(part, str) else lengths.get(part.name, 0) for part in name.parts)
