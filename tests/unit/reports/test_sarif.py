"""SARIF 2.1.0. The schema below is the standard's, cut down to what we write, and closed to all else.

Section numbers are those of https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html
"""

from __future__ import annotations

import json

import pytest

from shipway.reports import render


def closed(required: str, **properties):
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required.split(),
        "properties": properties,
    }


TEXT = {"type": "string"}
MESSAGE = closed("text", text=TEXT)  # 3.11
NUMBER = {"type": "integer", "minimum": 0}
POSITION = {"type": "integer", "minimum": 1}  # 3.30.5
LEVEL = {"enum": ["none", "note", "warning", "error"]}  # 3.27.10
LOCATION = closed(  # 3.28
    "physicalLocation",
    physicalLocation=closed(
        "artifactLocation region",
        # A URI reference: what is not allowed in one is percent-encoded.
        artifactLocation=closed("uri", uri={"type": "string", "pattern": r"^[\w/._~:@%-]+$"}),
        region=closed("startLine startColumn", startLine=POSITION, startColumn=POSITION),
    ),
    logicalLocations={
        "type": "array",
        "items": closed("name kind fullyQualifiedName", name=TEXT, kind=TEXT, fullyQualifiedName=TEXT),
    },
)
RULE = closed(  # 3.49
    "id name shortDescription fullDescription help helpUri defaultConfiguration",
    id=TEXT,
    name=TEXT,
    shortDescription=MESSAGE,
    fullDescription=MESSAGE,
    help=closed("text markdown", text=TEXT, markdown=TEXT),
    helpUri={"type": "string", "pattern": "^https://"},
    defaultConfiguration=closed("level", level=LEVEL),
    properties=closed("tags", tags={"type": "array", "items": TEXT}),
)
RESULT = closed(  # 3.27
    "ruleId ruleIndex level message locations",
    ruleId=TEXT,
    ruleIndex=NUMBER,
    kind={"enum": ["open"]},
    level=LEVEL,
    message=MESSAGE,
    locations={"type": "array", "items": LOCATION},
    properties=closed("precision", precision={"enum": ["high", "medium", "low"]}),
    suppressions={
        "type": "array",
        "items": closed("kind justification", kind={"enum": ["inSource", "external"]}, justification=TEXT),
    },
)
NOTIFICATION = closed(  # 3.58
    "message", level=LEVEL, message=MESSAGE, associatedRule=closed("id index", id=TEXT, index=NUMBER)
)
INVOCATION = closed(  # 3.20
    "executionSuccessful",
    executionSuccessful={"type": "boolean"},
    toolExecutionNotifications={"type": "array", "items": NOTIFICATION},
)
DRIVER = closed("name", name=TEXT, version=TEXT, rules={"type": "array", "items": RULE})  # 3.19
RUN = closed(  # 3.14
    "tool",
    tool=closed("driver", driver=DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    invocations={"type": "array", "items": INVOCATION},
    results={"type": "array", "items": RESULT},
)
LOG = closed(  # 3.13
    "version runs", version={"const": "2.1.0"}, **{"$schema": TEXT, "runs": {"type": "array", "items": RUN}}
)


@pytest.fixture
def run(report):
    return json.loads(render(report, "sarif"))["runs"][0]


def test_it_is_valid(report, invalid):
    assert invalid(json.loads(render(report, "sarif")), LOG) == []


def test_indices_point_at_their_rules(run):
    rules = run["tool"]["driver"]["rules"]
    assert [rules[each["ruleIndex"]]["id"] for each in run["results"]] == [
        each["ruleId"] for each in run["results"]
    ]


def test_an_open_result_has_no_level(run):
    """3.27.10: a result whose kind is not "fail" has level "none"."""
    assert {each["level"] for each in run["results"] if each.get("kind", "fail") != "fail"} == {"none"}


def test_what_is_allowed_in_a_template_is_suppressed_in_source(run):
    (allowed,) = [each for each in run["results"] if "suppressions" in each]
    assert allowed["suppressions"] == [{"kind": "inSource", "justification": "it is rolled back by hand"}]


def test_a_run_with_bugs_is_no_success(run):
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    said = " ".join(each["message"]["text"] for each in invocation["toolExecutionNotifications"])
    assert "broken.yml:3:1" in said
    assert "rule IAM001 crashed" in said
