"""What a resource refers to, found without evaluating it."""

from __future__ import annotations

from shipway.template.references import references


def test_every_function_that_refers_counts_wherever_it_stands() -> None:
    raw = {
        "A": {"Ref": "Bucket"},
        "B": [{"Fn::GetAtt": ["Role", "Arn"]}, {"Fn::GetAtt": "Topic.TopicArn"}],
        "C": {"Fn::If": ["IsProduction", {"Fn::Sub": "${Key.Arn}/x"}, {"Fn::Sub": ["${ Queue }", {}]}]},
    }
    assert references(raw) == {"Bucket", "Role", "Topic", "Key", "Queue"}


def test_an_escaped_variable_refers_to_nothing() -> None:
    assert references({"Fn::Sub": "${!Bucket}"}) == frozenset()


def test_what_is_no_expression_is_passed_over() -> None:
    assert references({"Ref": ["Bucket"], "Fn::GetAtt": 3}) == frozenset()
    assert references({"Fn::Sub": []}) == frozenset()
    assert references(None) == frozenset()
