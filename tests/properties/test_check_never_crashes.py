"""Whatever a template holds, no rule and no reader raises anything but `InputError`."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shipway.checks.engine import run
from shipway.checks.examples import read_example
from shipway.checks.registry import all_rules
from shipway.errors import InputError
from shipway.model.physical_names import NAME_PROPERTIES
from shipway.model.resource import Resource
from shipway.template.build_graph import build_graphs
from shipway.template.read import Template, parse_template

RULES = all_rules()


def vocabulary(kind: type[Resource] = Resource) -> list[type[Resource]]:
    """Every kind of resource that the model has a word for."""
    return [each for sub in kind.__subclasses__() for each in (sub, *vocabulary(sub))]


SEEDS = [
    parse_template(content, name).data
    for rule in RULES
    for text in (rule.bad, rule.good)
    for name, content in read_example(text).templates.items()
]

TYPES = sorted(
    {*NAME_PROPERTIES, "Custom::Thing"} | {kind.type_name for kind in vocabulary() if kind.type_name}
)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=20),
    st.sampled_from(
        [
            "",
            "*",
            "AWS::NoValue",
            "A",
            "A.Arn",
            "${A}",
            "${",
            "{{resolve:ssm:x}}",
            "arn:aws:s3:::${A}/*",
            "0",
            "true",
        ]
    ),
)
functions = st.sampled_from(
    [
        "Ref",
        "Fn::Sub",
        "Fn::GetAtt",
        "Fn::If",
        "Fn::Join",
        "Fn::Select",
        "Fn::Split",
        "Fn::FindInMap",
        "Fn::ImportValue",
        "Fn::Base64",
        "Fn::Equals",
        "Fn::Transform",
        "Fn::ForEach::X",
        "Fn::Cidr",
        "Condition",
    ]
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text(max_size=8), inner, max_size=4),
        st.builds(lambda name, argument: {name: argument}, functions, inner),
        st.builds(lambda name, items: {name: items}, functions, st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=12,
)


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


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from(["A", "B", "C", "D"]),
        st.fixed_dictionaries(
            {"Type": st.sampled_from(TYPES)},
            optional={"Properties": values, "Condition": scalars, "DependsOn": values, "Metadata": values},
        ),
        max_size=4,
    ),
    st.dictionaries(st.sampled_from(["Parameters", "Conditions", "Outputs", "Mappings"]), values, max_size=2),
)
def test_made_up_templates(resources: dict[str, Any], more: dict[str, Any]) -> None:
    check({"Resources": resources, **more})


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """An example whose value at some path is replaced by something else, or removed."""
    data = copy.deepcopy(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 3))):
        _mutate(draw, data)
    return data


def _mutate(draw: st.DrawFn, data: Any) -> None:
    node = data
    for _ in range(draw(st.integers(1, 9))):
        keys: list[Any] = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return
        key = draw(st.sampled_from(keys))
        child = node[key]
        if not isinstance(child, (dict, list)) or not child or draw(st.booleans()):
            if draw(st.booleans()):
                node[key] = draw(values)
            else:
                del node[key]
            return
        node = child


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_mutated_examples(data: Any) -> None:
    check(data)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda raw: raw.decode("latin-1")))
def test_any_text_is_a_template_or_refused(text: str) -> None:
    try:
        assert isinstance(parse_template(text), Template)
    except InputError:
        return
