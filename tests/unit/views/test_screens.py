import io
from typing import get_args

import pytest
from rich.console import Console

from shipway.rehearsal import events as ev
from shipway.rehearsal.facts import FailedRequests, Fidelity, LedgerEntry, Leftover, Outcome, Weight
from shipway.rehearsal.plan import STEPS
from shipway.rehearsal.state import RunState, replay
from shipway.views import plain, words
from shipway.views.screen import screen
from shipway.views.summary import summary
from shipway.views.terminal import TerminalView

STORY = (
    ev.RehearsalStarted("web", "/runs/1", "process", 60, STEPS),
    ev.StepStarted("deploy", Fidelity.EMULATED),
    ev.StepFinished("deploy", Outcome.SUCCEEDED),
    ev.StepStarted("release", Fidelity.EMULATED),
    ev.ActionChanged("e", "Build", "Image", "CodeBuild", "InProgress"),
    ev.BuildPhaseChanged("b", "PRE_BUILD", "IN_PROGRESS"),
    ev.WeightsChanged((Weight("web-blue", 75.0), Weight("web-green", 25.0))),
    ev.TargetsChanged("web-blue", 2, "2 healthy"),
    ev.RequestsCounted(12345, 2, 219.6, (FailedRequests("HTTP 502", 2),)),
    ev.MailArrived("1", "team@example.com", "it failed", ""),
)


def shown(renderable) -> str:
    console = Console(width=100, file=io.StringIO(), color_system=None)
    console.print(renderable)
    return console.file.getvalue()


def state(*events: ev.Event) -> RunState:
    return replay(ev.Envelope(n, "run", float(n), None, event) for n, event in enumerate(events, 1))


def test_the_screen_shows_what_is_done_what_runs_and_what_is_to_come():
    lines = shown(screen(state(*STORY), 20.0)).splitlines()
    by_name = {words[1]: words for line in lines if len(words := line.split()) > 1}
    assert by_name["deploy"] == ["✓", "deploy", "1.0", "s"]
    assert by_name["release"] == ["●", "release", "16.0", "s", "Build", "●", "15.0", "s", "pre", "build"]
    assert by_name["delete"] == ["·", "delete"]


def test_the_screen_shows_traffic_requests_and_mails():
    text = shown(screen(state(*STORY), 20.0))
    assert "━" * 24 + "─" * 8 in text
    assert " 75 %  2 healthy" in text
    assert "12 345 answered, 2 failed" in text
    assert "2 times HTTP 502" in text
    assert "it failed  to team@example.com" in text


def test_a_screen_can_be_drawn_after_any_number_of_events():
    for length in range(len(STORY) + 1):
        assert shown(screen(state(*STORY[:length]), 20.0))
        assert shown(summary(state(*STORY[:length])))


def test_what_fails_in_a_drill_is_told_from_what_should_not_fail():
    drilled = state(
        *STORY[:1],
        ev.StepStarted("failing-tests", Fidelity.EMULATED),
        ev.DrillPredicted("failing-tests", "Failed"),
        ev.ActionChanged("e", "Build", "Image", "CodeBuild", "Failed"),
        ev.DrillObserved("failing-tests", "Failed", agrees=True),
    )
    assert "Build ✗ 0.0 s  as predicted" in shown(screen(drilled, 9.0))


def test_the_summary_of_a_good_run():
    text = shown(
        summary(
            state(
                *STORY,
                ev.ShiftObserved((0.0, 10.0, 100.0), (0.0, 10.0, 100.0), agrees=True),
                ev.DrillPredicted("failing-tests", "Failed"),
                ev.DrillObserved("failing-tests", "Failed", agrees=True),
                ev.LeftoversListed(()),
                ev.LedgerRead(
                    (
                        LedgerEntry(Fidelity.EMULATED, "SNS"),
                        LedgerEntry(Fidelity.NOT_HONOURED, "USER", "ran as you", "Dockerfile:3"),
                    )
                ),
                ev.RehearsalFinished(Outcome.SUCCEEDED),
            )
        )
    )
    for part in (
        "✓ web was delivered",
        "12 345 sent, 2 failed",
        "0 % → 10 % → 100 %",
        "failing-tests  as predicted",
        "left over         nothing",
        "emulated          SNS",
        "not honoured      USER  ran as you",
        "/runs/1",
    ):
        assert part in text


def test_the_summary_of_a_bad_run_says_why():
    text = shown(
        summary(
            state(
                *STORY,
                ev.LeftoversListed((Leftover("s3 buckets", "web-artifacts"),)),
                ev.RehearsalFinished(Outcome.FAILED, ("the push started nothing",)),
            )
        )
    )
    assert "✗ web: the rehearsal failed" in text
    assert "the push started nothing" in text
    assert "s3 buckets web-artifacts" in text


def test_the_terminal_is_left_tidy_and_ends_with_the_summary():
    console = Console(width=100, file=io.StringIO(), force_terminal=True)
    with TerminalView(console, lambda: 20.0) as view:
        for number, event in enumerate((*STORY, ev.RehearsalFinished(Outcome.SUCCEEDED)), 1):
            view(ev.Envelope(number, "run", float(number), None, event))
    written = console.file.getvalue()
    assert written.rindex("\x1b[?25h") > written.rindex("\x1b[?25l")  # the cursor is back
    assert "was delivered" in written


@pytest.mark.parametrize("kind", get_args(ev.Event), ids=lambda kind: kind.__name__)
def test_a_log_has_a_line_for_every_event_but_the_noisy_ones(kind):
    noisy = {ev.RequestsCounted, ev.TargetsChanged, ev.TaskSetsChanged, ev.LedgerRead}
    has_line = any(candidate is kind for candidate in plain.line.registry if candidate is not object)
    assert has_line is (kind not in noisy)


def test_a_log_has_the_seconds_since_the_start():
    stream = io.StringIO()
    view = plain.PlainView(stream)
    view(ev.Envelope(1, "run", 100.0, None, ev.StepStarted("deploy", Fidelity.EMULATED)))
    view(ev.Envelope(2, "run", 101.5, 1, ev.StepFinished("deploy", Outcome.FAILED, "no")))
    assert stream.getvalue() == "    0.0  deploy (emulated)\n    1.5  deploy failed: no\n"


@pytest.mark.parametrize(
    ("subject", "body", "title"),
    [
        ("Build failed", "text", "Build failed"),
        ("AWS Notification Message", '"web: pipeline failed"\n"state: FAILED"\n', "web: pipeline failed"),
        ("AWS Notification Message", "", "AWS Notification Message"),
    ],
)
def test_a_mail_is_shown_by_what_it_says(subject, body, title):
    assert words.title_of(ev.MailArrived("1", "a@b", subject, body)) == title
