"""The page in a real browser: exported and live are one page, and no text of a rehearsal becomes markup."""

from dataclasses import replace
from pathlib import Path

import pytest

from shipway.cli.app import main
from shipway.rehearsal.events import KeptRunning
from shipway.rehearsal.jsonl import encode
from shipway.views.web.frames import frames
from shipway.views.web.page import page
from shipway.views.web.server import WebView

# The content of the page, whatever the order in which attributes were set.
CONTENT = """(function walk(node) {
    const attributes = [...(node.attributes ?? [])].map(({ name, value }) => `${name}=${value}`).sort();
    return [node.nodeName, node.data ?? "", ...attributes, ...[...node.childNodes].map(walk)].join("\\n");
})(document.getElementById("page"))"""
TEXT = "document.body.innerText"
WIDEST = "document.documentElement.scrollWidth"


@pytest.fixture
def exported(story, tmp_path) -> Path:
    events, target = tmp_path / "events.jsonl", tmp_path / "page.html"
    events.write_text("".join(encode(one) + "\n" for one in story), encoding="utf-8")
    assert main(["replay", str(events), "--html", str(target)]) == 0
    return target


@pytest.fixture
def opened(browser, exported):
    """The browser, with the exported page in it."""
    browser.go(exported.as_uri())
    return browser


def test_an_exported_page_shows_the_whole_rehearsal(opened):
    for part in (
        "The rehearsal failed",
        "web-blue",
        "25 %",
        "800 requests answered, 3 failed",
        "✗ not as predicted",
        "01234567",
        "BeforeInstall",
        "s3 buckets",
        "not honoured",
    ):
        assert part in opened.value(TEXT), part
    assert opened.problems == []


def test_no_text_becomes_markup(opened, evil):
    opened.value("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    text = opened.value("document.getElementById('page').textContent")
    for where in (
        "commit",
        "detail",
        "hook",
        "reason",
        "subject",
        "body",
        "predicted",
        "observed",
        "why",
        "left",
    ):
        assert f"{where} {evil}" in text, where
    assert opened.value("document.querySelectorAll('img').length") == 0
    assert opened.value("document.scripts.length") == 2
    assert opened.value("document.title") == "✗ web: shipway rehearse"
    assert opened.problems == []


def test_the_slider_moves_through_the_rehearsal_by_keyboard(opened):
    opened.value("document.getElementById('time').focus()")
    opened.press("Home", 36)
    opened.wait(f"{TEXT}.includes('Running: deploy')")
    assert "Nothing has been pushed yet." in opened.value(TEXT)
    for _ in range(16):  # a quarter of a second each
        opened.press("ArrowRight", 39)
    opened.wait("document.querySelector('output').textContent.startsWith('4.0 s')")
    assert "100 %" in opened.value(TEXT)  # the traffic has not moved yet
    assert "No mail has arrived." in opened.value(TEXT)
    opened.press("End", 35)
    opened.wait(f"{TEXT}.includes('The rehearsal failed')")


def test_what_a_reader_opened_stays_open_while_time_moves(opened):
    opened.value("document.querySelector('.mail').open = true")
    opened.value("document.getElementById('time').focus()")
    opened.press("ArrowLeft", 37)
    opened.wait("document.querySelector('output').textContent.startsWith('7.8 s')")
    assert opened.value("document.querySelector('.mail').open")


def test_what_a_reader_closed_stays_closed_while_the_page_is_drawn_anew(opened):
    assert opened.value("document.querySelector('.worth').open")
    opened.value("document.querySelector('.worth').open = false")
    opened.value("dispatchEvent(new Event('resize'))")
    assert not opened.value("document.querySelector('.worth').open")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_a_telephone(opened, scheme):
    opened.call("Emulation.setDeviceMetricsOverride", width=375, height=800, deviceScaleFactor=1, mobile=True)
    opened.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    try:
        opened.wait("innerWidth === 375")
        assert opened.value(WIDEST) == 375
        shown = opened.value("getComputedStyle(document.body).backgroundColor")
        assert (int(shown.removeprefix("rgb(").partition(",")[0]) > 127) is (scheme == "light")
    finally:
        opened.call("Emulation.clearDeviceMetricsOverride")
        opened.call("Emulation.setEmulatedMedia", features=[])


def test_a_live_page_follows_and_ends_as_the_exported_one(browser, exported, story):
    with WebView() as view:
        for envelope in story[:12]:
            view(envelope)
        browser.go(view.url)  # a late visitor
        assert "commit" in browser.value(TEXT)
        assert "Running: release" in browser.value("document.getElementById('outcome').textContent")
        for envelope in story[12:]:
            view(envelope)
        browser.wait(f"{TEXT}.includes('The rehearsal failed')")
    browser.wait(f"{TEXT}.includes('The rehearsal is over')")
    assert browser.problems == []
    live = browser.value(CONTENT)
    browser.go(exported.as_uri())
    assert browser.value(CONTENT) == live


def test_a_page_says_that_the_cloud_is_kept(browser, story):
    with WebView() as view:
        for envelope in (*story, replace(story[-1], event=KeptRunning("http://127.0.0.1:4566"))):
            view(envelope)
        browser.go(view.url)
        assert "The cloud stays up at http://127.0.0.1:4566 until Ctrl-C." in browser.value(TEXT)


def test_a_record_that_breaks_off_says_so(browser, story, tmp_path):
    (tmp_path / "page.html").write_text(page(frames(story[:12]), live=False), encoding="utf-8")
    browser.go((tmp_path / "page.html").as_uri())
    assert "The events end here, without a verdict" in browser.value(TEXT)
