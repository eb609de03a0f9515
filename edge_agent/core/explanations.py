"""Explanations: why an incident went as it did, and why a near miss was none, in sentences for people.

The material is what the core says anyway: the events of incidents and the notes that never leave the box. Nothing
here decides anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_agent.core.effects import Note, PublishIncident, Remark
from edge_agent.core.incidents import Happening, IncidentEvent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge_agent.core.effects import Effect

Words = dict[str, str]

EVENTS: Final[dict[tuple[Happening, str | None], Words]] = {
    (Happening.OPENED, None): {"en": "opened: stood for {dwell} s", "zh-CN": "驻留{dwell}秒，发现事件"},
    (Happening.WARNED, None): {"en": "warning {n} played at {dwell} s", "zh-CN": "驻留{dwell}秒时播放第{n}次劝导"},
    (Happening.ESCALATED, "unheeded"): {
        "en": "work order: {delivered} warnings were played and not heeded",
        "zh-CN": "已播放{delivered}次劝导无效，转派工单",
    },
    (Happening.ESCALATED, "undelivered"): {
        "en": "work order: a warning could not be played, {delivered} were",
        "zh-CN": "劝导未能播放，此前已播放{delivered}次，转派工单",
    },
    (Happening.ESCALATED, "dispatched"): {
        "en": "work order: the operations centre sent somebody, {delivered} warnings had been played",
        "zh-CN": "中心直接派单，此前已播放{delivered}次劝导",
    },
    (Happening.RECURRED, None): {"en": "came back: the same incident goes on", "zh-CN": "离开后又返回，同一事件继续"},
    (Happening.RESOLVED, "left"): {
        "en": "over: seen to have left after {delivered} warnings, at {dwell} s",
        "zh-CN": "已消除：播放{delivered}次劝导后离开，驻留{dwell}秒",
    },
    (Happening.RESOLVED, "unknown_end"): {
        "en": "over, end unknown: out of sight for too long, last seen at {dwell} s",
        "zh-CN": "结束时刻不明：长时间不可观测，末次看到时已驻留{dwell}秒",
    },
    (Happening.RESOLVED, "by_centre"): {
        "en": "over: the operations centre says so, after {delivered} warnings, at {dwell} s",
        "zh-CN": "中心确认已处置：播放{delivered}次劝导后，驻留{dwell}秒",
    },
    (Happening.SUPPRESSED, "permit"): {"en": "did not warn: a permit covers it", "zh-CN": "未劝导：有许可"},
    (Happening.SUPPRESSED, "hours"): {"en": "no violation any more: the zone's hours ended", "zh-CN": "管控时段已结束"},
    (Happening.SUPPRESSED, "zone_removed"): {
        "en": "no violation any more: the zone is not watched any more",
        "zh-CN": "该区域已不再监管",
    },
    (Happening.CANCELLED, None): {"en": "cancelled by the operations centre", "zh-CN": "已由中心撤销"},
}
NOTES: Final[dict[Remark, Words]] = {
    Remark.LEFT_EARLY: {"en": "did not warn: left before the dwell was reached", "zh-CN": "未劝导：驻留时长未到即离开"},
    Remark.HOURS_ENDED: {"en": "did not warn: the zone's hours ended", "zh-CN": "未劝导：管控时段已结束"},
    Remark.ZONE_REMOVED: {"en": "did not warn: the zone is not watched any more", "zh-CN": "未劝导：该区域已不再监管"},
    Remark.DISAGREED: {"en": "did not warn: the second look did not agree", "zh-CN": "未劝导：复核未确认"},
}
DWELL: Final[Words] = {"en": ", dwell {dwell} s", "zh-CN": "，驻留{dwell}秒"}
DWELL_OF: Final[Words] = {"en": ", dwell {dwell} of {needed} s", "zh-CN": "，驻留{dwell}秒，应满{needed}秒"}
UNOBSERVABLE: Final[Words] = {"en": ", {hidden} s unobservable", "zh-CN": "，其中{hidden}秒不可观测"}


def explain(effects: Iterable[Effect], language: str) -> tuple[str, ...]:
    """One sentence for each thing that happened or nearly did, in order; English for a language not known here."""
    sentences: list[str] = []
    for effect in effects:
        match effect:
            case PublishIncident(event=event):
                sentences.append(explain_event(event, language))
            case Note():
                sentences.append(explain_note(effect, language))
            case _:
                pass
    return tuple(sentences)


def explain_event(event: IncidentEvent, language: str) -> str:
    """What happened to an incident, and how much of its time nobody could see it."""
    said = EVENTS.get((event.type, event.reason)) or EVENTS[event.type, None]
    sentence = _in(said, language).format(dwell=_seconds(event.dwell_s), n=event.n, delivered=event.delivered)
    return sentence + _hidden(event.unobservable_s, language)


def explain_note(note: Note, language: str) -> str:
    """Why nothing was said, and how far it was from it."""
    dwell = DWELL if note.needed_s is None else DWELL_OF
    needed = _seconds(note.needed_s or 0)
    fell_short = _in(dwell, language).format(dwell=_seconds(note.dwell_s), needed=needed)
    return _in(NOTES[note.what], language) + fell_short + _hidden(note.unobservable_s, language)


def _hidden(seconds: float, language: str) -> str:
    return _in(UNOBSERVABLE, language).format(hidden=_seconds(seconds)) if seconds else ""


def _in(words: Words, language: str) -> str:
    return words.get(language, words["en"])


def _seconds(seconds: float) -> str:
    return f"{round(seconds, 1):g}"
