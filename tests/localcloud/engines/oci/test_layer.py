from __future__ import annotations

import io
import os
import tarfile
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipway.localcloud.engines.oci.layer import Entry, pack, tree, unpack
from shipway.localcloud.engines.oci.rootfs import PathEscapeError

PARTS = st.sampled_from(["a", "b", "c", "..", ".", "", ".wh.a", ".wh..wh..opq"])
PATHS = st.builds(
    lambda parts, absolute: "/" * absolute + "/".join(parts),
    st.lists(PARTS, min_size=1, max_size=5),
    st.booleans(),
)
MEMBERS = st.lists(
    st.tuples(
        PATHS,
        st.sampled_from(
            [tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE]
        ),
        PATHS,
    ),
    max_size=8,
)


def archive(members):
    blob = io.BytesIO()
    with tarfile.open(fileobj=blob, mode="w") as file:
        for name, kind, link in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname, info.mode = kind, link, 0o4777
            content = b"inside" if kind == tarfile.REGTYPE else b""
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
    blob.seek(0)
    return blob


@given(st.lists(MEMBERS, min_size=1, max_size=2))
def test_no_archive_writes_or_links_outside_its_root(layers):
    with tempfile.TemporaryDirectory() as folder:
        outside = Path(folder, "outside")
        outside.mkdir()
        (outside / "a").write_text("untouched")
        root = outside / "deep" / "root"
        root.mkdir(parents=True)
        for members in layers:
            with suppress(PathEscapeError):
                unpack(archive(members), root)
        assert (outside / "a").read_text() == "untouched"
        assert sorted(outside.iterdir()) == [outside / "a", outside / "deep"]
        assert list((outside / "deep").iterdir()) == [root]
        for path in root.rglob("*"):
            target = Path(os.path.realpath(path))
            assert target.is_relative_to(root.resolve()), f"{path} leads to {target}"
            assert not path.lstat().st_mode & 0o4000


@pytest.mark.parametrize("name", ["../evil", "a/../../evil", "/../evil"])
def test_a_name_that_leads_out_is_refused(tmp_path, name):
    with pytest.raises(PathEscapeError, match="leads out of the image"):
        unpack(archive([(name, tarfile.REGTYPE, "")]), tmp_path / "root")
    assert list(tmp_path.iterdir()) == []


def test_a_file_behind_a_link_to_this_machine_lands_in_the_image(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    unpack(archive([("etc", tarfile.SYMTYPE, str(tmp_path)), ("etc/file", tarfile.REGTYPE, "")]), root)
    assert not (tmp_path / "file").exists()
    assert (root / tmp_path.relative_to("/") / "file").read_text() == "inside"


def test_whiteouts_remove_what_lower_layers_had(tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "gone").write_text("")
    (tmp_path / "gone").mkdir()
    unpack(archive([(".wh.gone", tarfile.REGTYPE, ""), ("kept/.wh..wh..opq", tarfile.REGTYPE, "")]), tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["kept"]


def test_devices_and_pipes_are_named_and_left_out(tmp_path):
    assert unpack(archive([("dev/null", tarfile.CHRTYPE, ""), ("p", tarfile.FIFOTYPE, "")]), tmp_path) == (
        "dev/null",
        "p",
    )


FILES = st.dictionaries(
    st.text(alphabet="abc/é ", min_size=1).map(lambda text: text.strip("/")).filter(bool),
    st.binary(max_size=50),
    max_size=6,
)


@given(FILES, st.randoms(use_true_random=False))
def test_the_same_files_give_the_same_blob_in_whatever_order_and_come_back(files, random):
    with tempfile.TemporaryDirectory() as folder:
        sources, root = Path(folder, "sources"), Path(folder, "root")
        sources.mkdir()
        root.mkdir()
        entries = []
        for number, (path, content) in enumerate(files.items()):
            # Of paths that name one place or lie below one another, one is enough here.
            clean = os.path.normpath(path)
            if any(
                clean == e.path or clean.startswith(f"{e.path}/") or e.path.startswith(f"{clean}/")
                for e in entries
            ):
                continue
            source = sources / str(number)
            source.write_bytes(content)
            entries.append(Entry(clean, source, mode=0o640))
        first, second = io.BytesIO(), io.BytesIO()
        packed = pack(entries, first)
        for entry in entries:
            os.utime(entry.source, (1, 1))
        random.shuffle(entries)
        assert pack(entries, second) == packed
        assert first.getvalue() == second.getvalue()
        assert packed.size == len(first.getvalue())
        first.seek(0)
        unpack(first, root)
        assert {e.path: e.source.read_bytes() for e in entries} == {
            path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
        }


def test_a_tree_keeps_modes_and_links(tmp_path):
    source, root = tmp_path / "source", tmp_path / "root"
    (source / "bin").mkdir(parents=True)
    root.mkdir()
    (source / "bin" / "start").write_text("#!/bin/sh\n")
    (source / "bin" / "start").chmod(0o755)
    (source / "current").symlink_to("bin")
    blob = io.BytesIO()
    pack(tree(source, "app"), blob)
    blob.seek(0)
    unpack(blob, root)
    assert (root / "app/bin/start").stat().st_mode & 0o777 == 0o755
    assert (root / "app/current").readlink() == Path("bin")
