"""The shell in which a build's commands run."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from shipway.localcloud.services.codebuild.shell_session import ShellSession


class Watched:
    groups: ClassVar[set[int]] = set()

    def watch(self, group: int) -> None:
        self.groups.add(group)

    def forget(self, group: int) -> None:
        self.groups.discard(group)


class Interrupted(Exception):  # noqa: N818 - stands for the build's end
    pass


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def interrupt() -> list[bool]:
    return []


@pytest.fixture
def session(tmp_path: Path, said: list[str], interrupt: list[bool]) -> Iterator[ShellSession]:
    def check() -> None:
        if interrupt:
            raise Interrupted

    directory = tmp_path / "source"
    directory.mkdir()
    made = ShellSession(  # noqa: S604 - the shell's name, not subprocess's switch
        shell="sh",
        scratch=tmp_path / "shell",
        directory=directory,
        variables={"PATH": os.environ["PATH"], "GIVEN": "it's"},
        on_line=said.append,
        check=check,
        guard=Watched(),
    )
    yield made
    made.close()


def test_variables_functions_and_directory_persist(session: ShellSession, said: list[str]) -> None:
    assert session.run("LOCAL=1; export SHARED=2; mkdir d; cd d; f() { echo in f; }") == 0
    assert session.run('f; echo "$LOCAL $SHARED $(basename "$PWD") $GIVEN"') == 0
    assert said == ["in f", "1 2 d it's"]


def test_exit_status_is_the_last_commands(session: ShellSession) -> None:
    assert session.run("false; true") == 0
    assert session.run("true; sh -c 'exit 5'") == 5
    assert session.run("kill -9 $$") == 128 + signal.SIGKILL


def test_a_shell_that_exits_is_replaced_where_it_was(session: ShellSession, said: list[str]) -> None:
    session.run("export KEPT='a b'; LOST=1; mkdir d; cd d")
    assert session.run("exit 3") == 3
    session.run('echo "$KEPT,$LOST,$(basename "$PWD")"')
    assert said == ["a b,,d"]


def test_set_e_ends_the_command_at_its_first_failure(session: ShellSession, said: list[str]) -> None:
    assert session.run("set -e") == 0
    assert session.run("false\necho never") == 1
    assert said == []


def test_a_syntax_error_fails_only_its_command(session: ShellSession, said: list[str]) -> None:
    assert session.run("if then") != 0
    assert session.run("echo next") == 0
    assert said[-1] == "next"


def test_output_without_line_end_and_output_that_is_redirected(
    session: ShellSession, said: list[str]
) -> None:
    session.run("printf part")
    session.run("exec > away.txt; echo hidden")
    assert session.run("exec > /dev/null") == 0
    assert said == ["part"]


def test_a_command_that_reads_gets_no_input(session: ShellSession, said: list[str]) -> None:
    assert session.run("read line || echo end of input") == 0
    assert said == ["end of input"]


def test_positional_parameters_are_the_builds(session: ShellSession, said: list[str]) -> None:
    session.run('echo "$#"; set -- a b')
    session.run('echo "$#"')
    assert said[0] == "0"
    assert session.run("true") == 0


def test_background_jobs_do_not_hold_a_command_up_and_end_with_the_session(
    session: ShellSession, said: list[str]
) -> None:
    session.run("sleep 300 & echo $$")
    group = int(said[0])  # the shell leads it
    os.killpg(group, 0)
    assert group in Watched.groups
    session.close()
    assert group not in Watched.groups
    # An orphan that was killed is gone as soon as init has reaped it.
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("the background job outlived its session")


def test_what_check_raises_ends_the_command(session: ShellSession, interrupt: list[bool]) -> None:
    interrupt.append(True)
    with pytest.raises(Interrupted):
        session.run("sleep 300")


def test_exported_variables_and_expansions(session: ShellSession, said: list[str]) -> None:
    session.export("QUOTED", "it's $HOME")
    session.run("A=1; export B='x\ny'")
    assert session.environment()["QUOTED"] == "it's $HOME"
    assert session.environment()["B"] == "x\ny"
    assert "A" not in session.environment()
    assert session.expand("""out-$A-$(echo "z" | tr 'z' 'y')""") == "out-1-y"
    assert said == []


def test_much_output_arrives_whole(session: ShellSession, said: list[str]) -> None:
    assert session.run("seq 20000") == 0
    assert said == [str(number) for number in range(1, 20_001)]
