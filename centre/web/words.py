"""What the page says, in Chinese and English: one file a language, the same keys in each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

LANGUAGES: Final = ("zh-CN", "en")
FIRST: Final = "zh-CN"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    language: str
    table: Mapping[str, str]

    def __call__(self, key: str, **parts: object) -> str:
        """The text of a key with its parts filled in.

        Raises:
            KeyError: There is no such key: a fault of ours.
        """
        return self.table[key].format(**parts) if parts else self.table[key]

    def known(self, group: str, name: object) -> str:
        """The text of a name that a box gave, such as a stage; the name itself where we have no word for it."""
        return self.table.get(f"{group}.{name}", str(name))

    def of(self, texts: object, otherwise: str = "") -> str:
        """The text in this language, out of texts by language; else in any."""
        if isinstance(texts, str):
            return texts or otherwise
        if not isinstance(texts, Mapping) or not texts:
            return otherwise
        for language in (self.language, FIRST, "en"):
            if texts.get(language):
                return str(texts[language])
        return str(next(iter(texts.values()))) or otherwise


@cache
def words_of(language: str) -> Words:
    """The words of a language; of the first one where we do not have it."""
    chosen = language if language in LANGUAGES else FIRST
    text = (files("centre.web") / "words" / f"{chosen}.json").read_text(encoding="utf-8")
    return Words(chosen, json.loads(text))


def preferred(accepts: str) -> str:
    """The language of somebody who has not logged in, by the browser's header."""
    for part in accepts.split(","):
        tag = part.partition(";")[0].strip().lower()
        if tag.startswith("zh"):
            return "zh-CN"
        if tag.startswith("en"):
            return "en"
    return FIRST
