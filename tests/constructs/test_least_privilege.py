"""No grant too many and none missing: each one is taken away, and a call is named that would then fail."""

import copy
import json
from itertools import zip_longest

import pytest

from shipway.permissions.decision import Verdict
from shipway.permissions.needs import Needs
from shipway.permissions.needs_table import Impact
from shipway.template.build_graph import build_graphs
from shipway.template.read import parse_template

KINDS = [
    "default",
    "native",
    "connection",
    "bucket",
    "image",
    "everything",
    "everything-native",
    "promotion",
    "cross-account",
    "cross-account-native",
]
every_kind = pytest.mark.parametrize("kind", KINDS)
RANK = {Verdict.DENY: 0, Verdict.UNKNOWN: 1, Verdict.ALLOW: 2}
# Calls that no template tells of, so that no graph of one can know them.
UNTOLD = {
    ("hook-role", "lambda:InvokeFunction"): "ECS calls each lifecycle hook as this role",
}


def needs_of(templates):
    graph = next(
        iter(build_graphs([parse_template(json.dumps(one), name) for name, one in templates.items()]))
    )
    return {
        (need.entry.id, need.role.stack, need.role.logical_id, need.service, need.action, need.resource): need
        for need in Needs(graph).all
    }


def documents(resource):
    match resource["Type"]:
        case "AWS::IAM::Role":
            return [policy["PolicyDocument"] for policy in resource["Properties"].get("Policies", [])]
        case "AWS::IAM::Policy":
            return [resource["Properties"]["PolicyDocument"]]
        case _:
            return []


def actions_of(statement):
    return statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]


def grants(templates):
    """(stack, logical id, document, statement, action) of everything that is granted."""
    return [
        (stack, logical_id, document, index, action)
        for stack, template in templates.items()
        for logical_id, resource in template["Resources"].items()
        for document, policy in enumerate(documents(resource))
        for index, statement in enumerate(policy["Statement"])
        for action in actions_of(statement)
    ]


def without(templates, grant):
    stack, logical_id, document, index, action = grant
    changed = copy.deepcopy(templates[stack]["Resources"][logical_id])
    statements = documents(changed)[document]["Statement"]
    left = [one for one in actions_of(statements[index]) if one != action]
    if left:
        statements[index]["Action"] = left
    else:
        del statements[index]
    resources = {**templates[stack]["Resources"], logical_id: changed}
    return {**templates, stack: {**templates[stack], "Resources": resources}}


def of(stacks, kind):
    return {name: one for name, one in stacks.items() if name.startswith(f"{kind}/")}


def holder(templates, grant):
    """(stack, logical id) of the role that holds a grant."""
    stack, logical_id, *_ = grant
    resource = templates[stack]["Resources"][logical_id]
    if resource["Type"] == "AWS::IAM::Policy":
        (role,) = resource["Properties"]["Roles"]
        return stack, role["Ref"]
    return stack, logical_id


def is_untold(templates, grant):
    stack, logical_id, *_, action = grant
    name = templates[stack]["Resources"][logical_id]["Properties"].get("RoleName", "")
    return any(purpose in str(name) and action == untold for purpose, untold in UNTOLD)


@every_kind
def test_each_call_that_will_be_made_is_allowed(stacks, kind):
    denied = [
        f"{need.role.logical_id}: {need.action} ({need.entry.why})"
        for need in needs_of(of(stacks, kind)).values()
        if need.verdict is Verdict.DENY and need.entry.impact in (Impact.FAILS, Impact.DEGRADES)
    ]
    assert denied == []


@every_kind
def test_without_any_grant_a_call_would_fail(stacks, kind):
    templates = of(stacks, kind)
    before = {key: RANK[need.verdict] for key, need in needs_of(templates).items()}
    held = {}
    for grant in grants(templates):
        if not is_untold(templates, grant):
            held.setdefault(holder(templates, grant), []).append(grant)
    unneeded = []
    # What one role may do is nothing to another, so each loses a grant at the same time.
    for taken in zip_longest(*held.values()):
        changed = templates
        for grant in filter(None, taken):
            changed = without(changed, grant)
        after = needs_of(changed)
        losers = {
            key[1:3] for key, rank in before.items() if key not in after or RANK[after[key].verdict] < rank
        }
        unneeded += [
            f"{grant[0]} {grant[1]}: nothing calls {grant[-1]}"
            for grant in filter(None, taken)
            if holder(templates, grant) not in losers
        ]
    assert unneeded == []


def test_a_grant_that_nothing_needs_would_be_seen(stacks):
    templates = copy.deepcopy(of(stacks, "default"))
    ((_, template),) = templates.items()
    (policy,) = template["Resources"]["HelloBuildRoleCF6B2CE1"]["Properties"]["Policies"]
    policy["PolicyDocument"]["Statement"][0]["Action"].append("logs:DeleteLogStream")
    before = needs_of(templates)
    (grant,) = (one for one in grants(templates) if one[-1] == "logs:DeleteLogStream")
    after = needs_of(without(templates, grant))
    assert all(after[key].verdict is need.verdict for key, need in before.items())
