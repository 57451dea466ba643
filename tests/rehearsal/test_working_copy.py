import subprocess

import pytest

from shipway.errors import InputError, MissingRequirementError
from shipway.rehearsal.drills import Change
from shipway.rehearsal.ports import StepFailedError
from shipway.rehearsal.working_copy import WorkingCopy, project_files, require_git


def git(folder, *arguments):
    return subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    for path, text in {
        "app.py": "",
        "Dockerfile": "FROM scratch\n",
        "tests/test_app.py": "",
        ".gitignore": "*.log\nnode_modules/\n",
        "noise.log": "",
        "node_modules/a.js": "",
        "cdk.out/manifest.json": "{}",
        ".shipway/runs/1/events.jsonl": "",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


FILES = (".gitignore", "Dockerfile", "app.py", "tests/test_app.py")


def test_files_of_a_folder_that_is_no_repository(project, tmp_path):
    before = sorted(project.rglob("*"))
    assert project_files(project, tmp_path / "scratch") == FILES
    assert sorted(project.rglob("*")) == before
    assert not (tmp_path / "scratch").exists()


def test_files_of_a_folder_inside_a_repository_honour_what_stands_above_it(project, tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / ".gitignore").write_text("Dockerfile\n")
    assert project_files(project, tmp_path / "scratch") == tuple(one for one in FILES if one != "Dockerfile")


def test_a_tracked_file_that_was_deleted_is_not_pushed(project, tmp_path):
    git(project, "init", "-q")
    git(project, "add", "app.py")
    (project / "app.py").unlink()
    assert "app.py" not in project_files(project, tmp_path / "scratch")


def test_a_project_of_which_all_is_ignored(tmp_path):
    (tmp_path / ".gitignore").write_text("*\n")
    with pytest.raises(InputError, match="no file to push"):
        project_files(tmp_path, tmp_path / "scratch")


def test_no_git(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingRequirementError, match="no git"):
        require_git()


@pytest.fixture
def remote(tmp_path):
    folder = tmp_path / "remote.git"
    folder.mkdir()
    git(folder, "init", "-q", "--bare")
    return folder


def test_each_drill_starts_from_the_project_as_it_is(project, tmp_path, remote):
    copy = WorkingCopy(tmp_path / "copy", project, FILES, "release")
    copy.push(str(remote))
    first = copy.commit(Change("one", writes=(("tests/test_drill.py", "broken\n"),)))
    copy.push(str(remote))
    second = copy.commit(Change("two", appends=(("Dockerfile", "CMD []\n"),)))
    copy.push(str(remote))
    assert git(remote, "log", "--format=%H", "release").split() == [second, first, copy.released]
    assert git(remote, "show", "release:Dockerfile") == "FROM scratch\nCMD []"
    assert git(remote, "ls-tree", "-r", "--name-only", "release").split() == list(FILES)


def test_the_users_own_git_configuration_takes_no_part(project, tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[commit]\n\tgpgsign = true\n[core]\n\tautocrlf = true\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert WorkingCopy(tmp_path / "copy", project, FILES, "main").released


def test_a_push_that_is_refused_is_a_failed_step_in_gits_words(project, tmp_path):
    copy = WorkingCopy(tmp_path / "copy", project, FILES, "main")
    with pytest.raises(StepFailedError, match=r"git push: .*does not"):
        copy.push(str(tmp_path / "nowhere"))
