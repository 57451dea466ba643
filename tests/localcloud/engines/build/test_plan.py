from __future__ import annotations

import pytest

from shipway.localcloud.engines.build.plan import plan_build
from shipway.localcloud.engines.dockerfile.read import DockerfileError, read_dockerfile

MULTI = """
ARG VERSION=3.12
FROM python:${VERSION}-slim AS base
FROM base AS builder
FROM busybox AS unused
FROM base
COPY --from=builder /a /a
FROM alpine AS test
COPY --from=3 /a /a
"""


def plan(text, **given):
    return plan_build(read_dockerfile(text), given)


def test_arguments_before_the_first_from_are_used_in_it():
    assert plan(MULTI).stages[0].base == "python:3.12-slim"
    assert plan(MULTI, VERSION="3.13").stages[0].base == "python:3.13-slim"


@pytest.mark.parametrize(
    ("target", "names"),
    [
        (None, ["base", "builder", "3", "test"]),
        ("3", ["base", "builder", "3"]),
        ("BUILDER", ["base", "builder"]),
        ("unused", ["unused"]),
    ],
)
def test_only_what_the_target_is_made_of_is_built(target, names):
    assert [stage.name for stage in plan(MULTI).needed(target)] == names


def test_a_target_that_does_not_exist_is_refused():
    with pytest.raises(DockerfileError, match="target stage 'nope' could not be found"):
        plan(MULTI).needed("nope")


@pytest.mark.parametrize("line", ["FROM a b", "FROM a IS b", "FROM $NOTHING"])
def test_a_from_that_names_no_base_is_refused(line):
    with pytest.raises(DockerfileError, match="line 1"):
        plan(line)
