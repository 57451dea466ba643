"""BG006."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import platform_of
from shipway.model.release import DeploymentConfig, DeploymentGroup
from shipway.model.value import known, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_PREFIX = "CodeDeployDefault."
_ON_SERVERS = frozenset({"AllAtOnce", "HalfAtATime", "OneAtATime"})


@rule(
    id="BG006",
    name="config-of-another-platform",
    family=Family.BLUE_GREEN,
    title="Deployment configuration belongs to another compute platform",
    severity=Severity.ERROR,
    subject=DeploymentGroup,
    since="0.1",
    rationale="A deployment configuration says how instances, functions or task sets are replaced, "
    "and fits one of them. CodeDeploy refuses it for another platform.",
    remediation="For ECS take a configuration whose name begins with CodeDeployDefault.ECS, for "
    "Lambda one with CodeDeployDefault.Lambda; an own one needs the same ComputePlatform "
    "as the application.",
    source="https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment- configurations.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
      DeploymentConfigName: CodeDeployDefault.AllAtOnce  # <-
""",
    good="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
      DeploymentConfigName: CodeDeployDefault.ECSAllAtOnce
""",
)
def config_of_another_platform(group: DeploymentGroup, graph: PipelineGraph) -> Findings:
    """A configuration that somebody else made cannot be seen; a predefined one tells its platform."""
    platform, name = platform_of(group, graph), known(group.config)
    if platform is None or (name is None and group.config is None):
        return
    config = graph.find(group.config, DeploymentConfig)
    if isinstance(config, DeploymentConfig):
        fits = "Server" if config.platform is None else known(config.platform)
    else:
        fits = _platform_of(name or "")
    if fits is not None and fits != platform:
        yield Finding(
            group.at("DeploymentConfigName"),
            f"{group.said} deploys to {platform}, and its deployment configuration "
            f"{text_of(group.config)} is for {fits}",
        )


def _platform_of(name: str) -> str | None:
    if not name.startswith(_PREFIX):
        return None
    short = name.removeprefix(_PREFIX)
    if short in _ON_SERVERS:
        return "Server"
    return next((each for each in ("ECS", "Lambda") if short.startswith(each)), None)
