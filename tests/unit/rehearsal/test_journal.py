from shipway.rehearsal import events as ev
from shipway.rehearsal.facts import Fidelity, Outcome
from shipway.rehearsal.journal import Journal


def test_events_are_numbered_timed_and_follow_the_step_they_belong_to():
    seen: list[ev.Envelope] = []
    times = iter([1.0, 2.0, 3.0, 4.0, 5.0])
    journal = Journal("run", lambda: next(times), seen.append)
    journal.record(ev.RehearsalStarted("p", "f", "process", 60, ()))
    journal.record(ev.StepStarted("deploy", Fidelity.EMULATED))
    journal.record(ev.ResourceChanged("s", "l", "t", "CREATE_COMPLETE"))
    journal.record(ev.StepFinished("deploy", Outcome.SUCCEEDED))
    journal.record(ev.Interrupted(), follows=1)
    assert [(one.seq, one.at, one.follows) for one in seen] == [
        (1, 1.0, None),
        (2, 2.0, None),
        (3, 3.0, 2),
        (4, 4.0, 2),
        (5, 5.0, 1),
    ]
