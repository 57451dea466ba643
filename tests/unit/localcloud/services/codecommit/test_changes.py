"""What a push changed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shipway.localcloud.services.codecommit.changes import changes, complete, first_branch

REFERENCES = st.dictionaries(
    st.sampled_from(["refs/heads/main", "refs/heads/a/b", "refs/tags/v1", "refs/tags/x/y"]),
    st.sampled_from(["c1", "c2"]),
)


def test_created_moved_and_deleted() -> None:
    before = {"refs/heads/main": "c1", "refs/tags/v1": "c1", "refs/heads/same": "c1"}
    after = {"refs/heads/main": "c2", "refs/heads/feature/x": "c2", "refs/heads/same": "c1"}
    assert list(changes(before, after)) == [
        {
            "event": "referenceCreated",
            "referenceType": "branch",
            "referenceName": "feature/x",
            "referenceFullName": "refs/heads/feature/x",
            "commitId": "c2",
        },
        {
            "event": "referenceUpdated",
            "referenceType": "branch",
            "referenceName": "main",
            "referenceFullName": "refs/heads/main",
            "commitId": "c2",
            "oldCommitId": "c1",
        },
        {
            "event": "referenceDeleted",
            "referenceType": "tag",
            "referenceName": "v1",
            "referenceFullName": "refs/tags/v1",
            "oldCommitId": "c1",
        },
    ]


@given(REFERENCES, REFERENCES)
def test_applying_the_changes_to_what_was_gives_what_is(
    before: dict[str, str], after: dict[str, str]
) -> None:
    state = dict(before)
    for detail in changes(before, after):
        assert state.get(detail["referenceFullName"]) == detail.get("oldCommitId")
        if "commitId" in detail:
            state[detail["referenceFullName"]] = detail["commitId"]
        else:
            del state[detail["referenceFullName"]]
    assert state == after


def test_the_first_branch_becomes_the_default_one() -> None:
    assert first_branch({"refs/tags/v1": "c"}) is None
    assert first_branch({"refs/heads/b": "c", "refs/heads/a": "c"}) == "a"
    assert first_branch({"refs/heads/a": "c", "refs/heads/master": "c"}) == "master"


def test_an_event_says_whose_repository_it_is() -> None:
    detail = complete({"event": "e"}, name="n", repository_id="i", caller_arn="a")
    assert detail == {"event": "e", "repositoryName": "n", "repositoryId": "i", "callerUserArn": "a"}
