"""English for the natural voice: from words to the signs that its model reads, by a lexicon of American English.

The lexicon is misaki's (Apache-2.0), put in place beside the voices; misaki itself, and the GPL engine that it asks
about other words, are not used. What is in no lexicon has no reading here: a text with such a word is said by eSpeak,
whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from edge_agent.core.errors import BadInputError

Lexicon = Mapping[str, object]  # a word to its signs, or to those of each part of speech, DEFAULT among them
_PIECE: Final = re.compile(r"\d+|[A-Za-z]+(?:['’][A-Za-z]+)*|.", re.DOTALL)
PAUSES: Final = {
    ",": ", ", ".": ". ", "!": "! ", "?": "? ", ":": ": ", ";": "; ", "(": ", ", ")": ", ", "—": ", ", "…": ", ",
    " ": " ", "\n": ", ", "-": " ", "–": " ", '"': "", "“": "", "”": "", "/": " ",
}  # fmt: skip
VOICELESS: Final = "ptkfθ"
HISSING: Final = "szʃʒʧʤ"
WEAK: Final = {"a": "ɐ", "the": "ðə", "to": "tə"}  # as they are said before a consonant, and not by themselves
ONES: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS: Final = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
HUNDRED: Final = 100
THOUSAND: Final = 1000
LONGEST: Final = 4  # digits of a number that is read as one


def signs_of(text: str, lexicon: Lexicon) -> str:
    """The signs of an English text; raises BadInputError for one with a word that the lexicon does not have."""
    pieces = [_signs(piece, lexicon) for piece in _PIECE.findall(text)]
    return re.sub(r"\s+", " ", "".join(pieces)).replace(" ,", ",").strip()


def _signs(piece: str, lexicon: Lexicon) -> str:
    if piece in PAUSES:
        return PAUSES[piece]
    if piece.isascii() and piece.isdigit():
        return " ".join(word_signs(word, lexicon) for word in number(piece))
    if piece[0].isascii() and piece[0].isalpha():
        return word_signs(piece.replace("’", "'"), lexicon)
    raise BadInputError(f"the natural English voice has no reading of {piece!r}, expected English words")


def word_signs(word: str, lexicon: Lexicon) -> str:
    """The signs of one word, or of one that is made of a word of the lexicon: its plural, its past, its -ing."""
    lower = word.lower()
    signs = WEAK.get(lower) or next((found for each in (word, lower) if (found := _listed(each, lexicon))), "")
    signs = signs or next((made for ending in _ENDINGS if (made := ending(lower, lexicon))), "")
    if not signs:
        raise BadInputError(f"the natural English voice has no reading of {word!r}, expected a word of its lexicon")
    return signs


def _listed(word: str, lexicon: Lexicon) -> str:
    signs = lexicon.get(word)
    if isinstance(signs, dict):
        signs = signs.get("DEFAULT")
    return signs if isinstance(signs, str) else ""


def _plural(word: str, lexicon: Lexicon) -> str:
    """-s, -es and 's, as the sound before them has it."""
    stems = [word[: -len(end)] for end in ("'s", "s", "es") if word.endswith(end)]
    base = next((found for stem in stems if (found := _listed(stem, lexicon))), "")
    if not base:
        return ""
    return base + ("ᵻz" if base[-1] in HISSING else "s" if base[-1] in VOICELESS else "z")


def _past(word: str, lexicon: Lexicon) -> str:
    base = _stem(word, "ed", lexicon)
    if not base:
        return ""
    return base + ("ᵻd" if base[-1] in "td" else "t" if base[-1] in VOICELESS + "sʃʧ" else "d")


def _going_on(word: str, lexicon: Lexicon) -> str:
    base = _stem(word, "ing", lexicon)
    return f"{base}ɪŋ" if base else ""


def _stem(word: str, ending: str, lexicon: Lexicon) -> str:
    """The signs of a word without its ending, with the e that it lost, or without the letter that it doubled."""
    if not word.endswith(ending):
        return ""
    stem = word.removesuffix(ending)
    tried = (stem, f"{stem}e", stem[:-1] if stem[-1:] == stem[-2:-1] else "")
    return next((found for each in tried if (found := _listed(each, lexicon))), "")


_ENDINGS: Final[tuple[Callable[[str, Lexicon], str], ...]] = (_plural, _past, _going_on)


def number(figures: str) -> tuple[str, ...]:
    """A whole number in words; one of more than four digits, or with a leading zero, digit by digit."""
    if len(figures) > LONGEST or (len(figures) > 1 and figures.startswith("0")):
        return tuple(ONES[int(each)] for each in figures)
    return _counted(int(figures))


def _counted(value: int) -> tuple[str, ...]:
    if value >= THOUSAND:
        rest = value % THOUSAND
        return (*_counted(value // THOUSAND), "thousand", *(_counted(rest) if rest else ()))
    if value >= HUNDRED:
        rest = value % HUNDRED
        return (ONES[value // HUNDRED], "hundred", *(_counted(rest) if rest else ()))
    if value < len(ONES):
        return (ONES[value],)
    return (TENS[value // 10], *((ONES[value % 10],) if value % 10 else ()))
