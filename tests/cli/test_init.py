"""`shipway init`: what it writes, what it refuses, and how it brings a project up to date."""

import errno
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shipway.cli.app import main
from shipway.errors import InputError
from shipway.scaffold.project import update
from shipway.scaffold.templates import TEMPLATES


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The current folder, empty."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return folder


def test_a_project_is_written_and_says_what_to_do_next(folder, capsys):
    assert main(["init", "demo", "--email", "ops@acme.io", "--github", "acme/demo"]) == 0
    assert "cd demo && make rehearse && make test" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["demo"]
    written = {str(path.relative_to("demo")) for path in Path("demo").rglob("*") if path.is_file()}
    assert written == {
        ".copier-answers.yml",
        ".github/workflows/deliver.yml",
        ".github/workflows/deploy.yml",
        ".gitignore",
        ".pre-commit-config.yaml",
        "Makefile",
        "README.md",
        "app.py",
        "cdk.json",
        "delivery.py",
        "github_access.py",
        "local.mk",
        "pyproject.toml",
        "requirements.txt",
        "service/.dockerignore",
        "service/Dockerfile",
        "service/VERSION",
        "service/server.py",
        "service/tests/test_server.py",
        "tests/conftest.py",
        "tests/test_environments.py",
        "tests/test_github_access.py",
        "tests/test_permissions.py",
        "tests/test_pipeline.py",
        "tests/test_release.py",
    }
    assert 'SERVICE = "demo"' in Path("demo/delivery.py").read_text()
    assert '"alertEmails": ["ops@acme.io"]' in Path("demo/cdk.json").read_text()
    assert '"githubRepository": "acme/demo"' in Path("demo/cdk.json").read_text()
    assert f"PYTHON := {sys.executable}\n" in Path("demo/local.mk").read_text()


def test_nothing_of_this_machine_is_in_what_git_would_keep(folder):
    main(["init", "demo"])
    git("init", "--quiet", "demo")
    listed = git("-C", "demo", "ls-files", "--others", "--exclude-standard").splitlines()
    assert "local.mk" not in listed
    for name in listed:
        text = Path("demo", name).read_text()
        assert str(folder) not in text
        assert str(Path(sys.executable).parent) not in text
        assert "{{" not in text.replace("${{", "").replace('"{{', ""), name  # nothing was left to render


def test_an_empty_folder_of_the_name_is_filled():
    Path("demo").mkdir()
    assert main(["init", "demo"]) == 0
    assert Path("demo/Makefile").is_file()


@pytest.mark.parametrize("name", ["Demo", "my_app", "internal-api", "x" * 18, "a/b", ".."])
def test_a_name_that_cannot_be_is_refused_and_nothing_is_written(folder, capsys, name):
    assert main(["init", name]) == 2
    said = capsys.readouterr().err
    assert said.startswith("shipway: ")
    assert said.count("\n") == 1
    assert list(folder.iterdir()) == []


def test_what_is_there_is_left_alone(folder, capsys):
    Path("demo").mkdir()
    Path("demo/mine").write_text("mine")
    assert main(["init", "demo"]) == 2
    assert capsys.readouterr().err.startswith("shipway: demo: something is there already.")
    assert [str(path.relative_to(folder)) for path in folder.rglob("*")] == ["demo", "demo/mine"]


def test_a_file_or_a_dangling_link_of_the_name_is_left_alone(folder):
    Path("demo").write_text("mine")
    Path("other").symlink_to("nowhere")
    assert main(["init", "demo"]) == 2
    assert main(["init", "other"]) == 2
    assert sorted(path.name for path in folder.iterdir()) == ["demo", "other"]


def test_a_folder_that_may_not_be_written_to(monkeypatch, capsys):
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("tempfile.mkdtemp", refuse)  # root, which runs many a CI, may write anywhere
    assert main(["init", "demo"]) == 2
    assert "no project can be written here (got Permission denied)" in capsys.readouterr().err


def test_a_failure_half_way_leaves_nothing(folder, monkeypatch, capsys):
    monkeypatch.setattr("shipway.scaffold.project.TEMPLATES", broken := folder.parent / "templates")
    shutil.copytree(TEMPLATES, broken)
    (broken / "v1/project/zz.jinja").write_text("{{ nothing.of.this }}")
    assert main(["init", "demo"]) == 2
    assert "copier copy failed" in capsys.readouterr().err
    assert list(folder.iterdir()) == []


def test_without_copier_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert main(["init", "demo"]) == 3
    assert "pip install 'shipway[init]'" in capsys.readouterr().err


def git(*arguments: str) -> str:
    identity = ("-c", "user.name=team", "-c", "user.email=team@example.com", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *identity, *arguments], capture_output=True, text=True, check=True).stdout


@pytest.fixture
def committed():
    """A project that its team has changed, all committed."""
    main(["init", "demo", "--github", "acme/demo"])
    project = Path("demo")
    delivery = project / "delivery.py"
    delivery.write_text(delivery.read_text().replace("PROTECTED = (", 'TEAM = "us"\nPROTECTED = ('))
    git("init", "--quiet", "demo")
    git("-C", "demo", "add", "--all")
    git("-C", "demo", "commit", "--quiet", "--message=ours")
    return project


@pytest.fixture
def newer(tmp_path):
    """Templates with a second revision, which changes one file and adds another."""
    templates = tmp_path / "templates"
    shutil.copytree(TEMPLATES / "v1", templates / "v1")
    shutil.copytree(TEMPLATES / "v1", templates / "v2")
    project = templates / "v2" / "project"
    for name, old, new in (
        (".copier-answers.yml.jinja", "_commit: v1", "_commit: v2"),
        ("delivery.py.jinja", 'UNATTENDED = ("dev",)', 'UNATTENDED = ("dev", "pr")'),
    ):
        text = (project / name).read_text()
        assert old in text
        (project / name).write_text(text.replace(old, new))
    (project / "NEW.md.jinja").write_text("of {{ github }}\n")
    return templates


def test_an_update_brings_what_is_new_and_keeps_what_the_team_changed(committed, newer):
    assert update(committed, newer) == "v2"
    delivery = (committed / "delivery.py").read_text()
    assert 'UNATTENDED = ("dev", "pr")' in delivery
    assert 'TEAM = "us"' in delivery
    assert (committed / "NEW.md").read_text() == "of acme/demo\n"
    changed = git("-C", "demo", "status", "--porcelain").splitlines()
    assert sorted(line[3:] for line in changed) == [".copier-answers.yml", "NEW.md", "delivery.py"]


def test_an_update_where_both_changed_one_line_marks_it(committed, newer):
    delivery = committed / "delivery.py"
    delivery.write_text(delivery.read_text().replace('UNATTENDED = ("dev",)', 'UNATTENDED = ("mine",)'))
    git("-C", "demo", "commit", "--quiet", "--all", "--message=a clash")
    update(committed, newer)
    text = delivery.read_text()
    assert (
        text.index("<<<<<<<") < text.index('("mine",)') < text.index('("dev", "pr")') < text.index(">>>>>>>")
    )


@pytest.mark.usefixtures("committed")
def test_an_update_of_what_is_new_changes_nothing(capsys):
    assert main(["init", "--update", "demo"]) == 0
    assert "the project is at revision v1" in capsys.readouterr().err
    assert git("-C", "demo", "status", "--porcelain") == ""


def test_an_update_leaves_uncommitted_work_alone(committed, newer):
    (committed / "README.md").write_text("mine")
    with pytest.raises(InputError, match="dirty"):
        update(committed, newer)
    assert (committed / "README.md").read_text() == "mine"
    assert not (committed / "NEW.md").exists()


def test_a_project_of_a_newer_shipway_is_not_brought_back(committed, newer, capsys):
    update(committed, newer)
    assert main(["init", "--update", "demo"]) == 2
    assert "(got v2). It knows v1: pip install --upgrade shipway" in capsys.readouterr().err


def test_an_update_of_something_else_is_refused(capsys):
    assert main(["init", "--update", "."]) == 2
    assert "no .copier-answers.yml" in capsys.readouterr().err


@pytest.mark.usefixtures("committed")
def test_an_update_takes_no_answers(capsys):
    assert main(["init", "--update", "demo", "--email", "a@example.com"]) == 2
    assert "change cdk.json" in capsys.readouterr().err


def test_nothing_temporary_is_left(committed, newer, tmp_path):
    update(committed, newer)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["templates", "work"]
