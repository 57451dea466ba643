from __future__ import annotations

import pytest

from shipway.localcloud.engines.oci.rootfs import PathEscapeError, inside


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "root"
    (root / "app" / "data").mkdir(parents=True)
    return root


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/app", "app"),
        ("app/../app", "app"),
        ("../../etc/passwd", "etc/passwd"),
        ("/", ""),
        ("/new/file", "new/file"),
    ],
)
def test_a_path_stops_at_the_root(root, path, expected):
    assert inside(root, path) == root / expected


def test_links_are_followed_as_within_the_image(root):
    (root / "absolute").symlink_to("/app")
    (root / "app" / "up").symlink_to("../../../app/data")
    assert inside(root, "/absolute/data") == root / "app/data"
    assert inside(root, "/app/up/file") == root / "app/data/file"
    assert inside(root, "/absolute", follow_last=False) == root / "absolute"


def test_a_link_to_this_machine_leads_into_the_image(root):
    (root / "app" / "etc").symlink_to("/etc")
    assert inside(root, "/app/etc/passwd") == root / "etc/passwd"
    assert not (root / "etc").exists()


def test_links_in_circles_are_refused(root):
    (root / "a").symlink_to("b")
    (root / "b").symlink_to("a")
    with pytest.raises(PathEscapeError, match="too many levels"):
        inside(root, "a/x")
