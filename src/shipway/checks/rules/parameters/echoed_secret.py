"""PARAM005."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.parameters._secrets import is_pointer, is_secret_name
from shipway.model.declarations import Parameter

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PARAM005",
    name="echoed-secret",
    family=Family.PARAMETERS,
    title="Parameter for a secret is not hidden",
    severity=Severity.WARNING,
    subject=Parameter,
    since="0.1",
    rationale="Without NoEcho, everybody who may describe the stack reads the value in the console.",
    remediation="Set NoEcho: true; better, name a SecureString or a secret instead of passing the value.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html",
    bad="""
Parameters:
  GitHubToken:  # <-
    Type: String
Resources: {}
""",
    good="""
Parameters:
  GitHubToken:
    Type: String
    NoEcho: true
Resources: {}
""",
)
def echoed_secret(parameter: Parameter, _graph: PipelineGraph) -> Findings:
    """A default that is a path or an ARN shows that the parameter says where the secret is."""
    if parameter.no_echo or parameter.type not in {"String", ""} or not is_secret_name(parameter.name):
        return
    if parameter.allowed_values or (parameter.default and is_pointer(parameter.default)):
        return
    if parameter.allowed_pattern.lstrip("^").startswith(("arn:", "/", "(arn", "\\/")):
        return
    yield Finding(parameter.at("NoEcho"), f"parameter {parameter.name} shows its value: it lacks NoEcho")
