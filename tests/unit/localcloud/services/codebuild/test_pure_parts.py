"""What CodeBuild decides without a shell or a network."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shipway.localcloud.services.codebuild import events, phases
from shipway.localcloud.services.codebuild.globs import matches, select
from shipway.localcloud.services.codebuild.junit import UnreadableReportError, read_junit
from shipway.localcloud.services.codebuild.ordering import make_order
from shipway.localcloud.services.codebuild.record import BuildRecord, Context
from shipway.localcloud.services.codebuild.sources import _is_inside
from shipway.localcloud.services.codebuild.variables import declared, masked, parse_secret_reference
from shipway.localcloud.wire import ServiceError
from shipway.model.build import BuildVariables, FailureAction, OnFailure, PhaseName, Setting

PROJECT = {
    "name": "p",
    "source": {"type": "S3", "location": "b/k", "buildspec": "a.yml"},
    "artifacts": {"type": "NO_ARTIFACTS"},
    "environment": {"image": "i", "environmentVariables": [{"name": "A", "value": "1"}]},
    "serviceRole": "arn:aws:iam::1:role/r",
    "encryptionKey": "key",
}
NOON = datetime(2026, 1, 5, 12, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("**/*", ".hidden/x", True),
        ("**/*", "a", True),
        ("*", "a/b", False),
        ("a/**/b.txt", "a/b.txt", True),
        ("a/**/b.txt", "a/x/y/b.txt", True),
        ("a/**", "b/x", False),
        ("./x.json", "x.json", True),
        ("*.{json,yaml}", "x.yaml", True),
        ("[!a]?.txt", "bc.txt", True),
        ("[!a]?.txt", "ac.txt", False),
        ("a+b(1).txt", "a+b(1).txt", True),
        ("[", "[", True),
    ],
)
def test_patterns(pattern: str, path: str, expected: bool) -> None:  # noqa: FBT001 - a table
    assert matches(pattern, path) is expected


def test_selection_names_the_patterns_that_match_nothing() -> None:
    assert select(["b", "a", "c.pyc"], ["*", "none"], ["*.pyc"]) == (["a", "b"], ["none"])


def test_overrides_of_a_build() -> None:
    request = {
        "buildspecOverride": "b.yml",
        "imageOverride": "j",
        "environmentVariablesOverride": [
            {"name": "A", "value": "2"},
            {"name": "CODEBUILD_INITIATOR", "value": "codepipeline/x"},
        ],
    }
    order = make_order(PROJECT, request, account="1", region="r", caller="me", number=4)
    assert order.source == {"type": "S3", "location": "b/k", "buildspec": "b.yml"}
    assert (order.environment, order.variables) == ({"image": "j"}, ({"name": "A", "value": "2"},))
    assert order.initiator == "codepipeline/x"


def test_a_pipelines_project_is_not_started_by_itself() -> None:
    project = {**PROJECT, "source": {"type": "CODEPIPELINE"}}
    with pytest.raises(ServiceError, match="only be started by CodePipeline"):
        make_order(project, {}, account="1", region="r", caller="me", number=1)


def test_the_projects_variables_are_stronger_than_the_buildspecs_whatever_their_kind() -> None:
    spec = BuildVariables(variables=(Setting("A", "spec"),), parameter_store=(Setting("B", "/p"),))
    assert declared(spec, [{"name": "B", "value": "plain"}]) == {
        "A": ("PLAINTEXT", "spec"),
        "B": ("PLAINTEXT", "plain"),
    }


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("id", ("id", "", "", "")),
        ("id:key:AWSCURRENT:v1", ("id", "key", "AWSCURRENT", "v1")),
        (
            "arn:aws:secretsmanager:r:1:secret:n-abc:key",
            ("arn:aws:secretsmanager:r:1:secret:n-abc", "key", "", ""),
        ),
    ],
)
def test_references_to_secrets(reference: str, expected: tuple[str, ...]) -> None:
    assert parse_secret_reference(reference) == expected


def test_masking() -> None:
    assert masked("user alice, pass s3cret", ["alice", "s3cret"]) == "user ***, pass ***"


@pytest.mark.parametrize(
    ("phase", "action", "expected"),
    [
        (PhaseName.INSTALL, None, False),
        (PhaseName.PRE_BUILD, None, False),
        (PhaseName.BUILD, None, True),
        (PhaseName.POST_BUILD, None, True),
        (PhaseName.PRE_BUILD, FailureAction.CONTINUE, True),
        (PhaseName.BUILD, FailureAction.ABORT, False),
        (PhaseName.BUILD, FailureAction.RETRY, True),
    ],
)
def test_which_phase_ends_a_build(
    phase: PhaseName,
    action: FailureAction | None,
    expected: bool,  # noqa: FBT001 - a table
) -> None:
    assert phases.goes_on(phase, OnFailure(action) if action else None) is expected


def test_retries_are_counted_and_matched() -> None:
    retry = OnFailure(FailureAction.RETRY, 2, "exit status 3")
    assert phases.retries(retry, Context("", "Reason: exit status 3"), 1)
    assert not phases.retries(retry, Context("", "Reason: exit status 3"), 2)
    assert not phases.retries(retry, Context("", "Reason: exit status 4"), 0)


def test_a_record_of_phases_and_its_event() -> None:
    order = make_order(PROJECT, {}, account="1", region="r", caller="me", number=1)
    record = BuildRecord("u", order, NOON)
    record.enter("SUBMITTED", NOON)
    phase = record.complete(NOON, "FAILED", (Context("CODE", "why"),))
    assert not record.succeeding
    record.finish(NOON, "FAILED")
    assert [p["phaseType"] for p in record.as_api()["phases"]] == ["SUBMITTED", "COMPLETED"]
    detail = events.state_change(record)
    assert detail["build-status"] == "FAILED"
    assert detail["build-id"] == "arn:aws:codebuild:r:1:build/p:u"
    assert detail["additional-information"]["build-start-time"] == "Jan 5, 2026 12:03:04 PM"
    assert events.phase_change(record, phase)["completed-phase-context"] == "[CODE: why]"


def test_nested_suites_and_broken_reports() -> None:
    text = (
        '<testsuite name="o"><testsuite name="i"><testcase name="t" time="1,000.5">'
        "<error>trace</error></testcase></testsuite></testsuite>"
    )
    (case,) = read_junit(text, "f.xml")
    assert (case.suite, case.status, case.message, case.duration) == (
        "i",
        "ERROR",
        "trace",
        1_000_500_000_000,
    )
    for broken in ("", "<html/>", "<testsuite>"):
        with pytest.raises(UnreadableReportError, match=r"f\.xml"):
            read_junit(broken, "f.xml")


@pytest.mark.parametrize(
    ("path", "inside"), [("a/b", True), ("a/../b", True), ("../b", False), ("/etc", False)]
)
def test_archives_stay_in_their_folder(path: str, inside: bool) -> None:  # noqa: FBT001 - a table
    assert _is_inside(path) is inside
