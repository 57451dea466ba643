from shipway.rehearsal import events as ev
from shipway.rehearsal.snapshot import Snapshot, changes


def test_only_what_is_new_or_differs_is_a_change(states):
    new = list(changes(states["idle"], states["half way"]))
    assert [type(event).__name__ for event in new] == [
        "ExecutionChanged",
        "ActionChanged",
        "DeploymentChanged",
        "WeightsChanged",
        "TaskSetsChanged",
    ]
    assert list(changes(states["half way"], states["half way"])) == []


def test_facts_about_different_subjects_do_not_hide_each_other():
    build = ev.ActionChanged("e", "Build", "Image", "CodeBuild", "Succeeded")
    deploy = ev.ActionChanged("e", "Deploy", "Shift", "CodeDeployToECS", "InProgress")
    assert list(changes(Snapshot((build,)), Snapshot((build, deploy)))) == [deploy]


def test_two_builds_have_phases_of_their_own():
    first = ev.BuildPhaseChanged("b:1", "BUILD", "SUCCEEDED")
    second = ev.BuildPhaseChanged("b:2", "BUILD", "SUCCEEDED")
    assert list(changes(Snapshot((first,)), Snapshot((second,)))) == [second]


def test_shares_of_a_listener(states):
    assert states["half way"].percent("web-blue") == 90
    assert states["half way"].percent("web-green") == 10
    assert Snapshot().percent("web-green") == 0
