"""The documents, and what is asked of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.architecture import ROOT

READMES: Final = ("README.md", "README.zh-CN.md")
FOLDERS: Final = ("docs", "models", "sample_videos", "tests", "lab", "zones")


def documents() -> Iterator[Path]:
    """Every Markdown file of the project."""
    yield from sorted(ROOT.glob("*.md"))
    for folder in FOLDERS:
        yield from sorted(each for each in (ROOT / folder).rglob("*.md") if "node_modules" not in each.parts)


def text(name: str) -> str:
    """A document, by its path from the root."""
    return (ROOT / name).read_text(encoding="utf-8")


def fences(page: str, language: str) -> tuple[str, ...]:
    """What stands in the fenced blocks of one language; an empty language means the plain ones."""
    blocks = re.findall(r"^ *```(\w*)\n(.*?)^ *```$", page, re.MULTILINE | re.DOTALL)
    return tuple(block for tag, block in blocks if tag == language)


def without_fences(page: str) -> str:
    """The prose alone."""
    return re.sub(r"^ *```.*?^ *```$", "", page, flags=re.MULTILINE | re.DOTALL)
