"""Mandarin for the natural voice: from characters to the signs that its model reads.

::

    请在5分钟内驶离。 ─words─▶ 请 | 在 | 五 | 分钟 | 内 | 驶离 ─pinyin─▶ qing3 | zai4 | wu3 | … ─signs─▶ ʨʰi↓ŋ ʦai↘ u↓ …

Words are cut by rjieba and read by pypinyin, which knows what a character of several readings is in its word, and what
becomes of 一, 不 and a third tone before another. A syllable is its initial, glide, vowel, tone and ending, as Standard
Chinese has them (Duanmu, The Phonology of Standard Chinese, 2007, chapters 2 and 5); the tone stands behind the vowel.
"""

from __future__ import annotations

import re
from typing import Final

from edge_agent.core.errors import BadInputError

TONES: Final = {"1": "→", "2": "↗", "3": "↓", "4": "↘", "5": ""}
INITIALS: Final = {
    "zh": "ꭧ", "ch": "ꭧʰ", "sh": "ʂ", "b": "p", "p": "pʰ", "m": "m", "f": "f", "d": "t", "t": "tʰ", "n": "n", "l": "l",
    "g": "k", "k": "kʰ", "h": "x", "j": "ʨ", "q": "ʨʰ", "x": "ɕ", "r": "ɻ", "z": "ʦ", "c": "ʦʰ", "s": "s",
}  # fmt: skip
FINALS: Final = {  # what stands before the tone, and what behind it
    "a": ("a", ""), "o": ("wo", ""), "e": ("ɤ", ""), "ai": ("ai", ""), "ei": ("ei", ""), "ao": ("au", ""),
    "ou": ("ou", ""), "an": ("a", "n"), "en": ("ə", "n"), "ang": ("a", "ŋ"), "eng": ("ə", "ŋ"), "ong": ("ʊ", "ŋ"),
    "i": ("i", ""), "ia": ("ja", ""), "ie": ("je", ""), "iao": ("jau", ""), "iu": ("jou", ""), "ian": ("jɛ", "n"),
    "in": ("i", "n"), "iang": ("ja", "ŋ"), "ing": ("i", "ŋ"), "iong": ("jʊ", "ŋ"),
    "u": ("u", ""), "ua": ("wa", ""), "uo": ("wo", ""), "uai": ("wai", ""), "ui": ("wei", ""), "uan": ("wa", "n"),
    "un": ("wə", "n"), "uang": ("wa", "ŋ"), "ueng": ("wə", "ŋ"),
    "v": ("y", ""), "ve": ("ɥe", ""), "van": ("ɥɛ", "n"), "vn": ("y", "n"),
}  # fmt: skip
WHOLE: Final = {  # written without an initial
    "yi": "i", "ya": "ia", "ye": "ie", "yao": "iao", "you": "iu", "yan": "ian", "yin": "in", "yang": "iang",
    "ying": "ing", "yong": "iong", "yu": "v", "yue": "ve", "yuan": "van", "yun": "vn",
    "wu": "u", "wa": "ua", "wo": "uo", "wai": "uai", "wei": "ui", "wan": "uan", "wen": "un", "wang": "uang",
    "weng": "ueng",
}  # fmt: skip
BUZZED: Final = frozenset(("zh", "ch", "sh", "r", "z", "c", "s"))  # whose i is none
ROUNDED: Final = frozenset(("j", "q", "x"))  # whose u is ü

PAUSES: Final = {
    "，": ", ", "、": ", ", "。": ". ", "！": "! ", "？": "? ", "：": ": ", "；": "; ", "（": ", ", "）": ", ",
    ",": ", ", ".": ". ", "!": "! ", "?": "? ", ":": ": ", ";": "; ", "(": ", ", ")": ", ", "—": ", ", "…": ", ",
    "“": "", "”": "", "《": "", "》": "", "「": "", "」": "", "·": "", " ": " ", "\n": ", ", "-": " ", "–": " ",
}  # fmt: skip
_PIECE: Final = re.compile(r"\d+|[\u4e00-\u9fff]+|.", re.DOTALL)
_CLOCK: Final = re.compile(r"(?<!\d)(\d{1,2})[:：](\d{2})(?!\d)")
_NUMBER: Final = re.compile(r"(第?)(\d+)(分钟|小时|次|天|辆|个|米|秒|年内|家)?")

DIGITS: Final = "零一二三四五六七八九"
PLACES: Final = ("", "十", "百", "千")
LONGEST: Final = 4  # digits of a number that is read as one; longer ones are read digit by digit


def signs_of(text: str) -> str:
    """The signs of a Mandarin text; raises BadInputError for one with anything else in it, such as Latin letters."""
    from rjieba import cut  # noqa: PLC0415 - the extra `voice-natural`, which may not be installed

    pieces: list[str] = []
    for piece in _PIECE.findall(numbers_in_words(text)):
        if piece in PAUSES:
            pieces.append(PAUSES[piece])
        elif "\u4e00" <= piece[0] <= "\u9fff":
            pieces.append(" ".join(_word(word) for word in cut(piece)))
        else:
            raise BadInputError(f"the natural Mandarin voice has no reading of {piece!r}, expected Chinese characters")
    return re.sub(r"\s+", " ", "".join(pieces)).replace(" ,", ",").strip()


def _word(word: str) -> str:
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - as rjieba

    syllables = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True, tone_sandhi=True)
    return "".join(syllable(each) for each in syllables)


def syllable(pinyin: str) -> str:
    """The signs of one syllable, as in ``zhong1``; raises BadInputError for what is none."""
    plain, tone = pinyin[:-1], pinyin[-1:]
    initial, final = ("", plain) if plain in _ODD else _parts(plain.replace("ü", "v"))
    if tone not in TONES or (initial and initial not in INITIALS) or final not in {*FINALS, *_ODD}:
        raise BadInputError(f"the natural Mandarin voice has no reading of {pinyin!r}, expected a syllable of Pinyin")
    before, behind = _ODD.get(plain) or FINALS[final]
    if initial in BUZZED and final == "i":
        before = "ɨ"
    return INITIALS.get(initial, "") + before + TONES[tone] + behind


_ODD: Final = {"er": ("ɚ", ""), "o": ("ɔ", "")}


def _parts(plain: str) -> tuple[str, str]:
    """Initial and final, the final as it sounds."""
    if plain in WHOLE:
        return "", WHOLE[plain]
    initial = next((each for each in INITIALS if plain.startswith(each)), "")  # those of two letters come first
    final = plain.removeprefix(initial)
    return initial, "v" + final[1:] if initial in ROUNDED and final.startswith("u") else final


def numbers_in_words(text: str) -> str:
    """Figures as they are read: 22:05 二十二点零五分, 第2次 第二次, 2分钟 两分钟."""
    return _NUMBER.sub(_counted, _CLOCK.sub(_at_the_clock, text))


def _at_the_clock(found: re.Match[str]) -> str:
    hour, minutes = found[1], found[2]
    if minutes == "00":
        return f"{number(hour)}点"
    return f"{number(hour)}点{'零' if minutes.startswith('0') else ''}{number(minutes)}分"


def _counted(found: re.Match[str]) -> str:
    ordinal, figures, measure = found[1], found[2], found[3] or ""
    counts = not ordinal and bool(measure) and figures.lstrip("0") == "2"
    return f"{ordinal}{'两' if counts else number(figures)}{measure}"


def number(figures: str) -> str:
    """A whole number in characters; one of more than four digits, or with a leading zero, digit by digit."""
    value = int(figures)
    if len(figures) > LONGEST or (len(figures) > 2 and figures.startswith("0")):  # noqa: PLR2004 - 05 is five
        return "".join(DIGITS[int(each)] for each in figures)
    if value == 0:
        return DIGITS[0]
    words, gap = "", False
    for place, digit in zip(reversed(range(len(str(value)))), str(value), strict=True):
        if digit == "0":
            gap = True
            continue
        words += ("零" if gap else "") + DIGITS[int(digit)] + PLACES[place]
        gap = False
    return words.removeprefix("一") if words.startswith("一十") else words
