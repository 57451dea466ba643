"""JSON and YAML become the same data, with every place found, and bombs refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from shipway.errors import InputError
from shipway.template.read import parse_document, parse_template, read_template

if TYPE_CHECKING:
    from pathlib import Path

YAML = """\
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: !Sub
        - x-${A}
        - A: !GetAtt Queue.Arn
      Tags:
        - {Key: a, Value: 012345678901}
        - Key: b
          Value: |
            first
            second
"""


def test_short_tags_become_long_forms() -> None:
    properties = parse_template(YAML).section("Resources")["Topic"]["Properties"]
    assert properties["TopicName"] == {"Fn::Sub": ["x-${A}", {"A": {"Fn::GetAtt": ["Queue", "Arn"]}}]}


def test_an_account_id_is_no_octal_number() -> None:
    assert parse_template(YAML).data["Resources"]["Topic"]["Properties"]["Tags"][0]["Value"] == "012345678901"


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        (("Resources", "Topic"), 2, 3),
        (("Resources", "Topic", "Properties", "TopicName"), 5, 7),
        (("Resources", "Topic", "Properties", "TopicName", "Fn::Sub", 1, "A"), 7, 11),
        (("Resources", "Topic", "Properties", "Tags", 1, "Key"), 10, 11),
        (("Resources", "Topic", "Properties", "Absent"), 2, 3),
        (("Resources", "Topic", "Properties", "Absent", "Deeper"), 2, 3),
        (("Resources", "Topic", "Properties", "Tags", 0, "Absent"), 9, 11),
        (("Nowhere",), 1, 1),
    ],
)
def test_places_in_yaml(path: tuple[Any, ...], line: int, column: int) -> None:
    assert tuple(parse_template(YAML).position(path)) == (line, column)


def test_lines_inside_a_block() -> None:
    path = ("Resources", "Topic", "Properties", "Tags", 1, "Value")
    assert parse_template(YAML).position(path, 1).line == 13


def test_places_in_json_are_those_of_the_keys() -> None:
    data = parse_template(YAML).data
    text = json.dumps(data, indent=1)
    template = parse_template(text)
    assert template.data == data
    lines = text.split("\n")
    for path, word in [
        (("Resources", "Topic", "Properties", "Tags", 1, "Value"), '"Value": "first'),
        (("Resources", "Topic", "Properties", "TopicName", "Fn::Sub", 1, "A"), '"A": {'),
    ]:
        line, column = template.position(path)
        assert lines[line - 1][column - 1 :].startswith(word)


@pytest.mark.parametrize(
    "text", ['{"Resources": {"A": 1, "B": {"x": 1, "x": 2}}}', "Resources: {B: {x: 1, x: 2}}"]
)
def test_the_last_of_two_equal_keys_counts_and_is_told(text: str) -> None:
    template = parse_template(text)
    assert template.data["Resources"]["B"] == {"x": 2}
    assert template.duplicates == (("Resources", "B", "x"),)
    assert template.position(template.duplicates[0]).column == text.rindex("x") + 1 - ('"x"' in text)


def test_merge_keys_and_aliases() -> None:
    data, _ = parse_document("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: *a", "f")
    assert data == {"a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 3}, "c": {"x": 1, "y": 2}}


BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 10)}]\n" for i in range(12)
)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "f"),
        ("- a", "f"),
        ("a: 1", "f"),
        ('{"Resources": {"a" 1}}', "f:1:20"),
        ("Resources:\n\ta: 1", "f:2:1"),
        ("Resources: " + "[" * 100_000, "f:1:"),
        ("Resources: " + "[" * 200 + "]" * 200, "f:1:"),
        ('{"a":' * 100_000, "f"),
        ('{"a":' * 200 + "1" + "}" * 200, "f"),
        (BOMB, "f:"),
        ("Resources: &a {b: *a}", "f:1:12"),
        ("Resources: {? [a] : b}", "f:1:15"),
        ("---\nResources: {}\n---\n{}", "f:3:1"),
        ('{"Resources": {"a": ' + "9" * 5000 + "}}", "f"),
    ],
    ids=range(14),
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, where: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_template(text, "f")
    assert caught.value.where.startswith(where)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_template(tmp_path / "nothing.yml")


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "x.yml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="UTF-8"):
        read_template(tmp_path / "x.yml")
