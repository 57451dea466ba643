"""The plugin in a CDK app: Node.js runs, so there are few of these tests, and each asks for much."""

from __future__ import annotations

import shipway.constructs  # noqa: F401 -- it chooses the Node.js

# isort: split
# The CDK comes after the constructs.
import os
import subprocess
import sys

import pytest

from shipway.cdk_plugin import ShipwayCheck
from shipway.errors import InputError

APP = """\
import shipway.constructs
import aws_cdk as cdk
from aws_cdk import aws_sns as sns, aws_codebuild as codebuild
from shipway.cdk_plugin import ShipwayCheck

app = cdk.App(context={{"aws:cdk:enable-path-metadata": True}})
stack = cdk.Stack(app, "Web")
topic = sns.Topic(stack, "Alerts")
{more}
cdk.Validations.of(app).add_plugins(ShipwayCheck({arguments}))
app.synth()
"""


def synth(tmp_path, arguments, more=""):
    """Runs an app as the CDK CLI does: its exit code, and what it says."""
    app = tmp_path / "app.py"
    app.write_text(APP.format(arguments=arguments, more=more))
    environment = {**os.environ, "CDK_OUTDIR": str(tmp_path / "cdk.out")}
    done = subprocess.run(
        [sys.executable, str(app)], capture_output=True, text=True, check=False, cwd=tmp_path, env=environment
    )
    return done.returncode, done.stdout + done.stderr


def test_a_finding_fails_the_synthesis_and_names_the_construct(tmp_path):
    code, said = synth(tmp_path, "fail_on='warning', select=['topic-without-subscription']")
    assert code != 0
    assert "shipway check" in said
    assert "ALERT001-topic-without-subscription" in said  # the CDK makes it an id of its own
    assert "Web/Alerts/Resource" in said


def test_without_a_finding_the_synthesis_goes_through(tmp_path):
    code, said = synth(tmp_path, "select=['topic-without-subscription']")
    assert code == 0, said  # a warning, and only errors fail by default
    allow = "{'allow': [{'rule': 'topic-without-subscription', 'reason': 'subscribed by hand'}]}"
    more = f"topic.node.default_child.add_metadata('shipway', {allow})"
    code, said = synth(tmp_path, "fail_on='warning', select=['topic-without-subscription']", more)
    assert code == 0, said


def test_settings_come_from_the_project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shipway.toml").write_text('[check]\nselect = ["ALERT"]\n')
    assert {each.rstrip("0123456789") for each in ShipwayCheck().rule_ids} == {"ALERT"}
    assert len(ShipwayCheck(select=["missing-auto-rollback"]).rule_ids) == 1


def test_a_wrong_argument_is_refused():
    with pytest.raises(InputError, match="no such severity"):
        ShipwayCheck(fail_on="often")
    with pytest.raises(InputError, match="no rule"):
        ShipwayCheck(select=["nonsense"])
