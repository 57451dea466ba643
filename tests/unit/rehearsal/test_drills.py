from shipway.rehearsal.drills import DRILLS, FAILING_TESTS, UNHEALTHY_RELEASE, Change, Sources


def test_the_failing_test_is_written_where_the_build_collects():
    change = FAILING_TESTS.change(Sources(pytest_folders=("service/tests",)))
    assert isinstance(change, Change)
    ((path, text),) = change.writes
    assert path == "service/tests/test_shipway_drill.py"
    compile(text, path, "exec")


def test_a_test_at_the_root_has_a_plain_path():
    change = FAILING_TESTS.change(Sources(pytest_folders=(".",)))
    assert isinstance(change, Change)
    assert change.writes[0][0] == "test_shipway_drill.py"


def test_the_deaf_container_replaces_entry_point_and_command():
    change = UNHEALTHY_RELEASE.change(Sources(dockerfiles=("Dockerfile",)))
    assert isinstance(change, Change)
    ((path, text),) = change.appends
    assert path == "Dockerfile"
    assert [line.split()[0] for line in text.splitlines() if line and line[0] != "#"] == ["ENTRYPOINT", "CMD"]


def test_a_project_that_gives_no_hold_is_told_why():
    assert [drill.change(Sources()) for drill in DRILLS] == [
        "no command of the buildspec runs pytest",
        "no command of the buildspec builds a Dockerfile of the project",
    ]


def test_a_prediction_is_one_sentence_with_all_facts(pipeline):
    assert str(UNHEALTHY_RELEASE.predict(pipeline, recipients=1)) == (
        "pipeline Failed in Deploy, deployment rolled back, old version serving, 0 requests failed, mail sent"
    )
