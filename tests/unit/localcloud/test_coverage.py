from __future__ import annotations

import copy
import json

from shipway.localcloud.coverage import RecordedMapping, plain


def test_what_is_never_read_is_unread_with_its_path() -> None:
    recorder = RecordedMapping({"Name": "n", "Ports": [{"From": 1, "To": 2}], "Other": 3})

    recorder.get("Name")
    recorder["Ports"][0]["From"]

    assert recorder.unread() == ["Ports.0.To", "Other"]


def test_asking_for_presence_counts_as_reading() -> None:
    recorder = RecordedMapping({"Tags": []})

    assert "Tags" in recorder

    assert recorder.unread() == []


def test_a_mapping_handed_on_whole_is_not_judged() -> None:
    recorder = RecordedMapping({"Policy": {"Statement": []}})

    recorder["Policy"]

    assert recorder.unread() == []


def test_copies_and_dumps_read_everything_and_carry_no_recorder() -> None:
    for use in (copy.deepcopy, json.dumps, dict, lambda mapping: {**mapping}):
        recorder = RecordedMapping({"A": {"B": 1}, "C": 2})
        use(recorder)
        assert recorder.unread() == [], use

    assert type(copy.deepcopy(RecordedMapping({"A": {"B": 1}}))["A"]) is dict


def test_plain_leaves_no_mark() -> None:
    recorder = RecordedMapping({"A": {"B": [1]}})

    assert plain(recorder) == {"A": {"B": [1]}}

    assert recorder.unread() == ["A"]
    assert type(plain(recorder)["A"]) is dict
