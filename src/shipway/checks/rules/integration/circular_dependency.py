"""PIPE033."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.declarations import Stack
from shipway.model.text import TokenKind
from shipway.model.value import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.model.graph import PipelineGraph
    from shipway.model.location import Location
    from shipway.model.resource import Resource

_Needs = dict[str, "Location"]


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
    needs = {name: _needs_of(resource, own) for name, resource in own.items()}
    for circle in _circles(needs):
        first = min(circle, key=list(own).index)
        path = _way_back(first, circle, needs)
        yield Finding(needs[first][path[1]], f"{' needs '.join(path)}: none of them can be created first")


def _needs_of(resource: Resource, own: Mapping[str, Resource]) -> _Needs:
    found: _Needs = {name: resource.attribute("DependsOn") for name in resource.depends_on if name in own}
    for location, value in resource.properties.walk():
        for token in text_of(value).tokens:
            if token.kind is TokenKind.RESOURCE and token.name in own and token.stack == resource.stack:
                found.setdefault(token.name, location)
    return found


def _circles(needs: Mapping[str, _Needs]) -> list[frozenset[str]]:
    """The strongly connected parts of more than one resource, or of one that needs itself.

    Tarjan's algorithm, with a stack of its own: a chain of a thousand resources is no recursion.
    """
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    waiting: list[str] = []
    found: list[frozenset[str]] = []
    for root in needs:
        work = [] if root in index else [(root, iter(needs[root]))]
        if work:
            index[root] = low[root] = len(index)
            waiting.append(root)
        while work:
            name, following = work[-1]
            step = next(following, None)
            if step is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == index[name]:
                    at = waiting.index(name)
                    part = frozenset(waiting[at:])
                    del waiting[at:]
                    if len(part) > 1 or name in needs[name]:
                        found.append(part)
            elif step not in index:
                index[step] = low[step] = len(index)
                waiting.append(step)
                work.append((step, iter(needs[step])))
            elif step in waiting:
                low[name] = min(low[name], index[step])
    return found


def _way_back(first: str, circle: frozenset[str], needs: Mapping[str, _Needs]) -> list[str]:
    """The shortest way from a resource back to itself."""
    paths = [[first]]
    seen: set[str] = set()
    while True:
        longer: list[list[str]] = []
        for path in paths:
            for step in needs[path[-1]]:
                if step == first:
                    return [*path, first]
                if step in circle and step not in seen:
                    seen.add(step)
                    longer.append([*path, step])
        paths = longer
