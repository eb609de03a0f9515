"""Explanations: why an incident went as it did, and why a near miss was none, in sentences for people.

The material is what the core says anyway: the events of incidents, their work orders, and the notes that never leave
the box. Nothing here decides anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_agent.core.commands import RejectReason, ReturnReason
from edge_agent.core.effects import HiddenBy, Note, Notify, PublishIncident, Remark
from edge_agent.core.events import Result
from edge_agent.core.explain.witness_words import witness_words
from edge_agent.core.feed import work_orders
from edge_agent.core.feed.incidents import Happening, IncidentEvent, Role
from edge_agent.core.feed.work_orders import ALL_LATE, OrderStatus
from edge_agent.core.track.occlusion import cause_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_agent.core.feed.work_orders import WorkOrder

Words = dict[str, str]
LANGUAGES: Final = ("zh-CN", "en")

EVENTS: Final[dict[tuple[Happening, str | None], Words]] = {
    (Happening.OPENED, None): {"en": "opened: stood for {dwell} s", "zh-CN": "驻留{dwell}秒，发现事件"},
    (Happening.WARNED, None): {"en": "warning {n} played at {dwell} s", "zh-CN": "驻留{dwell}秒时播放第{n}次劝导"},
    (Happening.ESCALATED, "unheeded"): {
        "en": "work order: {warnings} played and not heeded",
        "zh-CN": "已播放{delivered}次劝导无效，转派工单",
    },
    (Happening.ESCALATED, "silent"): {
        "en": "work order: nobody is spoken to about this kind",
        "zh-CN": "转派工单：该类型不喊话",
    },
    (Happening.ESCALATED, "undelivered"): {
        "en": "work order: a warning could not be played, {delivered} had been",
        "zh-CN": "劝导未能播放，此前已播放{delivered}次，转派工单",
    },
    (Happening.ESCALATED, "dispatched"): {
        "en": "work order: the operations centre sent somebody, after {warnings}",
        "zh-CN": "中心直接派单，此前已播放{delivered}次劝导",
    },
    (Happening.ESCALATED, "quiet_hours"): {
        "en": "work order: nothing may be said aloud at this hour, after {warnings}",
        "zh-CN": "静音时段不喊话，直接派单，此前已播放{delivered}次劝导",
    },
    (Happening.ESCALATED, None): {
        "en": "work order, after {warnings}",
        "zh-CN": "转派工单，此前已播放{delivered}次劝导",
    },
    (Happening.RECURRED, None): {"en": "came back: the same incident goes on", "zh-CN": "离开后又返回，同一事件继续"},
    (Happening.RESOLVED, "left"): {
        "en": "over: seen to have left after {warnings}, at {dwell} s",
        "zh-CN": "已消除：播放{delivered}次劝导后离开，驻留{dwell}秒",
    },
    (Happening.RESOLVED, "unknown_end"): {
        "en": "over, end unknown: out of sight for too long, last seen at {dwell} s",
        "zh-CN": "结束时刻不明：长时间不可观测，末次看到时已驻留{dwell}秒",
    },
    (Happening.RESOLVED, "by_centre"): {
        "en": "over: the operations centre says so, after {warnings}, at {dwell} s",
        "zh-CN": "中心确认已处置：播放{delivered}次劝导后，驻留{dwell}秒",
    },
    (Happening.RESOLVED, None): {
        "en": "over, after {warnings}, at {dwell} s",
        "zh-CN": "已结束：播放{delivered}次劝导，驻留{dwell}秒",
    },
    (Happening.SUPPRESSED, None): {"en": "no violation any more", "zh-CN": "已不再违规"},
    (Happening.SUPPRESSED, "permit"): {
        "en": "did not warn: a permit covers it{permit}",
        "zh-CN": "未劝导：有许可{permit}",
    },
    (Happening.SUPPRESSED, "hours"): {"en": "no violation any more: the zone's hours ended", "zh-CN": "管控时段已结束"},
    (Happening.SUPPRESSED, "zone_removed"): {
        "en": "no violation any more: the zone is not watched any more",
        "zh-CN": "该区域已不再监管",
    },
    (Happening.REFERRED, None): {"en": "a person is asked to confirm it", "zh-CN": "提请人工审核"},
    (Happening.REFERRED, "before_warning"): {
        "en": "a person is asked to confirm it before anything is said",
        "zh-CN": "提请人工审核，审核前不喊话",
    },
    (Happening.REFERRED, "before_order"): {
        "en": "a person is asked to confirm it before a work order, after {warnings}",
        "zh-CN": "提请人工审核，审核前不派单，此前已播放{delivered}次劝导",
    },
    (Happening.CONFIRMED, None): {"en": "confirmed by {confirmed_by}", "zh-CN": "{confirmed_by}审核属实"},
    (Happening.CANCELLED, None): {"en": "cancelled by the operations centre", "zh-CN": "已由中心撤销"},
    (Happening.CANCELLED, "unreviewed"): {
        "en": "given up: nobody confirmed it in time, after {warnings}",
        "zh-CN": "无人按时审核，已放弃，此前已播放{delivered}次劝导",
    },
}
REJECTED: Final[Words] = {"en": "rejected by {by}: {why}", "zh-CN": "{by}驳回：{why}"}
REJECTIONS: Final[dict[str, Words]] = {
    RejectReason.NOT_THERE: {"en": "nothing of the sort stands there", "zh-CN": "现场没有此物"},
    RejectReason.WRONG_KIND: {"en": "it is something else", "zh-CN": "类型有误"},
    RejectReason.WRONG_PLACE: {"en": "it stands where it may", "zh-CN": "不在管控范围"},
    RejectReason.PERMITTED: {"en": "it may stand there", "zh-CN": "已获许可"},
    RejectReason.MOVING_ON: {"en": "it is about to leave", "zh-CN": "即停即走"},
    RejectReason.DUPLICATE: {"en": "another incident is about it", "zh-CN": "重复事件"},
    RejectReason.OTHER: {"en": "for another reason", "zh-CN": "其他原因"},
}
NOTES: Final[dict[Remark, Words]] = {
    Remark.LEFT_EARLY: {"en": "did not warn: left before the dwell was reached", "zh-CN": "未劝导：驻留时长未到即离开"},
    Remark.HOURS_ENDED: {"en": "did not warn: the zone's hours ended", "zh-CN": "未劝导：管控时段已结束"},
    Remark.ZONE_REMOVED: {"en": "did not warn: the zone is not watched any more", "zh-CN": "未劝导：该区域已不再监管"},
    Remark.DISAGREED: {
        "en": "did not warn: the second look did not agree{shown}",
        "zh-CN": "未劝导：复核未确认{shown}",
    },
    Remark.NOT_THERE: {
        "en": "did not warn: not seen when the second look answered{shown}",
        "zh-CN": "未劝导：复核答复时未见到{shown}",
    },
    Remark.UNCONFIRMED: {"en": "did not warn: left before a second look agreed", "zh-CN": "未劝导：复核确认前已离开"},
    Remark.LOST_SIGHT: {
        "en": "did not warn: out of sight for too long before the dwell was reached",
        "zh-CN": "未劝导：驻留时长未到即长时间不可观测",
    },
    Remark.SILENCED: {"en": "did not warn: nothing might be said in the zone then", "zh-CN": "未劝导：该区域当时静默"},
    Remark.NOT_PLAYED: {"en": "warning {n} was not played: {reason}", "zh-CN": "第{n}次劝导未播放：{reason}"},
    Remark.STILL_THERE: {"en": "has not warned so far: still there at the end", "zh-CN": "尚未劝导：至末尾仍在"},
    Remark.OFF_HOURS: {"en": "did not warn: the zone's hours did not run", "zh-CN": "未劝导：不在管控时段内"},
    Remark.OUTSIDE: {
        "en": "did not warn: {share} % of its foot was in the zone, 50 % is needed",
        "zh-CN": "未劝导：底部仅{share}%在区域内，应达50%",
    },
    Remark.INCOMPLETE: {
        "en": "did not warn: such a thing alone, with nobody beside it, is no violation",
        "zh-CN": "未劝导：仅有单件物品且无人值守，不构成违规",
    },
    Remark.NO_SHOP: {
        "en": "did not warn: not beyond the line of a known shop",
        "zh-CN": "未劝导：未越过已登记店铺的门前线",
    },
    Remark.SELDOM_SEEN: {
        "en": "did not warn: seen in {share} % of the looks that could have shown it, 25 % is needed",
        "zh-CN": "未劝导：仅在{share}%的可观测画面中检出，应达25%",
    },
    Remark.FAINT: {
        "en": "did not warn: the detector was too unsure of it in most looks",
        "zh-CN": "未劝导：多数画面中检测置信度不足",
    },
    Remark.PART: {
        "en": "did not warn: taken for a part of the stronger thing that it touches",
        "zh-CN": "未劝导：视为相邻的更明确目标的一部分",
    },
    Remark.SAME_MATTER: {
        "en": "did not warn: a stricter rule had taken it up already",
        "zh-CN": "未劝导：已按更严的规则处理",
    },
    Remark.AGREED: {"en": "the second look agreed{shown}", "zh-CN": "复核已确认{shown}"},
    Remark.BINNED: {"en": "did not warn: in the place of a closed bin", "zh-CN": "未劝导：位于垃圾桶处"},
}
ORDERS: Final[dict[OrderStatus, Words]] = {
    OrderStatus.OPENED: {"en": "work order opened", "zh-CN": "工单已生成"},
    OrderStatus.DISPATCHED: {"en": "work order given to {to}", "zh-CN": "工单已派给{to}"},
    OrderStatus.ACCEPTED: {"en": "work order accepted by {by}", "zh-CN": "{by}已接单"},
    OrderStatus.HANDLED: {"en": "work order handled, says {by}", "zh-CN": "{by}已处置"},
    OrderStatus.VERIFIED: {"en": "the place was seen clear", "zh-CN": "现场已核实清除"},
    OrderStatus.CLOSED: {"en": "work order closed", "zh-CN": "工单已办结"},
    OrderStatus.REJECTED: {"en": "work order rejected by {by}", "zh-CN": "{by}驳回工单"},
    OrderStatus.WITHDRAWN: {"en": "work order withdrawn", "zh-CN": "工单已撤回"},
}
NOTIFIED: Final[Words] = {"en": "the centre was asked to tell {role}", "zh-CN": "请中心通知{role}"}
ROLES: Final[dict[Role, Words]] = {
    Role.MERCHANT: {"en": "the merchant", "zh-CN": "商户"},
    Role.STEWARD: {"en": "the street steward", "zh-CN": "街巷长"},
    Role.OFFICER: {"en": "the officer", "zh-CN": "执法人员"},
    Role.RESPONSIBLE: {"en": "who is responsible", "zh-CN": "责任方"},
    Role.OWNER: {"en": "the vehicle's owner", "zh-CN": "车主"},
}
SEEN_BY: Final[Words] = {"en": "the place was seen clear by {by}", "zh-CN": "{by}现场核查通过"}
RETURNED: Final[Words] = {"en": "work order returned to {to} by {by}", "zh-CN": "{by}核查不通过，退回{to}"}
BY: Final[Words] = {"en": ", by {speaker}", "zh-CN": "（{speaker}）"}
LATE: Final[Mapping[str, Words]] = {
    work_orders.LATE: {"en": "work order late: its limit is over", "zh-CN": "工单已超时"},
    work_orders.ACCEPT_LATE: {"en": "work order not accepted in time", "zh-CN": "工单接收超时"},
    work_orders.ARRIVE_LATE: {"en": "work order not handled by when somebody must be there", "zh-CN": "工单到场超时"},
}
FOR_PARTY: Final[Words] = {"en": ", for {party}", "zh-CN": "，责任方：{party}"}
SOMEBODY: Final[Words] = {"en": "somebody", "zh-CN": "有关人员"}
NO_REASON: Final[Words] = {"en": "nobody knows why", "zh-CN": "原因不明"}
DWELL: Final[Words] = {"en": ", dwell {dwell} s", "zh-CN": "，驻留{dwell}秒"}
DWELL_OF: Final[Words] = {"en": ", dwell {dwell} of {needed} s", "zh-CN": "，驻留{dwell}秒，应满{needed}秒"}
UNOBSERVABLE: Final[Words] = {"en": ", {hidden} s unobservable{why}", "zh-CN": "，其中{hidden}秒不可观测{why}"}


def explain_event(effect: PublishIncident, language: str) -> str:
    """What happened to an incident, and how much of its time nobody could see it; English for an unknown language."""
    event = effect.event
    words = REJECTED if event.verb == "reject" else EVENTS.get((event.type, event.reason)) or EVENTS[event.type, None]
    warnings = (
        f"{event.delivered or 'no'} warning{'' if event.delivered == 1 else 's'}"  # English counts, Chinese need not
    )
    sentence = _in(words, language).format(
        dwell=_seconds(event.dwell_s),
        n=event.n,
        delivered=event.delivered,
        warnings=warnings,
        permit=_bracketed(effect.permit, language),
        by=event.by or _in(SOMEBODY, language),
        confirmed_by=event.confirmed_by or _in(SOMEBODY, language),
        why=_in(REJECTIONS.get(event.reason or "", REJECTIONS[RejectReason.OTHER]), language),
    )
    by = _speaker(event)
    sentence += _in(BY, language).format(speaker=by) if by else ""
    return sentence + _hidden(event.unobservable_s, effect.hidden_by, language)


def _speaker(event: IncidentEvent) -> str | None:
    """Who played the warning that an event tells of, where that is known."""
    played = (each.speaker for each in event.warnings if each.n == event.n and each.result is Result.PLAYED)
    return next(played, None)


def explain_note(note: Note, language: str) -> str:
    """Why nothing was said, and how far it was from it."""
    dwell = DWELL if note.needed_s is None else DWELL_OF
    needed = _seconds(note.needed_s or 0)
    why = _in(NOTES[note.what], language).format(
        n=note.n,
        reason=note.reason or _in(NO_REASON, language),
        share=round(100 * (note.share or 0)),
        shown=_bracketed(note.reason, language),
    )
    fell_short = _in(dwell, language).format(dwell=_seconds(note.dwell_s), needed=needed)
    why += witness_words(note.witnesses, language)
    return why + fell_short + _hidden(note.unobservable_s, note.hidden_by, language)


def explain_order(order: WorkOrder, language: str) -> str:
    """What became of a work order, and by whom; who is responsible where it begins."""
    words = LATE[order.reason] if order.reason in ALL_LATE else _of_order(order)
    nobody = _in(SOMEBODY, language)
    text = _in(words, language).format(to=order.to or nobody, by=order.by or nobody)
    begins = order.status is OrderStatus.OPENED and order.reason not in ALL_LATE
    return text + (_in(FOR_PARTY, language).format(party=order.party) if begins and order.party else "")


def _of_order(order: WorkOrder) -> Words:
    """What became of an order; a person's judgement of what was handled is told as such."""
    if order.status is OrderStatus.VERIFIED and order.verified_by == "person":
        return SEEN_BY
    back = order.status is OrderStatus.DISPATCHED and order.reason in set(ReturnReason)
    return RETURNED if back else ORDERS[order.status]


def explain_notice(notice: Notify, language: str) -> str:
    """Who was to be told of it; their contact is the centre's business."""
    return _in(NOTIFIED, language).format(role=_in(ROLES[notice.role], language))


def _hidden(seconds: float, by: HiddenBy, language: str) -> str:
    if not seconds:
        return ""
    return _in(UNOBSERVABLE, language).format(hidden=_seconds(seconds), why=_why(by, language))


def _why(by: HiddenBy, language: str) -> str:
    """By what it was hidden, the longest first; the seconds of each only where there are several."""
    ranked = sorted(by.items(), key=lambda each: (-each[1], each[0]))
    if len(ranked) == 1:
        text = cause_words(ranked[0][0], language)
        return f"（{text}）" if language.startswith("zh") else f" {text}"
    if language.startswith("zh"):
        parts = "，".join(f"{cause_words(cause, language)}{_seconds(spent)}秒" for cause, spent in ranked)
        return f"（{parts}）" if parts else ""
    parts = ", ".join(f"{_seconds(spent)} s {cause_words(cause, language)}" for cause, spent in ranked)
    return f" ({parts})" if parts else ""


def _bracketed(detail: str, language: str) -> str:
    if not detail:
        return ""
    return f"（{detail}）" if language.startswith("zh") else f" ({detail})"


def _in(words: Words, language: str) -> str:
    return words.get(language, words["en"])


def _seconds(seconds: float) -> str:
    return f"{round(seconds, 1):g}"
