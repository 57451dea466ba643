from __future__ import annotations

import pytest

from shipway.localcloud.engines.docker_cli.options import Option, UsageError, read_options

OPTIONS = (
    Option("tag", "t"),
    Option("interactive", "i", is_switch=True),
    Option("tty", "T", is_switch=True),
    Option("push", is_switch=True),
    Option("cache-to", not_done="no cache"),
)


@pytest.mark.parametrize("words", [["-t", "a"], ["-ta"], ["-t=a"], ["--tag", "a"], ["--tag=a"]])
def test_a_value_in_every_form(words):
    assert read_options([*words, "."], OPTIONS).every("tag") == ["a"]
    assert read_options([".", *words], OPTIONS).positional == (".",)


def test_switches_can_be_joined_and_turned_off():
    given = read_options(["-iTt", "x", "--push=false"], OPTIONS)
    assert given.is_on("interactive")
    assert given.is_on("tty")
    assert given.last("tag") == "x"
    assert not given.is_on("push")


def test_what_follows_the_first_word_is_the_containers():
    given = read_options(["-i", "image", "-t", "--unknown"], OPTIONS, stop_at_first=True)
    assert given.positional == ("image", "-t", "--unknown")


def test_what_is_not_done_is_named_with_its_value():
    assert read_options(["--cache-to", "type=registry"], OPTIONS).not_done == (
        ("--cache-to=type=registry", "no cache"),
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--frob"], "unknown flag: --frob"),
        (["-x"], "unknown shorthand flag: -x"),
        (["-t"], "needs an argument"),
    ],
)
def test_what_is_not_understood_is_refused(words, message):
    with pytest.raises(UsageError, match=message):
        read_options(words, OPTIONS)
