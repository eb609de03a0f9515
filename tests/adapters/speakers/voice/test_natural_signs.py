"""What the natural voice reads: figures in words, syllables and words as the signs of its model."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from edge_agent.adapters.speakers.voice import english, kokoro, mandarin
from edge_agent.core.errors import BadInputError

LEXICON = {"hello": "həlˈO", "leave": "lˈiv", "park": "pˈɑɹk", "stall": "stˈɔl", "box": "bˈɑks", "five": "fˈIv",
           "the": "ði", "minute": "mˈɪnət", "read": {"DEFAULT": "ɹˈid", "VBD": "ɹˈɛd"}, "stop": "stˈɑp"}  # fmt: skip


@pytest.mark.parametrize(
    ("pinyin", "signs"),
    [("zhong1", "ꭧʊ→ŋ"), ("shi4", "ʂɨ↘"), ("nv3", "ny↓"), ("xu1", "ɕy→"), ("yuan2", "ɥɛ↗n"), ("er4", "ɚ↘"),
     ("liu2", "ljou↗"), ("bo1", "pwo→"), ("de5", "tɤ"), ("wen2", "wə↗n"), ("qiong2", "ʨʰjʊ↗ŋ")],
)  # fmt: skip
def test_a_syllable_is_initial_vowel_tone_and_ending(pinyin: str, signs: str) -> None:
    """The tone stands behind the vowel; what is written as i or u is not always one."""
    assert mandarin.syllable(pinyin) == signs
    assert set(signs) <= set(kokoro.SIGNS)


@pytest.mark.parametrize("pinyin", ["", "zhong", "xyz1", "a6", "K"])
def test_what_is_no_syllable_is_refused_by_name(pinyin: str) -> None:
    """It would be said as something else."""
    with pytest.raises(BadInputError, match="expected a syllable of Pinyin"):
        mandarin.syllable(pinyin)


@pytest.mark.parametrize(
    ("text", "words"),
    [("请在5分钟内驶离", "请在五分钟内驶离"), ("2分钟", "两分钟"), ("第2次", "第二次"), ("2号门", "二号门"),
     ("22:05", "二十二点零五分"), ("8：00", "八点"), ("105", "一百零五"), ("1020", "一千零二十"), ("10", "十"),
     ("110", "一百一十"), ("2000", "二千"), ("0", "零"), ("12345", "一二三四五"), ("007", "零零七")],
)  # fmt: skip
def test_figures_are_read_as_people_read_them(text: str, words: str) -> None:
    """Two of something is 两; a clock is read as a clock."""
    assert mandarin.numbers_in_words(text) == words


def test_an_english_word_is_looked_up_or_made_of_one_that_is() -> None:
    """Plurals, pasts and -ing sound as the sound before them has it."""
    made = {word: english.word_signs(word, LEXICON) for word in ("parks", "stalls", "boxes", "parked", "leaving")}
    assert made == {"parks": "pˈɑɹks", "stalls": "stˈɔlz", "boxes": "bˈɑksᵻz", "parked": "pˈɑɹkt", "leaving": "lˈivɪŋ"}
    assert english.word_signs("stopped", LEXICON) == "stˈɑpt"
    assert english.word_signs("read", LEXICON) == "ɹˈid"


def test_an_english_text_keeps_its_pauses_and_its_figures() -> None:
    """Of a number that has its words in the lexicon."""
    assert english.signs_of("Hello. Leave the box, 5 minutes!", LEXICON) == "həlˈO. lˈiv ðə bˈɑks, fˈIv mˈɪnəts!"
    assert english.number("1205") == ("one", "thousand", "two", "hundred", "five")
    assert english.number("0815") == ("zero", "eight", "one", "five")


@pytest.mark.parametrize("text", ["Hello Xiaowang", "您好", "hello @"])
def test_what_is_in_no_lexicon_is_refused_by_name(text: str) -> None:
    """It is then said by another voice, whole."""
    with pytest.raises(BadInputError, match=r"no reading of '(Xiaowang|您|@)'"):
        english.signs_of(text, LEXICON)


def test_long_texts_are_said_in_parts_that_end_with_a_sentence() -> None:
    """And a sentence that no part can hold is refused."""
    parts = list(kokoro.packed(("a" * 140 + ". ") * 5))
    assert [len(part) for part in parts] == [283, 283, 141]
    assert all(part.endswith(".") for part in parts)
    with pytest.raises(BadInputError, match="a sentence of 600 sounds, expected fewer than 510"):
        list(kokoro.packed("a" * 600))


def test_a_sign_that_the_model_does_not_know_is_told() -> None:
    """As is a text without any word."""
    with pytest.raises(BadInputError, match="has no sign 'ß'"):
        kokoro.checked("aß")
    with pytest.raises(BadInputError, match="finds nothing to say"):
        kokoro.checked(", .")


def test_mandarin_is_read_word_by_word() -> None:
    """With what becomes of 不, of a third tone before another, and of a character of two readings."""
    if find_spec("rjieba") is None or find_spec("pypinyin") is None:
        pytest.skip("the voice-natural extra is not installed")
    assert mandarin.signs_of("你好，银行门口不要停车。") == "ni↗xau↓, i↗nxa↗ŋ mə↗nkʰou↓ pu↗jau↘ tʰi↗ŋꭧʰɤ→."
    with pytest.raises(BadInputError, match="no reading of 'K'"):
        mandarin.signs_of("KFC门口")
