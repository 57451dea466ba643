"""PIPE033."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.declarations import Stack
from shipway.model.text import TokenKind
from shipway.model.value import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shipway.model.graph import PipelineGraph
    from shipway.model.location import Location
    from shipway.model.resource import Resource

_MOST = 10  # circles that are told: each has to be broken, and then one looks again


@rule(
    id="PIPE033",
    name="circular-dependency",
    family=Family.INTEGRATION,
    title="Resources depend on each other in a circle",
    severity=Severity.ERROR,
    subject=Stack,
    since="0.1",
    rationale="CloudFormation refuses a template in which no resource of a circle can be created "
    "first. Often "
    "two security groups name each other in their inline rules, or a key's policy and a role.",
    remediation="Move one reference out: for security groups, into an AWS::EC2::SecurityGroupIngress; for a "
    "key's policy, name the account instead of the role.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html",
    bad="""
Resources:
  Balancer:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: balancer
      SecurityGroupEgress:
        - {IpProtocol: tcp, FromPort: 80, ToPort: 80, DestinationSecurityGroupId: !Ref Task}  # <-
  Task:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: task
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 80, ToPort: 80, SourceSecurityGroupId: !Ref Balancer}
""",
    good="""
Resources:
  Balancer:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: balancer
  Task:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: task
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 80, ToPort: 80, SourceSecurityGroupId: !Ref Balancer}
""",
)
def circular_dependency(stack: Stack, graph: PipelineGraph) -> Findings:
    """One finding per circle, at the first resource of it in the template."""
    own = {each.logical_id: each for each in graph.resources if each.stack == stack.name}
    near = {
        name: own.keys() & {*each.depends_on, *each.properties.references()} for name, each in own.items()
    }
    if _circle(near) is None:
        return  # who has no circle with both branches of each condition has none with one of them
    needs = {name: _needs_of(resource, own) for name, resource in own.items()}
    for _ in range(_MOST):
        circle = _circle(needs)
        if circle is None:
            return
        first = circle.index(min(circle, key=list(own).index))
        path = [*circle[first:], *circle[: first + 1]]
        yield Finding(
            needs[path[0]].pop(path[1]), f"{' needs '.join(path)}: none of them can be created first"
        )


def _needs_of(resource: Resource, own: Mapping[str, Resource]) -> dict[str, Location]:
    """What must be there before a resource, and the property that says so."""
    found = {name: resource.attribute("DependsOn") for name in resource.depends_on if name in own}
    for location, value in resource.properties.walk():
        for token in text_of(value).tokens:
            if token.kind is TokenKind.RESOURCE and token.name in own and token.stack == resource.stack:
                found.setdefault(token.name, location)
    return found


def _circle(needs: Mapping[str, Iterable[str]]) -> list[str] | None:
    """A circle in the order of needing, its last member needing the first; None without any."""
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]  # each is needed by the next, and the first stands last again
        return found[:0:-1]
    return None
