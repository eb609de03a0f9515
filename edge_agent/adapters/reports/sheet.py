"""A sheet: all that a report shows, before it is a page. Words are by language, times are instants.

The words of a report in both languages, and how a page holds both: each is marked, and a button hides the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from html import escape
from typing import TYPE_CHECKING, Final

from edge_agent.core.explain.timeline import BarStage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_agent.core.explain.stories import Story
    from edge_agent.core.explain.timeline import Outage, Strip
    from edge_agent.core.score.scoring import Score

Words = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSettings:
    """What was asked for of one kind in one zone, as the site file names and writes it."""

    zone: str
    kind: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSheet:
    """What became of one replay.

    ``made_of`` says what was replayed by which files: a name and a value each. ``pictures`` are JPEG files by the
    place of their story and of its moment. ``names`` are the names of zones and kinds by their ids.
    """

    agent: str
    begin: datetime
    until: datetime
    timezone: tzinfo
    made_of: tuple[tuple[Words, str], ...]
    stories: tuple[Story, ...]
    strips: tuple[Strip, ...]
    outages: tuple[Outage, ...]
    names: dict[str, Words]
    settings: tuple[KindSettings, ...]
    pictures: dict[tuple[int, int], bytes] = field(default_factory=dict)
    score: Score | None = None
    people_visible: bool = False

    def called(self, ident: str) -> Words:
        """The name of a zone or a kind; its id where it has none."""
        return self.names.get(ident) or {"en": ident}


TITLE: Final[Words] = {"en": "What a replay came to", "zh-CN": "回放报告"}
LEAD: Final[Words] = {
    "en": "All of this is a lead for a person to judge: never proof, never an automatic penalty.",
    "zh-CN": "以下内容均为供人工研判的线索：不是证据，更不是自动处罚。",
}
HIDDEN: Final[Words] = {
    "en": "People whom the detector found are pixelated in the pictures. Who was not found is not hidden;"
    " number plates are not looked for.",
    "zh-CN": "图片中检测到的行人已打码。未被检测到的人不会被遮挡；车牌未作处理。",
}
VISIBLE: Final[Words] = {
    "en": "People are visible in these pictures: whoever passes this file on answers for it.",
    "zh-CN": "图片中的行人未作处理：转发本文件者须自行负责。",
}
NO_PICTURES: Final[Words] = {
    "en": "There are no pictures: the recording was not at hand.",
    "zh-CN": "没有图片：未提供录像。",
}
MADE_OF: Final[Words] = {"en": "What was replayed", "zh-CN": "回放依据"}
TIMELINE: Final[Words] = {"en": "Timeline", "zh-CN": "时间线"}
INCIDENTS: Final[Words] = {"en": "Incidents", "zh-CN": "事件"}
NO_INCIDENTS: Final[Words] = {"en": "There were none.", "zh-CN": "没有事件。"}
NEAR_MISSES: Final[Words] = {"en": "Near misses", "zh-CN": "未成事件"}
NO_NEAR_MISSES: Final[Words] = {"en": "There were none.", "zh-CN": "没有未成事件。"}
SCORE: Final[Words] = {"en": "Held against the truth", "zh-CN": "与真值比对"}
SETTINGS: Final[Words] = {"en": "Settings", "zh-CN": "设置"}
SETTING: Final[Words] = {"en": "setting", "zh-CN": "设置项"}
OUTAGE: Final[Words] = {"en": "nothing could be seen", "zh-CN": "不可观测"}
FIGURES: Final[dict[str, Words]] = {
    "hits": {"en": "found", "zh-CN": "命中"},
    "misses": {"en": "missed", "zh-CN": "漏报"},
    "extras": {"en": "false", "zh-CN": "误报"},
    "precision": {"en": "precision", "zh-CN": "精确率"},
    "recall": {"en": "recall", "zh-CN": "召回率"},
    "f1": {"en": "F1", "zh-CN": "F1"},
    "warning": {"en": "first warning later than due, median", "zh-CN": "首次劝导迟于应劝导时刻（中位数）"},
    "false_orders": {"en": "false work orders", "zh-CN": "误派工单"},
}
STAGES: Final[dict[BarStage, Words]] = {
    BarStage.WAITING: {"en": "stands, nobody told", "zh-CN": "驻留，未劝导"},
    BarStage.ASKED: {"en": "asked (darker: more often)", "zh-CN": "已劝导（颜色越深次数越多）"},
    BarStage.ORDERED: {"en": "work order", "zh-CN": "已派单"},
    BarStage.ALLOWED: {"en": "allowed", "zh-CN": "许可"},
}
TAGS: Final = (("zh-CN", "zh"), ("en", "en"))


def both(words: Mapping[str, str]) -> str:
    """Words in both languages, of which the page shows one or both; said once where they are the same."""
    texts = {words.get(language) or words["en"] for language, _ in TAGS}
    if len(texts) == 1:
        return escape(texts.pop())
    return "".join(
        f'<span class="{tag}" lang="{language}">{escape(words.get(language) or words["en"])}</span>'
        for language, tag in TAGS
    )


def plainly(words: Mapping[str, str]) -> str:
    """Words in both languages where no mark can be made, as in a tooltip."""
    return escape(" · ".join(dict.fromkeys(words.get(language) or words["en"] for language, _ in TAGS)))
