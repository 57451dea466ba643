from __future__ import annotations

import tarfile

import pytest

from shipway.localcloud.engines.build.files import (
    MissingSourceError,
    build_context,
    copied,
    unpacked_archives,
    with_mode,
)


@pytest.fixture
def context(tmp_path):
    folder = tmp_path / "context"
    for path in ("app/main.py", "app/sub/x.py", "app/sub/x.pyc", "a.txt", "b.txt", "secret.env"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(path)
    (folder / ".dockerignore").write_text("*.env\n**/*.pyc\n.dockerignore\n")
    return folder


@pytest.fixture
def copy(context, tmp_path):
    root = tmp_path / "root"
    (root / "app").mkdir(parents=True)

    def copy(*words):
        *sources, destination = words
        origin = build_context(context, context / "Dockerfile")
        return sorted(
            entry.path for entry in copied(origin, tuple(sources), destination, root) if entry.source
        )

    return copy


@pytest.mark.parametrize(
    ("words", "paths"),
    [
        (("a.txt", "/x"), ["x"]),
        (("a.txt", "/x/"), ["x/a.txt"]),
        (("a.txt", "/app"), ["app/a.txt"]),  # it is a folder already
        (("*.txt", "/x/"), ["x/a.txt", "x/b.txt"]),
        (("app", "/app/"), ["app/main.py", "app/sub/x.py"]),
        (("app/s*", "/y"), ["y/x.py"]),
        ((".", "/"), ["a.txt", "app/main.py", "app/sub/x.py", "b.txt"]),
        (("../../a.txt", "/x"), ["x"]),  # a context has no parent
    ],
)
def test_files_land_where_docker_puts_them(copy, words, paths):
    assert copy(*words) == paths


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nope.txt", "/x"), '"/nope.txt": not found'),
        (("secret.env", "/x"), "excluded by .dockerignore"),
        (("*.go", "/x/"), "not found"),
        (("a.txt", "b.txt", "/x"), "must be a directory and end with a /"),
    ],
)
def test_a_copy_that_cannot_be_done_says_why(copy, words, message):
    with pytest.raises(MissingSourceError, match=message):
        copy(*words)


def test_a_link_out_of_the_context_is_not_followed(context, copy):
    (context / "leak").symlink_to("/etc/hostname")
    with pytest.raises(MissingSourceError, match="not found"):
        copy("leak", "/x")


def test_an_ignore_file_beside_the_dockerfile_goes_first(context):
    (context / "Other.dockerignore").write_text("app\n")
    assert build_context(context, context / "Other").ignored.excludes("app/main.py")
    assert not build_context(context, context / "Other").ignored.excludes("secret.env")


def test_a_folder_that_is_ignored_may_hold_files_that_are_not(context, copy):
    (context / ".dockerignore").write_text("app\n!app/sub/x.py\n")
    assert copy("app", "/y/") == ["y/sub/x.py"]


def test_add_unpacks_an_archive(context, tmp_path):
    with tarfile.open(context / "a.tgz", "w:gz") as archive:
        archive.add(context / "app", "inner")
    origin = build_context(context, context / "Dockerfile")
    entries = unpacked_archives(copied(origin, ("a.tgz",), "/srv/", tmp_path), tmp_path)
    assert [e.path for e in entries if e.source] == [
        "srv/inner/main.py",
        "srv/inner/sub/x.py",
        "srv/inner/sub/x.pyc",
    ]


def test_chmod_changes_modes(context, tmp_path):
    origin = build_context(context, context / "Dockerfile")
    (entry,) = with_mode(copied(origin, ("a.txt",), "/a", tmp_path), 0o700)
    assert entry.mode == 0o700
