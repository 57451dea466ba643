from shipway.rehearsal import events as ev
from shipway.rehearsal.facts import Fidelity, Weight
from shipway.views.web.history import History, remember


def after(*events):
    history = History()
    for number, event in enumerate(events, 1):
        history = remember(history, ev.Envelope(number, "run", float(number), None, event))
    return history


def push(message):
    return ev.ChangePushed("c0ffee", "main", message)


def test_what_comes_of_a_push_is_remembered_with_it():
    first, second = after(
        ev.StepStarted("release", Fidelity.EMULATED),
        push("one"),
        ev.BuildPhaseChanged("b", "BUILD", "IN_PROGRESS"),
        ev.BuildPhaseChanged("b", "BUILD", "SUCCEEDED"),
        ev.DeploymentChanged("d-1", "Succeeded"),
        ev.LifecycleEventChanged("d-1", "Install", "Pending"),
        ev.LifecycleEventChanged("d-1", "Install", "Succeeded"),
        ev.ExecutionChanged("e-1", "Succeeded"),
        push("two"),
        ev.ExecutionChanged("e-2", "Failed"),
    ).deliveries
    assert (first.step, first.push.message, first.at) == ("release", "one", 2.0)
    assert first.phases == {"BUILD": ev.BuildPhaseChanged("b", "BUILD", "SUCCEEDED")}
    assert first.lifecycle == {"Install": "Succeeded"}
    assert first.deployment == ev.DeploymentChanged("d-1", "Succeeded")
    assert first.execution == ev.ExecutionChanged("e-1", "Succeeded")
    assert (second.deployment, second.execution) == (None, ev.ExecutionChanged("e-2", "Failed"))


def test_events_before_the_first_push_belong_to_none():
    assert after(ev.ExecutionChanged("e-0", "Succeeded")).deliveries == ()


def test_weights_and_mails_keep_their_times():
    history = after(ev.WeightsChanged((Weight("blue", 100.0),)), ev.MailArrived("1", "a@b", "s", "t"))
    assert history.weights == ((1.0, (Weight("blue", 100.0),)),)
    assert history.mailed == (2.0,)


def test_a_long_run_keeps_a_bounded_number_of_samples_and_every_failure():
    history = after(*(ev.RequestsCounted(number, number // 7, 200.0) for number in range(5000)))
    assert 300 <= len(history.samples) <= 600
    times = [sample.at for sample in history.samples]
    assert times == sorted(times)
    assert (times[0], times[-1]) == (1.0, 5000.0)
    assert history.samples[-1].failed == 4999 // 7
