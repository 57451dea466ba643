"""Whatever a template holds, no rule and no reader raises anything but `InputError`.

Random properties would hardly ever be ones that are read. So parsers are watched first: which properties they
ask for, and as what. Templates are then made of those properties, with the wrong things in them.
"""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shipway.checks.engine import run
from shipway.checks.examples import read_example
from shipway.checks.registry import all_rules
from shipway.errors import InputError
from shipway.model.location import Location
from shipway.model.resource import Resource
from shipway.model.value import Many
from shipway.template.build_graph import build_graphs
from shipway.template.cursor import Cursor
from shipway.template.read import Template, parse_template
from shipway.template.resources import parse_resource
from shipway.template.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

LEAF = "leaf"
RULES = all_rules()
EXAMPLES = [
    parse_template(content, name).data
    for rule in RULES
    for text in (rule.bad, rule.good)
    for name, content in read_example(text).templates.items()
]


class Watcher(Cursor):
    """A cursor below which grows whatever it is asked for."""

    def child(self, *path: str | int) -> Cursor:
        cursor: Cursor = self
        for key in path:
            if isinstance(cursor.raw, dict):
                cursor.raw.setdefault(key, {})
            below = cursor.raw[key] if isinstance(cursor.raw, (dict, list)) else {}
            cursor = Watcher(below, cursor.location.at(key), cursor.scope)
        return cursor

    def grow(self, path: tuple[str | int, ...], what: Any) -> None:
        if path:
            holder = self.child(*path[:-1]).raw
            if isinstance(holder, dict) and holder.get(path[-1]) in ({}, None):
                holder[path[-1]] = what

    def items(self, *path: str | int) -> Any:
        self.grow(path, [{}])
        cursor = self.child(*path)
        return Many((cursor.child(0),)) if isinstance(cursor.raw, list) else super().items(*path)

    def text(self, *path: str | int) -> Any:
        self.grow(path, LEAF)
        return super().text(*path)

    def texts(self, *path: str | int) -> Any:
        self.grow(path, [LEAF])
        return super().texts(*path)

    def mapping(self, *path: str | int) -> Any:
        self.grow(path, {"key": LEAF})
        return super().mapping(*path)


def shape(cfn_type: str) -> dict[str, Any]:
    """A resource with every property that its parser asks for."""
    resource: dict[str, Any] = {"Type": cfn_type, "Properties": {}}
    template = Template("watched", {"Resources": {"A": resource}}, None)  # type: ignore[arg-type]  # no places
    for _ in range(6):  # levels of lists
        parse_resource(Watcher(resource, Location(template, ("Resources", "A")), Scope(template)), None)
    return resource


def below(kind: type[Resource]) -> Iterator[type[Resource]]:
    for sub in kind.__subclasses__():
        yield sub
        yield from below(sub)


TYPES = sorted({kind.type_name for kind in below(Resource)} | {"AWS::EC2::VPC", "Custom::Thing"})
SHAPES = {cfn_type: shape(cfn_type) for cfn_type in TYPES}

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=20),
    st.sampled_from(
        ["", "*", "A", "A.Arn", "${A}", "${", "{{resolve:ssm:x}}", "arn:aws:s3:::${A}/*", "0", "true"]
    ),
    st.sampled_from(
        [{"Ref": name} for name in ("A", "B", "P", "Q", "AWS::NoValue", "AWS::Region", "Nobody")]
    ),
    st.sampled_from([{"Fn::GetAtt": [name, "Arn"]} for name in ("A", "B", "Nobody")]),
    st.sampled_from([{"Fn::Sub": text} for text in ("${A}-${P}", "${A.Arn}/*", "arn:aws:x:::${B}", "a\nb")]),
)
FUNCTIONS = """
Ref Fn::Sub Fn::GetAtt Fn::If Fn::Join Fn::Select Fn::Split Fn::FindInMap Fn::ImportValue Fn::Base64
Fn::Equals Fn::Transform Fn::ForEach::X Fn::Cidr Condition
"""
functions = st.sampled_from(FUNCTIONS.split())
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["Name", "Value", "Key", "Type", "a"]), inner, max_size=3),
        st.builds(lambda name, argument: {name: argument}, functions, inner),
        st.builds(lambda no, yes: {"Fn::If": ["C", yes, no]}, inner, inner),
        st.builds(lambda items: {"Fn::Join": ["/", items]}, st.lists(inner, max_size=3)),
    ),
    max_leaves=6,
)
SECTIONS = {
    "Parameters": {"P": {"Type": "String", "Default": "p"}, "Q": {"Type": "CommaDelimitedList"}},
    "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "p"]}},
}


def places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Every container below, with each of its keys."""
    for key in list(data) if isinstance(data, dict) else range(len(data)):
        yield data, key
        if isinstance(data[key], (dict, list)):
            yield from places(data[key])


@st.composite
def spoiled(draw: st.DrawFn, source: st.SearchStrategy[Any], most: int) -> Any:
    """Data in which values, wherever they stand, are replaced or gone."""
    data = copy.deepcopy(draw(source))
    for _ in range(draw(st.integers(1, most))):
        container, key = draw(st.sampled_from(list(places(data)) or [({}, "")]))
        if draw(st.integers(0, 4)):
            container[key] = copy.deepcopy(draw(values))
        elif isinstance(container, dict):
            container.pop(key, None)
    return data


def check(data: Any) -> None:
    """Reads, builds and checks as the command does."""
    try:
        template = parse_template(json.dumps(data))
    except InputError:
        return
    outcome = run(tuple(build_graphs([template])), RULES)
    assert not outcome.crashes, outcome.crashes[0].error
    for reported in outcome.findings:
        assert reported.finding.location.line >= 1
        assert reported.message


def test_the_shapes_hold_what_parsers_read() -> None:
    group = SHAPES["AWS::CodeDeploy::DeploymentGroup"]["Properties"]
    assert group["AutoRollbackConfiguration"] == {"Enabled": LEAF, "Events": [LEAF]}
    assert group["LoadBalancerInfo"]["TargetGroupPairInfoList"][0]["TargetGroups"] == [{"Name": LEAF}]
    action = SHAPES["AWS::CodePipeline::Pipeline"]["Properties"]["Stages"][0]["Actions"][0]
    assert action["ActionTypeId"]["Provider"] == LEAF


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(
        st.sampled_from(["A", "B", "D"]),
        spoiled(st.sampled_from([SHAPES[cfn_type] for cfn_type in TYPES]), most=12),
        min_size=1,
    ),
    spoiled(st.just(SECTIONS), most=2),
)
def test_every_property_may_be_wrong(resources: dict[str, Any], sections: dict[str, Any]) -> None:
    check({"Resources": resources, **sections})


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(spoiled(st.sampled_from(EXAMPLES), most=4))
def test_examples_may_be_spoiled(data: Any) -> None:
    check(data)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda raw: raw.decode("latin-1")))
def test_any_text_is_a_template_or_refused(text: str) -> None:
    try:
        assert isinstance(parse_template(text), Template)
    except InputError:
        return
