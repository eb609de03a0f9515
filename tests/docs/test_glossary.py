"""The glossary and the code use the same words: each of its words is in use, and none of those that it rules out."""

from __future__ import annotations

import re
from typing import Final

import pytest

from lab.house import WORDS
from tests.architecture import ROOT
from tests.docs.pages import text

PAGE: Final = text("docs/glossary.md")
SUFFIXES: Final = frozenset({".py", ".yaml", ".js", ".html", ".sql"})


def terms(page: str) -> list[str]:
    """The words of its tables; several of one row are parted by commas."""
    cells = [line.strip("|").split("|")[0] for line in page.splitlines() if re.match(r"\| (?!word )\S", line)]
    return [term.strip(" `") for cell in cells for term in cell.split(",")]


def in_words(code: str) -> str:
    """Names in CamelCase and with underscores as the words that they are made of, in small letters."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", code).replace("_", " ").lower()
    return re.sub(r"[\s#]+", " ", apart)


CODE: Final = in_words(
    "\n".join(
        path.read_text(encoding="utf-8") for path in sorted((ROOT / "edge_agent").rglob("*")) if path.suffix in SUFFIXES
    )
)


def is_in(term: str, code: str) -> bool:
    """Whether the code has the term, or its plural, as a word of its own."""
    return re.search(rf"\b{re.escape(in_words(term))}(?:e?s)?\b", code) is not None


@pytest.mark.parametrize("term", sorted(set(terms(PAGE))))
def test_every_word_of_the_glossary_is_a_word_of_the_code(term: str) -> None:
    """One that is not has no place there any more."""
    assert is_in(term, CODE)


def test_no_word_that_has_a_better_one_is_explained() -> None:
    """A term of the field is in its place."""
    assert not {term.lower() for term in terms(PAGE)} & WORDS


@pytest.mark.parametrize(
    ("term", "code", "known"),
    [
        ("zone rule", "class ZoneRule:", True),
        ("zone rule", "zone_rules = ()", True),
        ("OutsideError", "raise OutsideError", True),
        ("rule", "ruler = 1", False),
        ("footing", "metric_overlap", False),
    ],
)
def test_a_word_is_known_when_seen(term: str, code: str, known: bool) -> None:  # noqa: FBT001 - a row of a table
    """In whatever form, and no part of another."""
    assert is_in(term, in_words(code)) is known


def test_the_words_are_read_from_every_table() -> None:
    """Rows of several words too; the headings are none."""
    assert {"zone rule", "spot", "present", "absent", "unobservable"} <= set(terms(PAGE))
    assert "word" not in terms(PAGE)
