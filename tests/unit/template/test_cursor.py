"""What stands at a place of a template, whatever is asked."""

from __future__ import annotations

import pytest

from shipway.model.location import Location
from shipway.model.value import Cause, Known, Unresolved
from shipway.template.cursor import Cursor
from shipway.template.read import parse_template
from shipway.template.scope import Scope

TEMPLATE = """\
Parameters: {P: {Type: String}, Q: {Type: String, Default: q}}
Conditions: {Unseen: !Equals [!ImportValue x, y]}
Resources:
  A:
    Properties:
      Parameter: !Ref P
      Hidden: !If [Unseen, [a], [b]]
      Wrong: !Ref Nobody
      List: [{Key: k, Value: !Ref Q}, !Ref AWS::NoValue]
      Tree: {Name: n, Below: [x, !Sub "${Q}-y", null, 3]}
"""


@pytest.fixture
def properties():
    template = parse_template(TEMPLATE)
    location = Location(template, ("Resources", "A"))
    return Cursor(template.section("Resources")["A"], location, Scope(template)).child("Properties")


@pytest.mark.parametrize("key", ["Parameter", "Hidden"])
def test_what_is_below_the_unknown_is_unknown(properties, key):
    assert isinstance(properties.text(key, 0, "Key"), Unresolved)
    assert properties.has(key, "Any")


@pytest.mark.parametrize("key", ["Parameter", "Hidden", "List"])
def test_who_counts_items_comes_to_an_end(properties, key):
    assert [properties.has(key, index) for index in range(3)] == [True, False, False]


def test_what_is_below_the_wrong_is_absent(properties):
    assert properties.text("Wrong").cause is Cause.INVALID
    assert not properties.has("Wrong", 0)
    assert properties.text("Wrong", "Any") is None


def test_walk_finds_every_string_with_its_place(properties):
    found = {place.property_path: value for place, value in properties.child("Tree").walk()}
    assert found == {
        "Tree.Name": Known("n"),
        "Tree.Below[0]": Known("x"),
        "Tree.Below[1]": properties.text("Tree", "Below", 1),
        "Tree.Below[3]": Known("3"),
    }
    assert found["Tree.Below[1]"].value == "q-y"


def test_walking_twice_finds_the_same(properties):
    assert list(properties.walk()) == list(properties.walk())
