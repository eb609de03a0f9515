"""A report is one page that needs nothing else: no network, no script, no other file; and it holds both languages."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Final

import pytest

from edge_agent.adapters.reports.page import page
from edge_agent.adapters.reports.sheet import HIDDEN, NO_PICTURES, VISIBLE
from edge_agent.core.score.scoring import Score, Spread
from tests.app.replay.sheets import sheet
from tests.street import at, looks, nothing, span, stands

VOID: Final = {"meta", "input", "img", "br"}
HOSTILE: Final = '<script>alert("&")</script>'
SCORE: Final = Score(
    hits=9,
    misses=1,
    extras=0,
    allowed=0,
    unwarned=0,
    false_orders=2,
    warning=Spread(count=9, median=span(1.5), p95=span(3)),
    waited=None,
    dwell=None,
    days=None,
)


class Read(HTMLParser):
    """What a browser would make of a page: every tag with its attributes, and the text by class."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.said: dict[str, list[str]] = {"zh": [], "en": []}
        self.language: str | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it, and open it."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        self.language = dict(attrs).get("class") if tag == "span" else None

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it; it is closed already."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """It must be the one opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Words belong to the language of their span."""
        if self.language in self.said:
            self.said[self.language].append(data)
            self.language = None

    def all(self, tag: str, name: str) -> list[str]:
        """An attribute of every tag of one kind that has it."""
        return [value for each, attrs in self.tags if each == tag and (value := attrs.get(name)) is not None]


def test_a_page_is_well_formed_and_needs_nothing_else() -> None:
    """Every tag is closed in its turn; nothing is fetched, nothing runs."""
    text = page(sheet(pictures={(0, 0): b"jpeg"}, score=SCORE))
    read = Read(text)
    assert read.open == []
    assert {tag for tag, _ in read.tags}.isdisjoint({"script", "link", "iframe", "object", "form"})
    assert all(source.startswith("data:image/jpeg;base64,") for source in read.all("img", "src"))
    assert not re.search(r"https?:|url\(|@import|javascript:|\bon\w+=", text)
    assert "default-src 'none'" in read.all("meta", "content")[0]


def test_every_bar_leads_to_its_story() -> None:
    """And every story is there."""
    read = Read(page(sheet()))
    stories = read.all("article", "id")
    assert stories == ["s0", "s1"]
    assert set(read.all("a", "href")) == {f"#{name}" for name in stories}


def test_all_is_said_in_both_languages() -> None:
    """Side by side, so that one can be hidden by a button before all else, without a script."""
    read = Read(page(sheet(score=SCORE)))
    assert len(read.said["zh"]) == len(read.said["en"]) > 30
    assert "did not warn: left before the dwell was reached, dwell 15 of 20 s" in read.said["en"]
    assert "未劝导：驻留时长未到即离开，驻留15秒，应满20秒" in read.said["zh"]
    assert read.all("input", "id") == ["zh", "en", "both"]
    style = page(sheet())
    assert "#zh:checked ~ main .en, #en:checked ~ main .zh { display: none; }" in style


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_one_language_is_chosen_first(language: str) -> None:
    """The reader may choose another."""
    checked = [
        attrs.get("id") for tag, attrs in Read(page(sheet(), language)).tags if tag == "input" and "checked" in attrs
    ]
    assert checked == [language]


def test_a_picture_stands_with_its_moment() -> None:
    """And with no other."""
    read = Read(page(sheet(pictures={(0, 1): b"the picture"})))
    (source,) = read.all("img", "src")
    assert b64decode(source.partition(",")[2]) == b"the picture"
    text = page(sheet(pictures={(0, 1): b"the picture"}))
    before = text[: text.index("<img")]
    assert before.rindex("warning 1 played") > before.rindex("opened: stood")


def test_it_says_what_was_done_about_people() -> None:
    """Hidden as far as they were found, left as they are, or no pictures at all."""
    some = {(0, 0): b"jpeg"}
    for shown, words in (
        (sheet(pictures=some), HIDDEN),
        (sheet(pictures=some, people_visible=True), VISIBLE),
        (sheet(), NO_PICTURES),
    ):
        assert words["en"] in Read(page(shown)).said["en"]
        assert sum(text["en"] in page(shown) for text in (HIDDEN, VISIBLE, NO_PICTURES)) == 1


def test_what_has_no_name_is_called_by_its_id() -> None:
    """In both languages the same."""
    text = page(replace(sheet(), names={}))
    assert "z · illegal_parking</h3>" in text


def test_names_are_text_and_nothing_else() -> None:
    """Whatever a zone is called."""
    text = page(sheet(name={"en": HOSTILE, "zh-CN": HOSTILE}))
    assert HOSTILE not in text
    assert Read(text).open == []


def test_the_figures_come_with_what_they_may_really_be() -> None:
    """Few cases prove little; a figure of no cases is none."""
    text = page(sheet(score=SCORE))
    assert "0.900 (0.60 – 0.98)" in text, "recall"
    assert "+1.5 s" in text
    none = Score(
        hits=0,
        misses=0,
        extras=0,
        allowed=0,
        unwarned=0,
        false_orders=0,
        warning=None,
        waited=None,
        dwell=None,
        days=None,
    )
    assert Read(page(sheet(score=none))).open == []
    assert page(sheet(score=none)).count('<td class="value">–</td>') == 4
    assert "F1" not in page(sheet())


def test_a_street_without_anything_says_so() -> None:
    """An empty timeline and no stories are a page too."""
    read = Read(page(sheet(looks(nothing, until=30))))
    assert read.said["en"].count("There were none.") == 2
    assert Read(page(sheet(()))).open == []


@pytest.mark.parametrize(("hours", "ticks"), [(0.02, (3, 10)), (1, (3, 10)), (24, (3, 10)), (700, (3, 60))])
def test_the_axis_has_round_times(hours: float, ticks: tuple[int, int]) -> None:
    """As many as can be read, whatever the span."""
    events = looks(stands("car", 0, 40), until=60)
    until = at(0) + timedelta(hours=hours)
    shown = page(replace(sheet(events), until=until))
    texts = re.findall(r"<text [^>]*>(\d\d:\d\d:\d\d)</text>", shown)
    assert ticks[0] <= len(texts) <= ticks[1]
    assert all(text.endswith(("0", "5")) for text in texts)
