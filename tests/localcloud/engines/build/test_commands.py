from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipway.localcloud.engines.build.commands import pip_arguments, split_commands, virtual_environment


def test_commands_are_cut_outside_quotes_and_variables_replaced():
    assert split_commands("set -e; cd $DIR && pip install 'x>=1' \"y;z\"", {"DIR": "/app"}) == (
        ("set", "-e"),
        ("cd", "/app"),
        ("pip", "install", "x>=1", "y;z"),
    )


@pytest.mark.parametrize(
    "text", ["a | b", "a || b", "a > b", "(a)", "echo $(a)", "echo `a`", "a & b", "a 'b"]
)
def test_more_than_plain_commands_is_not_taken_apart(text):
    assert split_commands(text, {}) is None


@given(st.text())
def test_any_line_is_taken_apart_or_not(text):
    commands = split_commands(text, {})
    assert commands is None or all(command for command in commands)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("pip install -r a.txt", ("pip", ("-r", "a.txt"))),
        ("pip3.12 --no-cache-dir install x", ("pip3.12", ("--no-cache-dir", "x"))),
        ("python3 -m pip install x", ("python3", ("x",))),
        ("/opt/venv/bin/pip install x", ("/opt/venv/bin/pip", ("x",))),
        ("pip download install", None),
        ("pip list", None),
        ("pipx install x", None),
        ("apt-get install pip", None),
    ],
)
def test_a_pip_install_is_known_in_its_forms(command, expected):
    assert pip_arguments(tuple(command.split())) == expected


def test_a_virtual_environment_is_known():
    assert virtual_environment(("python", "-m", "venv", "--copies", "/opt/venv")) == "/opt/venv"
    assert virtual_environment(("python", "-m", "compileall", "/app")) is None
