import ast
import importlib
import subprocess
import sys
from pathlib import Path

import click
import pytest

from shipway.cli import app
from shipway.errors import InputError, MissingRequirementError


@pytest.fixture
def failing(monkeypatch):
    """Makes `shipway fail` a command that raises."""

    def install(error: BaseException) -> None:
        @click.command("fail")
        def command() -> int:
            raise error

        monkeypatch.setitem(app.COMMANDS, "fail", "Fails.")
        monkeypatch.setattr(app.LazyGroup, "get_command", lambda *_: command)

    return install


@pytest.mark.parametrize("name", app.COMMANDS)
def test_every_listed_command_is_there(name):
    command = importlib.import_module(f"shipway.cli.{name}").command
    assert command.name == name
    assert app.COMMANDS[name].endswith(".")


def test_help_lists_the_commands_without_importing_them():
    probe = (
        "import sys\nfrom shipway.cli.app import main\ncode = main(['--help'])\n"
        "heavy = {'boto3', 'rich', 'aiohttp', 'ministack', 'yaml'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else code)\n"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all(name in done.stdout for name in app.COMMANDS)


def test_version(capsys):
    assert app.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("shipway, version ")


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["rehearse", "--nonsense"], ["rehearse", "--port", "x"], ["rehearse", "--account", "1"]],
)
def test_a_wrong_command_line_is_input(arguments, capsys):
    assert app.main(arguments) == 2
    assert "Usage: shipway" in capsys.readouterr().err


def test_an_error_is_one_line_with_its_code(failing, capsys):
    failing(InputError("no cdk.json", where="web", value="nothing", remedy="Name a project"))
    assert app.main(["fail"]) == 2
    assert capsys.readouterr() == ("", "shipway: web: no cdk.json (got nothing). Name a project\n")


def test_a_missing_requirement_has_a_code_of_its_own(failing):
    failing(MissingRequirementError("no git"))
    assert app.main(["fail"]) == 3


def test_a_missing_extra_says_how_to_get_it(failing, capsys):
    failing(ModuleNotFoundError("No module named 'boto3'", name="boto3"))
    assert app.main(["fail"]) == 3
    assert "pip install 'shipway[rehearse]'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "error", [RuntimeError("bang"), ModuleNotFoundError("No module named 'shipwya'", name="shipwya")]
)
def test_anything_else_is_our_bug_with_the_traceback_in_a_file(failing, capsys, error, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    failing(error)
    assert app.main(["fail"]) == 4
    (file,) = tmp_path.iterdir()
    said = capsys.readouterr().err
    assert str(error) in said
    assert str(file) in said
    assert "Traceback" not in said
    assert "Traceback" in file.read_text()


def test_a_developer_sees_the_traceback(failing, capsys, monkeypatch):
    monkeypatch.setenv("SHIPWAY_DEBUG", "1")
    failing(RuntimeError("bang"))
    assert app.main(["fail"]) == 4
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_is_no_bug(failing):
    failing(KeyboardInterrupt())
    assert app.main(["fail"]) == 1


def test_only_the_outermost_layer_catches_everything():
    """DESIGN section 5: only cli/app.py catches, so that no error is turned into silence below it."""
    source = Path(app.__file__).parents[1] / "rehearsal"
    for path in (*source.rglob("*.py"), source.parent / "bootstrap.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Name):
                assert node.type.id != "Exception", f"{path.name}:{node.lineno}"
