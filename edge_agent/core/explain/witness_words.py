"""Who was heard at a second look, in words: each witness, how sure it was, and what a taught one went by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from edge_agent.core.events import Witness

Words = dict[str, str]
WITNESSES: Final[dict[str, Words]] = {
    "detector": {"en": "closer look", "zh-CN": "近看复核"},
    "appeared": {"en": "appeared and stayed", "zh-CN": "新出现且滞留"},
    "running": {"en": "detector on the whole", "zh-CN": "检测模型（全程）"},
    "not_allowed": {"en": "not an allowed thing", "zh-CN": "非允许物品"},
    "taught": {"en": "taught classifier", "zh-CN": "现场学习分类器"},
}
MARKS: Final[dict[str, Words]] = {
    "stall": {"en": "a stall", "zh-CN": "摊位"},
    "goods": {"en": "goods", "zh-CN": "货物"},
    "garbage": {"en": "garbage", "zh-CN": "垃圾"},
    "bin_closed": {"en": "a closed bin", "zh-CN": "关闭的垃圾桶"},
    "bin_overflowing": {"en": "an overflowing bin", "zh-CN": "满溢的垃圾桶"},
    "vehicle": {"en": "a vehicle", "zh-CN": "车辆"},
    "allowed": {"en": "an allowed thing", "zh-CN": "允许的物品"},
    "nothing": {"en": "nothing", "zh-CN": "无目标"},
}


def witness_words(witnesses: tuple[Witness, ...], language: str) -> str:
    """Who was heard, how sure each was, and the examples that a taught one went by."""
    if not witnesses:
        return ""
    chinese = language.startswith("zh")
    heard = []
    for each in witnesses:
        words = f"{_in(WITNESSES.get(each.name, {'en': each.name}), language)} {each.says:.2f} × {each.weight:g}"
        if each.mark:
            mark = _in(MARKS.get(each.mark, {"en": each.mark}), language)
            like = ("，" if chinese else " ").join(each.examples)
            words += f"（判为{mark}，最像样本{like}）" if chinese else f" (takes it for {mark}, most like {like})"
        heard.append(words)
    return f"：{'；'.join(heard)}" if chinese else f": {'; '.join(heard)}"


def _in(words: Words, language: str) -> str:
    return words.get(language, words["en"])
