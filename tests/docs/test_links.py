"""Links between the documents lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from tests.architecture import ROOT
from tests.docs.pages import documents, without_fences

DOCUMENTS: Final = tuple(documents())


def anchors(page: Path) -> set[str]:
    """What a heading is called in a link."""
    headings = re.findall(r"^#+ (.*)$", without_fences(page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def dead(page: Path) -> list[str]:
    """The relative links of a page that lead nowhere."""
    links: list[str] = []
    for link in re.findall(r"\]\(([^)\s]+)\)", without_fences(page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.is_relative_to(ROOT) or not target.exists() or (anchor and anchor not in anchors(target)):
            links.append(link)
    return links


@pytest.mark.parametrize("page", DOCUMENTS, ids=[str(page.relative_to(ROOT)) for page in DOCUMENTS])
def test_every_relative_link_resolves(page: Path) -> None:
    """To a file of the tree, and to a heading of it where one is named."""
    assert dead(page) == []


def test_the_index_names_every_document() -> None:
    """A page that nobody is led to is not read."""
    index = ROOT / "docs" / "README.md"
    text = index.read_text(encoding="utf-8")
    linked = {(index.parent / link).resolve() for link in re.findall(r"\]\(([^)#\s]+)", text)}
    assert {page for page in DOCUMENTS if page != index and page.resolve() not in linked} == set()


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    """The search itself is no sieve."""
    page = tmp_path / "page.md"
    page.write_text("[a](https://example.org) [b](nowhere.md)\n\n```\n[c](shown.md)\n```\n", encoding="utf-8")
    assert dead(page) == ["nowhere.md"]
