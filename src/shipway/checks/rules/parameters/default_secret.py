"""PARAM004."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.parameters._secrets import is_placeholder, is_pointer, is_secret_name
from shipway.model.declarations import Parameter

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PARAM004",
    name="default-secret",
    family=Family.PARAMETERS,
    title="Parameter for a secret has a default",
    severity=Severity.ERROR,
    subject=Parameter,
    since="0.1",
    rationale="The default stands in the template, and every stack that is deployed without a value has that "
    "one as its secret.",
    remediation="Leave the default out; better, name a parameter of Parameter Store or a secret instead.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html",
    bad="""
Parameters:
  DockerHubPassword:
    Type: String
    NoEcho: true
    Default: correct-horse  # <-
Resources: {}
""",
    good="""
Parameters:
  DockerHubPassword:
    Type: String
    NoEcho: true
Resources: {}
""",
)
def default_secret(parameter: Parameter, _graph: PipelineGraph) -> Findings:
    """NoEcho alone makes no secret: a user name is often hidden, too."""
    default = parameter.default
    if parameter.type not in {"String", "Number", ""} or default is None or is_pointer(default):
        return
    if not is_secret_name(parameter.name):
        return
    placeholder = is_placeholder(default)
    shown = f"the placeholder {default!r}" if placeholder else "a secret"
    yield Finding(
        parameter.at("Default"),
        f"parameter {parameter.name} has {shown} as its default",
        Confidence.HIGH if parameter.no_echo else Confidence.MEDIUM,
        severity=Severity.WARNING if placeholder else None,
    )
