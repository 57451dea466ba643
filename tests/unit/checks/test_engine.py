"""Rules are asked about every reading; what they raise is a bug of ours, and ends nothing but itself."""

from __future__ import annotations

import pytest

from shipway.checks.engine import run
from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Rule
from shipway.model.alerts import Topic
from shipway.model.graph import Edge, PipelineGraph
from shipway.model.value import Known, Unresolved
from shipway.template.build_graph import build_graphs
from shipway.template.read import parse_template

TEMPLATE = """\
Parameters:
  Environment: {Type: String, Default: dev, AllowedValues: [dev, prod]}
  Name: {Type: String}
Conditions:
  IsProduction: !Equals [!Ref Environment, prod]
Resources:
  Alerts:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: !If [IsProduction, prod, !Ref Name]
  Audit:
    Type: AWS::SNS::Topic
    Condition: IsProduction
"""


@pytest.fixture
def graphs():
    return tuple(build_graphs([parse_template(TEMPLATE, "t.yml")]))


def rule(check, subject=Topic, id_="ALERT901"):
    texts = {"since": "0", "rationale": "", "remediation": "", "source": "", "bad": "", "good": ""}
    return Rule(
        id=id_,
        name="odd-topic",
        family=Family.ALERTS,
        title="",
        severity=Severity.WARNING,
        subject=subject,
        check=check,
        **texts,
    )


def test_a_finding_says_in_which_reading_it_is_true(graphs):
    def named(topic, _graph):
        if topic.name == Known("prod"):
            yield Finding(topic.location, "topic is for production")

    (reported,) = run(graphs, [rule(named)]).findings
    assert reported.message == "topic is for production, when Environment is prod"


def test_a_finding_of_all_readings_says_nothing_of_them(graphs):
    def always(_graph, graph):
        yield Finding(graph.stacks[0].location, "always")

    (reported,) = run(graphs, [rule(always, PipelineGraph)]).findings
    assert reported.message == "always"


def test_a_finding_of_the_defaults_says_so(graphs):
    def unnamed(topic, _graph):
        if isinstance(topic.name, Unresolved):
            yield Finding(topic.location, "no name")

    (reported,) = run(graphs, [rule(unnamed)]).findings
    assert reported.message == "no name, as long as the parameters keep their defaults"


def test_what_is_found_in_one_reading_is_not_undetermined_in_another(graphs):
    def either(topic, _graph):
        if isinstance(topic.name, Unresolved):
            yield Undetermined(topic.location, topic.name.reason)
        elif topic.name == Known("prod"):
            yield Finding(topic.location, "found")

    outcome = run(graphs, [rule(either)])
    assert [each.message for each in outcome.findings] == ["found, when Environment is prod"]
    assert outcome.undetermined == ()


def test_a_crash_ends_one_rule_on_one_subject(graphs):
    def crash(topic, _graph):
        yield Finding(topic.location, "half a thought")
        if topic.logical_id == "Alerts":
            raise RuntimeError("bang")

    def fine(topic, _graph):
        yield Finding(topic.location, "fine")

    outcome = run(graphs, [rule(crash), rule(fine, id_="ALERT902")])
    (crashed,) = outcome.crashes
    assert (crashed.rule.id, crashed.subject) == ("ALERT901", "topic at t.yml:7:3")
    assert "RuntimeError: bang" in crashed.error
    assert [(each.rule.id, each.finding.location.logical_id) for each in outcome.findings] == [
        ("ALERT902", "Alerts"),
        ("ALERT901", "Audit"),
        ("ALERT902", "Audit"),
    ], "nothing of what a crashed rule said before"


def test_every_link_may_be_a_subject():
    template = (
        "Resources: {T: {Type: 'AWS::SNS::Topic'},"
        " A: {Type: 'AWS::SNS::Subscription', Properties: {TopicArn: !Ref T}}}"
    )
    (graph,) = build_graphs([parse_template(template)])

    def link(edge, _graph):
        yield Finding(edge.location, f"{edge.source.logical_id} -> {edge.target.logical_id}")

    (reported,) = run((graph,), [rule(link, Edge)]).findings
    assert reported.message == "A -> T"


def test_settled_places_are_the_same_and_hold_no_template(graphs):
    def found(topic, _graph):
        yield Finding(topic.at("TopicName"), "found")

    outcome = run(graphs, [rule(found)])
    for before, after in zip(outcome.findings, outcome.settled().findings, strict=True):
        assert str(after.finding.location) == str(before.finding.location)
        assert after.finding.location.property_path == "TopicName"
        assert not hasattr(after.finding.location.source, "data")
