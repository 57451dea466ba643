from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipway.localcloud.engines.dockerfile.ignore import read_ignore_rules


@pytest.mark.parametrize(
    ("text", "path", "excluded"),
    [
        (".git", ".git/config", True),
        (".git", "sub/.git", False),
        ("**/.git", "sub/.git/x", True),
        ("**/.git", ".git", True),
        ("*.md", "a.md", True),
        ("*.md", "docs/a.md", False),
        ("*.md\n!README.md", "README.md", False),
        ("!README.md\n*.md", "README.md", True),
        ("docs\n!docs/keep", "docs/keep/x", False),
        ("docs/**", "docs/a/b", True),
        ("/build/", "build/x", True),
        ("te?t[0-9]", "test1", True),
        ("# a comment\n\n", "# a comment", False),
        (".", "a", False),
    ],
)
def test_patterns_mean_what_docker_says(text, path, excluded):
    assert read_ignore_rules(text).excludes(path) is excluded


@given(st.text(), st.text(min_size=1))
def test_no_text_is_an_error_and_an_exception_for_all_keeps_all(text, path):
    rules = read_ignore_rules(text)
    rules.excludes(path)
    assert not read_ignore_rules(f"{text}\n!**").excludes(path)
