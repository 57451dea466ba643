import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

from shipway.rehearsal import events as ev
from shipway.views.web.frames import frames
from shipway.views.web.page import page, policy

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]>",
    "</ScRiPt >",
    "&lt;b&gt; $title ${data}",
]


class Reader(HTMLParser):
    """Collects what a browser would run, and what it would fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.elements:
            self.texts.append((self.elements[-1][0], data))


def made(message="a commit", project="web"):
    events = (
        ev.RehearsalStarted(project, "/runs/1", "process", 60, ()),
        ev.ChangePushed("c0", "main", message),
    )
    return page(
        frames(ev.Envelope(n, "run", float(n), None, event) for n, event in enumerate(events)), live=False
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_data(text):
    seen, harmless = Reader(made(text, text)), Reader(made())
    assert [tag for tag, _ in seen.elements] == [tag for tag, _ in harmless.elements]
    (data,) = [part for tag, part in seen.texts if tag == "script" and part.startswith("{")]
    assert json.loads(data)["frames"][-1]["deliveries"][text]["message"] == text


def test_the_page_asks_for_nothing_else():
    for tag, attributes in Reader(made()).elements:
        assert not attributes.keys() & {"src", "srcset", "action", "style"}, tag
        assert (attributes.get("href") or "#").startswith(("#", "data:"))
    assert not re.findall(r"@import|url\(|fetch\(|innerHTML|insertAdjacentHTML|eval\(", made())


def test_the_policy_allows_the_own_style_and_script_by_their_hashes_and_nothing_else():
    texts = Reader(made()).texts
    for tag in ("style", "script"):
        own = [text for kind, text in texts if kind == tag and not text.startswith("{")]
        (code,) = [text for text in own if text.strip()]
        digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy()
    assert "default-src 'none'" in policy()
    assert "unsafe" not in policy()


def test_the_same_events_make_the_same_page():
    assert made() == made()
