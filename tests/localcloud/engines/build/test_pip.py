from __future__ import annotations

import pytest

from shipway.localcloud.engines.build.pip import UnsupportedPipError, read_pip_install


@pytest.fixture
def read(tmp_path):
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "one.whl").touch()

    def read(command):
        return read_pip_install(command.split(), tmp_path, "/app", "/usr/local", "/home/me")

    return read


def test_paths_of_the_image_become_paths_of_this_machine(read, tmp_path):
    install = read("--no-cache-dir -r requirements.txt -c /app/../etc/c.txt flask==3 ./sub[extra] /app/*.whl")
    assert install.arguments == (
        "--requirement", f"{tmp_path}/app/requirements.txt", "--constraint", f"{tmp_path}/etc/c.txt",
        "flask==3", f"{tmp_path}/app/sub[extra]", f"{tmp_path}/app/one.whl",
    )  # fmt: skip
    assert install.folder == "/usr/local"


def test_a_path_cannot_leave_the_image(read, tmp_path):
    assert read("-r ../../../../etc/passwd").arguments == ("--requirement", f"{tmp_path}/etc/passwd")


@pytest.mark.parametrize(
    ("command", "folder", "is_target"),
    [
        ("--user x", "/home/me/.local", False),
        ("--prefix=/install x", "/install", False),
        ("-t python x", "/app/python", True),
    ],
)
def test_where_it_installs(read, command, folder, is_target):
    install = read(command)
    assert (install.arguments, install.folder, install.is_target) == (("x",), folder, is_target)


def test_an_editable_install_is_admitted(read, tmp_path):
    install = read("-e .")
    assert install.editable
    assert install.arguments == (f"{tmp_path}/app",)


@pytest.mark.parametrize("command", ["--root /x y", "--python 3 y", "-r"])
def test_what_cannot_be_done_is_refused(read, command):
    with pytest.raises(UnsupportedPipError):
        read(command)


def test_addresses_are_left_alone(read):
    words = "https://example.com/a.whl git+https://example.com/a x@https://example.com/b"
    assert read(words).arguments == tuple(words.split())
