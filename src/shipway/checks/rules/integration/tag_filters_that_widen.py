"""PIPE034."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.release import DeploymentGroup
from shipway.model.value import Known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_KINDS = ("Ec2TagFilters", "OnPremisesInstanceTagFilters")
_MOST = 10


@rule(
    id="PIPE034",
    name="tag-filters-that-widen",
    family=Family.INTEGRATION,
    title="Tag filters of a deployment group are ORed",
    severity=Severity.WARNING,
    subject=DeploymentGroup,
    since="0.1",
    rationale="An instance belongs to the group when any one of the filters matches. A filter on the "
    "application beside one on the environment takes in the instances of all environments.",
    remediation="Use Ec2TagSet with one group of filters per tag: these are ANDed.",
    source="https://docs.aws.amazon.com/codedeploy/latest/userguide/instances-tagging.html",
    bad="""
Resources:
  Group:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      Ec2TagFilters:  # <-
        - {Key: Environment, Value: dev, Type: KEY_AND_VALUE}
        - {Key: Application, Value: hello, Type: KEY_AND_VALUE}
""",
    good="""
Resources:
  Group:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      Ec2TagSet:
        Ec2TagSetList:
          - Ec2TagGroup: [{Key: Environment, Value: dev, Type: KEY_AND_VALUE}]
          - Ec2TagGroup: [{Key: Application, Value: hello, Type: KEY_AND_VALUE}]
""",
)
def tag_filters_that_widen(group: DeploymentGroup, _graph: PipelineGraph) -> Findings:
    """Several values of one tag are meant to be ORed; several tags are not."""
    for kind in _KINDS:
        # Ten are allowed; what stands below an expression is there at every index, and unknown.
        values = (group.properties.text(kind, index, "Key") for index in range(_MOST))
        keys = dict.fromkeys(value.value for value in values if isinstance(value, Known))
        if len(keys) > 1:
            yield Finding(
                group.at(kind),
                f"{group.said} takes every instance that has any of the tags {', '.join(keys)}",
            )
