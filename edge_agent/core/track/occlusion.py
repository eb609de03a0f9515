"""Causes: why a thing that stands somewhere could not be seen for a while.

A cause is one word, so that the seconds it took can be added up: the name of a camera's trouble, ``silence`` for
too long a time without any look, or ``behind:`` and the label of what stood in front. A gap is put down to what
began it.
"""

from __future__ import annotations

from typing import Final

BEHIND: Final = "behind:"
SILENCE: Final = "silence"
BLURRED: Final = "blurred"  # its own track is there, and its box lies so that nobody can tell where it stands

Words = dict[str, str]

NAMED: Final[dict[str, Words]] = {
    SILENCE: {"en": "for want of a look", "zh-CN": "期间无画面分析"},
    BLURRED: {"en": "with its outline uncertain", "zh-CN": "轮廓不清"},
    "no_connection": {"en": "without a connection to the camera", "zh-CN": "摄像机断线"},
    "stalled": {"en": "while no picture came", "zh-CN": "码流中断"},
    "clock_jumped": {"en": "while the stream's clock was wrong", "zh-CN": "码流时钟跳变"},
    "wrong_speed": {"en": "while the stream ran at another speed", "zh-CN": "码流速度异常"},
    "resized": {"en": "after the picture's size changed", "zh-CN": "画面尺寸变化"},
    "corrupt": {"en": "in a corrupt picture", "zh-CN": "画面花屏"},
    "dark": {"en": "in the dark", "zh-CN": "画面过暗"},
    "blinded": {"en": "in glare", "zh-CN": "画面过曝或被遮"},
    "frozen": {"en": "in a frozen picture", "zh-CN": "画面冻结"},
    "moved": {"en": "after the camera was moved", "zh-CN": "摄像机被移动"},
}
OTHER: Final[Words] = {"en": "in trouble: {cause}", "zh-CN": "异常：{cause}"}
BEHIND_WORDS: Final[Words] = {"en": "behind {article} {thing}", "zh-CN": "被{thing}遮挡"}
THINGS: Final[dict[str, str]] = {
    "bicycle": "自行车",
    "box": "纸箱",
    "bus": "公交车",
    "car": "小汽车",
    "cart": "推车",
    "chair": "椅子",
    "dining table": "桌子",
    "garbage": "垃圾",
    "garbage_bin": "垃圾桶",
    "goods": "货物",
    "motorcycle": "摩托车",
    "overflow": "满溢垃圾桶",
    "person": "行人",
    "rack": "货架",
    "stall": "摊位",
    "table": "桌子",
    "train": "列车",
    "tricycle": "三轮车",
    "truck": "货车",
    "umbrella": "遮阳伞",
    "van": "面包车",
}


def behind(label: str) -> str:
    """The cause of a thing's being hidden by another."""
    return f"{BEHIND}{label}"


def cause_words(cause: str, language: str) -> str:
    """A cause in words; English for an unknown language, and the bare word for what nobody has named."""
    if cause.startswith(BEHIND):
        thing = cause.removeprefix(BEHIND)
        named = THINGS.get(thing, thing) if language.startswith("zh") else thing.replace("_", " ")
        return _in(BEHIND_WORDS, language).format(article="an" if thing[:1] in set("aeiou") else "a", thing=named)
    return _in(NAMED.get(cause, OTHER), language).format(cause=cause)


def _in(words: Words, language: str) -> str:
    return words.get(language, words["en"])
