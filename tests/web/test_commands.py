"""`shipway rehearse --web` and `shipway replay --html` as commands: what they refuse, and what they leave."""

import threading

import pytest

from shipway.cli.app import main
from shipway.rehearsal.jsonl import encode


@pytest.fixture
def events(story, tmp_path):
    file = tmp_path / "events.jsonl"
    file.write_text("".join(encode(one) + "\n" for one in story), encoding="utf-8")
    return file


def test_the_same_events_make_the_same_file(events, tmp_path, capsys):
    pages = [tmp_path / name for name in ("one.html", "two.html")]
    for page in pages:
        assert main(["replay", str(events), "--html", str(page)]) == 0
    assert pages[0].read_bytes() == pages[1].read_bytes()
    assert capsys.readouterr().out == ""


def test_a_page_of_no_events(tmp_path, capsys):
    (tmp_path / "events.jsonl").write_text("")
    assert main(["replay", str(tmp_path / "events.jsonl"), "--html", str(tmp_path / "page.html")]) == 2
    assert "no events to show" in capsys.readouterr().err
    assert not (tmp_path / "page.html").exists()


def test_a_page_that_cannot_be_written(events, tmp_path, capsys):
    assert main(["replay", str(events), "--html", str(tmp_path / "nowhere" / "page.html")]) == 2
    assert "the page cannot be written (got No such file or directory)" in capsys.readouterr().err


@pytest.mark.parametrize("options", [["--web", "--plan"], ["--web-port", "8080"]])
def test_options_that_would_do_nothing(options, tmp_path, capsys):
    assert main(["rehearse", str(tmp_path), *options]) == 2
    assert "--web" in capsys.readouterr().err


def test_a_rehearsal_says_where_its_page_is_and_takes_it_along(tmp_path, capsys):
    assert main(["rehearse", str(tmp_path), "--web"]) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("The page of this rehearsal: http://127.0.0.1:")
    assert "no cdk.json" in said[-1]
    assert "web view" not in {thread.name for thread in threading.enumerate()}
