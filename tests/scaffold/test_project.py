"""A project that `shipway init` has written is one that a team would keep."""

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shipway.scaffold.project import write
from shipway.scaffold.request import ENVIRONMENTS, LONGEST_NAME, Request

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(Request("demo"), tmp_path_factory.mktemp("written"))


def run(project: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        command,
        cwd=project,
        env={**environment, "PYTHONDONTWRITEBYTECODE": "1", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_its_own_tests_pass_by_make(project):
    """In a shell that knows nothing of the environment that shipway is in."""
    done = run(project, "make", "test", PATH="/usr/local/bin:/usr/bin:/bin", VIRTUAL_ENV="/nowhere")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout


@pytest.mark.slow  # runs its tests once for each of 27 faults: half a minute
def test_its_tests_notice_every_mutant(project, tmp_path):
    killed = tmp_path / "killed"
    killed.touch()
    done = run(
        project,
        *(sys.executable, "-m", "pytest", "-p", "mutants", "--tb=line", "-q", "tests"),
        PYTHONPATH=str(HERE),
        MUTANTS_KILLED=str(killed),
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "changes nothing" not in done.stdout
    assert " error" not in done.stdout.splitlines()[-1]
    noticed = {line.split()[0] for line in killed.read_text().splitlines()}
    assert noticed == set(runpy.run_path(str(HERE / "mutants.py"))["MUTANTS"])


@pytest.mark.slow  # three syntheses: half a minute
def test_shipway_check_finds_nothing_in_any_environment(project):
    done = run(project, "make", "check", PATH="/usr/local/bin:/usr/bin:/bin")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("0 errors, 0 warnings, 0 undetermined") == len(ENVIRONMENTS)


@pytest.mark.parametrize("command", [("check",), ("format", "--check")], ids=" ".join)
def test_its_code_is_clean_and_formatted(project, command):
    done = run(project, sys.executable, "-m", "ruff", *command, "--no-cache", ".")
    assert done.returncode == 0, done.stdout


def test_every_target_of_its_readme_is_in_its_makefile(project):
    makefile = (project / "Makefile").read_text()
    lines = (project / "README.md").read_text().splitlines()
    targets = {line.split()[2] for line in lines if line.startswith("$ make ")}
    assert targets >= {"test", "check", "rehearse", "deploy", "github-access"}
    assert all(f"\n{target}:" in makefile for target in targets)


def test_a_rehearsal_of_it_can_be_planned(project):
    done = run(project, sys.executable, "-m", "shipway", "rehearse", "--plan", "-c", "githubRepository=")
    assert done.returncode == 0, done.stderr
    assert "demo-dev" in done.stdout


@pytest.mark.slow
def test_it_rehearses_by_make(project):
    done = run(project, "make", "rehearse", PATH="/usr/local/bin:/usr/bin:/bin")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the rehearsal succeeded" in done.stderr


def test_another_checkout_installs_what_it_needs_first(project, tmp_path):
    """local.mk is of one machine; elsewhere make writes it. Here only what it would run is asked."""
    elsewhere = shutil.copytree(project, tmp_path / "demo", ignore=shutil.ignore_patterns("local.mk"))
    done = run(elsewhere, "make", "--dry-run", "local.mk", PATH="/usr/local/bin:/usr/bin:/bin")
    assert ".venv/bin/python -m pip install --quiet --requirement requirements.txt" in done.stdout
    assert "shipway[init]~=" in (elsewhere / "requirements.txt").read_text()


def test_the_longest_name_is_what_the_tightest_resource_bears():
    from shipway.constructs import App, BlueGreenPipeline, ConnectionSource, Stack, naming_for  # noqa: PLC0415
    from shipway.errors import InputError  # noqa: PLC0415

    def synthesize(name: str) -> None:
        stack = Stack(App(context={"environmentSuffix": max(ENVIRONMENTS, key=len)}), name)
        naming = naming_for(stack, name)
        source = ConnectionSource(stack, "Source", naming=naming, repository="acme/demo")
        BlueGreenPipeline(stack, "Delivery", service=name, alert_emails=["a@example.com"], source=source)

    synthesize("x" * LONGEST_NAME)
    with pytest.raises(InputError, match="33 characters, 32 are allowed"):
        synthesize("x" * (LONGEST_NAME + 1))
