"""The operators' pages in Chinese say what the English ones say, section by section and row by row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import pytest

from tests.docs.pages import fences, text, without_fences

PAGES: Final = ("ladder", "operations", "configuration")
LISTED: Final = r"^(?:- |\d+\. )"
WORDS: Final = """agent, site, camera, look, appearance, family, policy, kind, zone, frontage, permit, rule,
dwell, ladder, candidate, second look, incident, opened, warning, speaker, route, work order, recurred, strike,
command, receipt, review, referred, confirmed, false report, silence, evidence, feed, replay, operations centre,
calibration, health, studio, matter, number plate, watch-list, recipient, outbox, quiet hours, self-correction rate,
detection log, watchdog, shelf, phrase, trouble, recorded warning, truth, near miss"""


def prose(page: str) -> str:
    """The page without what is copied from it, its drawings and its comments."""
    return re.sub(r"<!--.*?-->", "", without_fences(page), flags=re.DOTALL)


def sections(page: str) -> list[str]:
    """The prose cut at its headings."""
    return re.split(r"^#+ .*$", prose(page), flags=re.MULTILINE)[1:]


def coded(part: str) -> set[str]:
    """What stands in backticks, on one line or two."""
    return {" ".join(each.split()) for each in re.findall(r"`([^`]+)`", part)}


def numbers(part: str) -> set[str]:
    """Every number in digits, of the prose, the code and the tables alike."""
    shown = re.sub(r"\]\([^)]*\)|zh-CN", "", part)
    return set(re.findall(r"\d+(?:[.,:]\d+)*", shown))


def rows(page: str) -> list[str]:
    """The rows of every table, in order, headings and rules too."""
    return re.findall(r"^ *(\|.*\|)$", without_fences(page), re.MULTILINE)


def depths(page: str) -> list[int]:
    """How deep each heading is."""
    return [len(each) for each in re.findall(r"^(#+) ", without_fences(page), re.MULTILINE)]


def blocks(page: str) -> list[str]:
    """What can be copied from the page, without comments; a drawing is on the English page alone."""
    copied = [*fences(page, "sh"), *fences(page, "yaml"), *fences(page, "")]
    return [re.sub(r" *#.*", "", block) for block in copied]


def links(page: str) -> set[str]:
    """The pages that are linked, in whichever of the two languages."""
    named = re.findall(r"\]\(([^)#\s]+)[^)]*\)", prose(page))
    return {each.replace(".zh-CN.md", ".md") for each in named}


def differences(english: Sequence[str], chinese: Sequence[str]) -> list[str]:
    """Where two pages, cut alike, have other code words or numbers."""
    return [
        f"{name} {number}: {sorted(there(one) ^ there(other))}"
        for number, (one, other) in enumerate(zip(english, chinese, strict=True), start=1)
        for name, there in (("code", coded), ("numbers", numbers))
        if there(one) != there(other)
    ]


@pytest.mark.parametrize("page", PAGES)
def test_the_chinese_page_has_the_same_shape(page: str) -> None:
    """Headings of each depth, rows, points and steps, and the blocks that are copied."""
    english, chinese = text(f"docs/{page}.md"), text(f"docs/{page}.zh-CN.md")
    assert depths(english) == depths(chinese)
    assert blocks(english) == blocks(chinese)
    points = [[re.findall(LISTED, part, re.MULTILINE) for part in sections(each)] for each in (english, chinese)]
    assert points[0] == points[1]
    assert len(rows(english)) == len(rows(chinese))


@pytest.mark.parametrize("page", PAGES)
def test_the_chinese_page_says_the_same(page: str) -> None:
    """Every key, state, reason and number in the section, and in the row of the table, where the English one has it."""
    english, chinese = text(f"docs/{page}.md"), text(f"docs/{page}.zh-CN.md")
    assert differences(sections(english), sections(chinese)) == []
    assert differences(rows(english), rows(chinese)) == []


@pytest.mark.parametrize("page", PAGES)
def test_the_chinese_page_is_as_new_as_the_english(page: str) -> None:
    """Each leads to the other, and both to the same pages."""
    english, chinese = text(f"docs/{page}.md"), text(f"docs/{page}.zh-CN.md")
    assert f"[中文]({page}.zh-CN.md)" in english[:200]
    assert f"[English]({page}.md)" in chinese[:200]
    assert links(english) == links(chinese)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("word", re.split(r",\s+", WORDS))
def test_the_chinese_page_uses_the_words_of_the_glossary(page: str, word: str) -> None:
    """One word for one thing, wherever the English page has it; words that are common English too are left out."""
    (row,) = set(
        re.findall(rf"^\| (?:[\w ]+, )?{word}(?:, [\w ]+)? \| ([^|]+) \|", text("docs/glossary.md"), re.MULTILINE)[:1]
    )
    chinese = [part for part in re.split(r"[（）、]", row.strip()) if part]
    spoken = re.sub(r"`[^`]+`|\]\([^)]*\)", "", prose(text(f"docs/{page}.md")))
    if re.search(rf"\b{word}s?\b", spoken, re.IGNORECASE):
        assert any(each in text(f"docs/{page}.zh-CN.md") for each in chinese), row


@pytest.mark.parametrize(
    ("english", "chinese", "expected"),
    [
        ("after `bridge`, 90 s", "`bridge` 之后 90 s", 0),
        ("after `bridge`, 90 s", "`bridge` 之后 60 s", 1),
        ("after `bridge`, 90 s", "90 s 之后", 1),
    ],
)
def test_what_differs_is_seen(english: str, chinese: str, expected: int) -> None:
    """The comparison itself is no sieve."""
    assert len(differences([english], [chinese])) == expected
