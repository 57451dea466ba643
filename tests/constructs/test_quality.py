"""What others judge our stacks by: silent, or silent but for findings that a reason stands next to."""

import json

import pytest
from cfnlint.api import lint
from cloudformation_validate import CompositeEngine, TemplateContent

# isort: split
from aws_cdk import Validations
from cdk_nag import AwsSolutionsChecks

from shipway.constructs import App, Stack
from shipway.constructs.findings import acknowledge_wildcards

# isort: split
from aws_cdk import aws_iam as iam

KINDS = [
    "default",
    "native",
    "connection",
    "bucket",
    "image",
    "everything",
    "everything-native",
    "github",
    "promotion",
    "cross-account",
    "cross-account-native",
]
every_kind = pytest.mark.parametrize("kind", KINDS)


def test_every_kind_of_app_is_judged(apps):
    assert list(apps) == KINDS


def of(stacks, kind):
    return {name: one for name, one in stacks.items() if name.startswith(f"{kind}/")}


@every_kind
def test_cfn_lint_is_silent(stacks, kind):
    # It takes a second for each template, and dev and staging differ from prod and the default in names only.
    for name, template in of(stacks, kind).items():
        if not (name.endswith(("-dev", "-staging")) and f"{kind}/hello-prod" in stacks):
            assert [str(match) for match in lint(json.dumps(template))] == [], name


@pytest.fixture(scope="module")
def engine():
    return CompositeEngine()


@every_kind
def test_awss_validator_is_silent(stacks, engine, kind):
    for name, template in of(stacks, kind).items():
        report = engine.validate_template(TemplateContent(json.dumps(template), name))
        found = [one for one in report.diagnostics if one.severity.name != "INFO"]
        assert [f"{one.rule_id}: {one.message}" for one in found] == [], name


@every_kind
def test_cdk_nag_finds_only_what_a_reason_stands_next_to(apps, kind, tmp_path):
    app = App(outdir=str(tmp_path))
    apps[kind](app)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.synth()  # raises at a finding, as the next test shows
    report = json.loads((tmp_path / "validation-report.json").read_text(encoding="utf-8"))
    assert report["pluginReports"] == []


def test_cdk_nag_would_find_something(tmp_path):
    app = App(outdir=str(tmp_path))
    stack = Stack(app, "stack")
    iam.Role(
        stack,
        "Role",
        assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"),
        inline_policies={
            "All": iam.PolicyDocument(statements=[iam.PolicyStatement(actions=["s3:*"], resources=["*"])])
        },
    )
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    with pytest.raises(Exception, match=r"AwsSolutions-IAM5\[Action::s3:\*\]"):
        app.synth()


def test_a_wildcard_without_a_reason_does_not_synthesize():
    stack = Stack(App(), "stack")
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))
    statement = iam.PolicyStatement(actions=["sqs:SendMessage"], resources=["arn:aws:sqs:*:*:queue"])
    with pytest.raises(LookupError, match="no reason for the wildcard in arn:aws:sqs"):
        acknowledge_wildcards(role, [statement])
