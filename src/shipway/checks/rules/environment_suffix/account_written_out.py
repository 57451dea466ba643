"""ENV003."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.project import Project
from shipway.model.resource import Resource
from shipway.model.value import Known, known, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_ARN = re.compile(r"arn:aws[\w-]*:([\w-]*):([a-z]{2}(?:-[a-z]+)+-\d)?:(\d{12})?:([\w-]*)")
_REGISTRY = re.compile(r"(\d{12})\.dkr\.ecr\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com")
_ZONE = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d[a-z]")
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")
_REGION_KEYS = frozenset({"awslogs-region", "AWS_REGION", "AWS_DEFAULT_REGION"})
"""Options of a container's log driver, and variables of functions and builds."""
_ZONE_KEYS = frozenset({"AvailabilityZone", "AvailabilityZones"})
_KEYS = _REGION_KEYS | _ZONE_KEYS
# CloudFront takes its certificates and firewalls from one Region only; layers are published by others.
_ELSEWHERE = frozenset({"acm", "wafv2"})
# AWS's own: deep learning, EKS, App Mesh and Fluent Bit images, the Marketplace.
_OF_AWS = frozenset({"763104351884", "602401143452", "840364872350", "906394416424", "709825985650"})


@rule(
    id="ENV003",
    name="account-written-out",
    family=Family.ENVIRONMENT_SUFFIX,
    title="Account or Region is written out",
    severity=Severity.WARNING,
    subject=Resource,
    since="0.1",
    rationale="The template works in that account and that Region only. An environment in another one names "
    "resources that are not there, or that belong to somebody else.",
    remediation="Use ${AWS::AccountId}, ${AWS::Region} and ${AWS::Partition}, !GetAtt, or a parameter.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html",
    bad="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      ServiceRole: arn:aws:iam::111122223333:role/build  # <-
""",
    good="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      ServiceRole: !Sub arn:aws:iam::${AWS::AccountId}:role/build
""",
)
def account_written_out(resource: Resource, _graph: PipelineGraph) -> Findings:
    """Not in what the CDK wrote: there the program decides, and an account that it names is meant."""
    if resource.location.construct_path:
        return
    if isinstance(resource, Project):
        for variable in resource.variables:
            region = text_of(variable.value).literal or ""
            if known(variable.name) in _REGION_KEYS and _REGION.fullmatch(region):
                yield Finding(variable.at("Value"), f"{resource.said} names Region {region}")
    for location, value in resource.properties.walk():
        key = location.path[-1]
        said = value.value if isinstance(value, Known) else str(value.text)
        if key not in _KEYS and "arn:aws" not in said and ".dkr.ecr." not in said:
            continue
        text = text_of(value)
        if "Principal" in location.path or "Condition" in location.path:
            continue  # who is trusted has to be named
        for literal in text.literals:
            found = _written(literal, key, whole=literal == text.literal)
            if found is not None:
                yield Finding(location, f"{resource.said} names {found}")
                break


def _written(literal: str, key: object, *, whole: bool) -> str | None:
    for match in _ARN.finditer(literal):
        service, region, account, kind = match.groups()
        if (account or region) and not (service in _ELSEWHERE or (service, kind) == ("lambda", "layer")):
            if account is None:
                return f"Region {region}"
            return f"account {account}" + (f" and Region {region}" if region else "")
    for match in _REGISTRY.finditer(literal):
        if match[1] not in _OF_AWS:
            return f"account {match[1]} and Region {match[2]}"
    if not whole:
        return None
    if key in _ZONE_KEYS and _ZONE.fullmatch(literal):
        return f"zone {literal}"
    return f"Region {literal}" if key in _REGION_KEYS and _REGION.fullmatch(literal) else None
