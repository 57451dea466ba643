"""BG005."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.model.release import DeploymentConfig, DeploymentGroup
from shipway.model.value import Known, Unresolved

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_PREFIX = "CodeDeployDefault."
_PREDEFINED = frozenset(
    {
        "AllAtOnce",
        "HalfAtATime",
        "OneAtATime",
        "ECSAllAtOnce",
        "ECSCanary10Percent5Minutes",
        "ECSCanary10Percent15Minutes",
        "ECSLinear10PercentEvery1Minutes",
        "ECSLinear10PercentEvery3Minutes",
        "LambdaAllAtOnce",
        "LambdaCanary10Percent5Minutes",
        "LambdaCanary10Percent10Minutes",
        "LambdaCanary10Percent15Minutes",
        "LambdaCanary10Percent30Minutes",
        "LambdaLinear10PercentEvery1Minute",
        "LambdaLinear10PercentEvery2Minutes",
        "LambdaLinear10PercentEvery3Minutes",
        "LambdaLinear10PercentEvery10Minutes",
    }
)


@rule(
    id="BG005",
    name="invented-deployment-config",
    family=Family.BLUE_GREEN,
    title="Predefined deployment configuration does not exist",
    severity=Severity.ERROR,
    subject=DeploymentGroup,
    since="0.1",
    rationale="Names below CodeDeployDefault belong to AWS. One that AWS does not define makes the creation "
    "of the deployment group fail.",
    remediation="For ECS take ECSAllAtOnce, ECSCanary10Percent5Minutes, ECSCanary10Percent15Minutes, "
    "ECSLinear10PercentEvery1Minutes or ECSLinear10PercentEvery3Minutes, or declare an "
    "AWS::CodeDeploy::DeploymentConfig.",
    source="https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      DeploymentConfigName: CodeDeployDefault.ECSAllAtOnceBlueGreen  # <-
""",
    good="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      DeploymentConfigName: CodeDeployDefault.ECSAllAtOnce
""",
)
def invented_deployment_config(group: DeploymentGroup, graph: PipelineGraph) -> Findings:
    """Other names may be configurations that somebody made."""
    where = group.at("DeploymentConfigName")
    match group.config:
        case Known(str() as name) if name.startswith(_PREFIX):
            if name.removeprefix(_PREFIX) not in _PREDEFINED:
                yield Finding(
                    where, f"{group.said} names the deployment configuration {name}, which does not exist"
                )
        case Known(str() as name) if name in _PREDEFINED or name.startswith(_PREFIX[:-1]):
            if not isinstance(graph.find(group.config, DeploymentConfig), DeploymentConfig):
                yield Finding(
                    where,
                    f"{group.said} names the deployment configuration {name}; AWS's own begin with {_PREFIX}",
                    Confidence.MEDIUM,
                )
        case Unresolved(reason, text=text) if text is not None and _PREFIX in text:
            yield Undetermined(where, reason)
