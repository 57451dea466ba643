"""Buildspecs as people write them, right and wrong."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipway.model.build import FailureAction, OnFailure, PhaseName
from shipway.template.buildspec import read_buildspec

FULL = """\
version: 0.2
run-as: builder
env:
  shell: bash
  variables: {REGION: eu-west-1, COUNT: 3}
  parameter-store:
    USER_NAME: /hello/user
  secrets-manager:
    TOKEN: app/secret:token
  exported-variables: [TAG]
phases:
  install:
    runtime-versions:
      python: 3.12
    commands:
      - pip install .
  build:
    on-failure: RETRY-2-timeout.*
    run-as: root
    commands:
      - echo one
      - |
        echo two
        echo three
      - >-
        docker build
        .
    finally:
      - echo always
reports:
  unit:
    files: ["**/*.xml"]
    base-directory: reports
cache:
  paths: [/opt/cache/**/*]
artifacts:
  files: [imageDetail.json]
  name: out-$TAG
  secondary-artifacts:
    deploy:
      files: [appspec.yaml, taskdef.json]
      discard-paths: yes
      exclude-paths: [x]
batch:
  fast-fail: true
"""


def test_a_whole_specification() -> None:
    spec = read_buildspec(FULL)
    assert spec.problems == ()
    assert spec.unknown == ()
    assert spec.version == "0.2"
    assert spec.run_as == "builder"
    assert spec.env.names() == {"REGION", "COUNT", "USER_NAME", "TOKEN"}
    assert spec.env.exported == ("TAG",)
    install = spec.phase(PhaseName.INSTALL)
    build = spec.phase(PhaseName.BUILD)
    assert install is not None
    assert build is not None
    assert install.runtime_versions == (("python", "3.12"),)
    assert build.on_failure == OnFailure(FailureAction.RETRY, 2, "timeout.*")
    assert [command.text for command in build.finally_] == ["echo always"]
    assert spec.artifacts is not None
    assert spec.artifacts.name == "out-$TAG"
    (deploy,) = spec.secondary_artifacts
    assert (deploy.identifier, deploy.discard_paths, deploy.exclude_paths) == ("deploy", True, ("x",))
    assert [(report.group, report.file_format) for report in spec.reports] == [("unit", "JUNITXML")]
    assert [(kept.path, kept.value) for kept in spec.kept] == [("batch", {"fast-fail": "true"})]


def test_every_command_knows_the_line_on_which_its_text_begins() -> None:
    lines = FULL.splitlines()
    commands = [command for _, command in read_buildspec(FULL).commands()]
    assert len(commands) == 5
    for command in commands:
        assert command.line is not None
        assert command.text.split()[0] in lines[command.line - 1]


def test_the_json_that_cdk_inlines_is_read_too() -> None:
    text = json.dumps({"version": "0.2", "phases": {"build": {"commands": ["make"]}}}, indent=2)
    spec = read_buildspec(text)
    assert spec.problems == ()
    assert [(c.text, c.line, c.path) for _, c in spec.commands()] == [("make", 6, "phases.build.commands[0]")]


def test_keys_that_codebuild_does_not_know_are_kept_with_their_place() -> None:
    spec = read_buildspec(
        "version: 0.2\nphases:\n  prebuild:\n    commands: [x]\n  build:\n    comands: [y]\n"
    )
    assert [(k.path, k.value, k.line) for k in spec.unknown] == [
        ("phases.prebuild", {"commands": ["x"]}, 3),
        ("phases.build.comands", ["y"], 6),
    ]


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("", "is empty", None),
        ("version: 0.2\nphases: [\n", "not YAML", 3),
        ("- a\n", "is a list", 1),
        ("just words", "is a text", 1),
        ("phases: {build: {commands: [x]}}", "version is missing", 1),
        ("version: 0.3\nphases: {build: {commands: [x]}}", "0.3 does not exist", 1),
        ("version: 0.2", "phases are missing", 1),
        (
            'version: 0.2\nphases:\n  build:\n    commands:\n      - echo "a: b"',
            "colon and a blank",
            5,
        ),
        ("version: 0.2\nphases:\n  build:\n    on-failure: STOP\n    commands: [x]", "not STOP", 4),
        ("version: 0.2\nphases:\n  build:\n    on-failure: RETRY-2-(\n    commands: [x]", "regular", 4),
        ("version: 0.2\nphases: {build: {commands: [x]}}\nartifacts:\n  name: x", "need files", 3),
    ],
)
def test_what_codebuild_refuses_is_said_with_its_line(text: str, message: str, line: int | None) -> None:
    problems = [problem for problem in read_buildspec(text).problems if problem.fatal]
    assert [(message in p.message, p.line) for p in problems] == [(True, line)], problems


def test_a_single_command_without_a_list_runs_but_is_noted() -> None:
    spec = read_buildspec("version: 0.2\nphases:\n  build:\n    commands: make")
    assert [command.text for _, command in spec.commands()] == ["make"]
    assert [(p.message, p.fatal) for p in spec.problems] == [("commands should be a list", False)]


def test_one_error_does_not_hide_the_rest() -> None:
    spec = read_buildspec("version: 0.2\nphases:\n  build:\n    commands:\n      - [a]\n      - make\n")
    assert [c.text for _, c in spec.commands()] == ["make"]
    assert [p.path for p in spec.problems] == ["phases.build.commands[0]"]


def test_anchors_and_merge_keys_are_followed() -> None:
    spec = read_buildspec(
        "version: 0.2\nx: &base {commands: [a], run-as: u}\nphases:\n  build:\n    <<: *base\n    run-as: v\n"
    )
    build = spec.phase(PhaseName.BUILD)
    assert build is not None
    assert (build.run_as, [c.text for c in build.commands]) == ("v", ["a"])


def test_a_bomb_of_aliases_costs_no_more_than_its_text() -> None:
    lines = ["a0: &a0 {x: y}"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 20)}]" for i in range(1, 30)]
    lines += ["m: &m {<<: *m}", "c: &c [*c]", "batch: *a29", "version: 0.2"]
    spec = read_buildspec("\n".join(lines))
    assert [kept.path for kept in spec.kept] == ["batch"]


@given(st.text() | st.recursive(st.none() | st.text(), lambda s: st.lists(s) | st.dictionaries(st.text(), s)))
def test_nothing_makes_it_raise(value: object) -> None:
    text = value if isinstance(value, str) else json.dumps({"version": "0.2", "phases": value, "env": value})
    read_buildspec(text)
