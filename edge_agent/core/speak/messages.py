"""Messages: what is said aloud, and what the operations centre reads.

Templates come from the policy (and so from the city), or from the zone where it has words of its own; the fields they
may name are those of ``Fields``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from string import Formatter
from typing import TYPE_CHECKING, Final

from edge_agent.core.feed.incidents import Happening
from edge_agent.core.plate.reading import NOTHING_KNOWN, Identified
from edge_agent.core.plate.speech import spoken, written
from edge_agent.core.plate.vehicles import identified_words, vehicle_words
from edge_agent.core.site.policy import Wording
from edge_agent.core.site.steps import stepped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.core.site.policy import Kind, Rule, Words
    from edge_agent.core.site.strikes import Step
    from edge_agent.core.site.zones import Zone

HAPPENED: Final[dict[Happening, dict[str, str]]] = {
    Happening.OPENED: {"zh-CN": "发现{title}", "en": "{title} found"},
    Happening.WARNED: {"zh-CN": "第{n}次劝导已播放", "en": "warning {n} played"},
    Happening.ESCALATED: {"zh-CN": "劝导无效，转派工单", "en": "not put right; work order opened"},
    Happening.RECURRED: {"zh-CN": "离开后又返回", "en": "came back after leaving"},
    Happening.RESOLVED: {"zh-CN": "已恢复", "en": "over"},
    Happening.SUPPRESSED: {"zh-CN": "许可或时段内，不予提醒", "en": "allowed here at this hour"},
    Happening.REFERRED: {"zh-CN": "待人工审核", "en": "a person must confirm it"},
    Happening.CONFIRMED: {"zh-CN": "人工审核属实", "en": "confirmed by a person"},
    Happening.CANCELLED: {"zh-CN": "已由中心撤销", "en": "cancelled by the centre"},
}
BECAUSE: Final[dict[tuple[Happening, str | None], dict[str, str]]] = {  # where the reason changes what is said
    (Happening.SUPPRESSED, "zone_removed"): {"zh-CN": "该区域已不再监管", "en": "not watched for here any more"},
    (Happening.ESCALATED, "quiet_hours"): {
        "zh-CN": "静音时段，未劝导，转派工单",
        "en": "quiet hours; work order opened",
    },
    (Happening.REFERRED, "before_warning"): {
        "zh-CN": "待人工审核，审核前不喊话",
        "en": "a person must confirm it before anything is said",
    },
    (Happening.REFERRED, "before_order"): {
        "zh-CN": "待人工审核，审核前不派单",
        "en": "a person must confirm it before a work order",
    },
    (Happening.CANCELLED, "unreviewed"): {"zh-CN": "无人审核，已放弃", "en": "given up: nobody confirmed it"},
    (Happening.ESCALATED, "silent"): {"zh-CN": "不喊话，直接转派工单", "en": "nobody is spoken to; work order opened"},
    (Happening.RESOLVED, "by_centre"): {"zh-CN": "中心确认已处置", "en": "over, the centre says"},
}
DEFAULT_LANGUAGES: Final = ("zh-CN", "en")


OF_THE_MOMENT: Final = frozenset(  # fields that nobody knows before the warning is due
    {"plate", "vehicle", "hour", "time", "strike"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What a message template may name, as ``{zone}`` and so on.

    ``left`` is the number of warnings after this one, ``minutes`` the time until the next step. ``hour`` (0 to 23) and
    ``time`` (as 14:05) are local. ``shop``, ``plate`` and ``vehicle`` (colour and body) are empty where they are not
    known: a template must read well without. A plate is spelled out in what is said, and as it is in what is read.
    ``strike`` is how many-th it is of the party, 0 where nobody counts. ``words`` is for the templates of a step alone:
    what is said without it.
    """

    zone: str
    shop: str
    n: int
    left: int
    minutes: int
    plate: str = ""
    vehicle: str = ""
    hour: int = 0
    time: str = ""
    strike: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class AtStep:
    """The step of a party's strikes, None where nobody counts, and how many-th strike it is."""

    step: Step | None = None
    strike: int = 0


NOT_COUNTED: Final = AtStep()


def warning_text(
    kind: Kind,
    zone: Zone,
    rule: Rule,
    *,
    n: int,
    shop: str | None,
    at: datetime,
    at_step: AtStep = NOT_COUNTED,
    known: Identified = NOTHING_KNOWN,
) -> dict[str, str]:
    """The words of warning ``n`` at ``at``, by language; with fewer templates than warnings the last one repeats."""
    texts: dict[str, str] = {}
    for language, templates in words_of(kind, zone).warnings.items():
        fields = replace(
            _warning_fields(zone, rule, language, n=n, shop=shop, at=at),
            strike=at_step.strike,
            plate=spoken(known.plate, language),
            vehicle=vehicle_words(known.vehicle, language),
        )
        text = _worded(templates[min(n, len(templates)) - 1], at).format(**asdict(fields))
        texts[language] = _by_step(at_step.step, language, n, text, fields)
    return texts


def _by_step(step: Step | None, language: str, n: int, words: str, fields: Fields) -> str:
    """``words`` as they are said at a step that has words of its own."""
    templates = () if step is None else step.warnings_text.get(language, ())
    return templates[min(n, len(templates)) - 1].format(**asdict(replace(fields, words=words))) if templates else words


def foreseen_texts(
    kind: Kind, zone: Zone, rule: Rule, at: datetime, steps: tuple[Step, ...] = ()
) -> Iterator[tuple[str, str]]:
    """Every warning of a kind that can be put into words before it is due: language and text, of any hour and step.

    Those that name the moment (``OF_THE_MOMENT``) cannot; ``at`` only stands in for it.
    """
    for step in steps:
        yield from _foreseen_at(kind, zone, stepped(rule, step), at, step)
    yield from _foreseen_at(kind, zone, rule, at, None)


def _foreseen_at(kind: Kind, zone: Zone, rule: Rule, at: datetime, step: Step | None) -> Iterator[tuple[str, str]]:
    shops: tuple[str | None, ...] = tuple(shop.id for shop in zone.shops) or (None,)
    for language, templates in words_of(kind, zone).warnings.items():
        for n in range(1, rule.spoken + 1):
            for text in _wordings(templates[min(n, len(templates)) - 1]):
                own = () if step is None else step.warnings_text.get(language, ())[:n][-1:]
                if all(OF_THE_MOMENT.isdisjoint(named_fields(each)) for each in (text, *own)):
                    for shop in shops:
                        fields = _warning_fields(zone, rule, language, n=n, shop=shop, at=at)
                        yield language, _by_step(step, language, n, text.format(**asdict(fields)), fields)


def moment_fields(kind: Kind, zone: Zone, rule: Rule, language: str, steps: tuple[Step, ...] = ()) -> tuple[str, ...]:
    """What of the moment the warnings of a kind name in a language: those that do cannot be foreseen."""
    words = words_of(kind, zone).warnings.get(language, ())
    spoken = max((stepped(rule, step).spoken for step in steps), default=rule.spoken)
    own = [template for step in steps for template in step.warnings_text.get(language, ())]
    texts = (*own, *(text for each in words[: max(spoken, rule.spoken)] for text in _wordings(each)))
    return tuple(sorted(OF_THE_MOMENT & {field for text in texts for field in named_fields(text)}))


def words_of(kind: Kind, zone: Zone) -> Words:
    """What is said of a kind in a zone: the zone's own words, else the kind's."""
    return zone.words.get(kind.name, kind.words)


def formatted_fields(template: str) -> tuple[str, ...]:
    """The fields of a template that want a width, a format or a conversion; raises as ``named_fields``."""
    parts = Formatter().parse(template)
    return tuple(name for _, name, form, conversion in parts if name is not None and (form or conversion))


def named_fields(template: str) -> tuple[str, ...]:
    """The fields that a template names, as written; raises ValueError for one that cannot be taken apart."""
    return tuple(name for _, name, _, _ in Formatter().parse(template) if name is not None)


def _warning_fields(zone: Zone, rule: Rule, language: str, *, n: int, shop: str | None, at: datetime) -> Fields:
    minutes = (rule.interval if n < rule.warnings else rule.final_grace).total_seconds() / 60
    return _fields(zone, language, n=n, left=max(rule.warnings - n, 0), minutes=round(minutes), shop=shop, at=at)


def _fields(zone: Zone, language: str, *, n: int, left: int, minutes: int, shop: str | None, at: datetime) -> Fields:
    local = at.astimezone(zone.timezone)
    return Fields(
        zone=zone.name.get(language, zone.id),
        shop=shop_name(zone, shop),
        n=n,
        left=left,
        minutes=minutes,
        hour=local.hour,
        time=f"{local:%H:%M}",
    )


def _worded(template: str | Wording, at: datetime) -> str:
    """The template that holds at ``at``."""
    if isinstance(template, str):
        return template
    return next((text for hours, text in template.at_hours if hours.covers(at)), template.text)


def _wordings(template: str | Wording) -> tuple[str, ...]:
    """Every template that may hold at some hour."""
    if isinstance(template, str):
        return (template,)
    return (template.text, *(text for _, text in template.at_hours))


def event_text(
    kind: Kind,
    zone: Zone,
    happening: Happening,
    *,
    n: int | None,
    shop: str | None,
    reason: str | None = None,
    at_step: AtStep = NOT_COUNTED,
    known: Identified = NOTHING_KNOWN,
) -> dict[str, str]:
    """One line for a person at the centre, by language: where, what, how far it has come, which strike and vehicle."""
    languages = tuple(kind.title) or DEFAULT_LANGUAGES
    texts: dict[str, str] = {}
    for language in languages:
        colon, comma = ("：", "，") if language.startswith("zh") else (": ", ", ")
        phrases = BECAUSE.get((happening, reason)) or HAPPENED[happening]
        phrase = phrases.get(language, phrases["en"])
        where = " ".join(part for part in (zone.name.get(language, zone.id), shop_name(zone, shop)) if part)
        text = phrase.format(title=kind.title[language], n=n)
        sentence = text if happening is Happening.OPENED else f"{kind.title[language]}{comma}{text}"
        texts[language] = f"{where}{colon}{sentence}{_strike_text(at_step, language)}{_bracketed(known, language)}"
    return texts


def _strike_text(at_step: AtStep, language: str) -> str:
    """Which strike it is, behind a line; nothing where nobody counts."""
    if not at_step.strike:
        return ""
    step = at_step.step
    title = "" if step is None else step.title.get(language, step.name)
    if language.startswith("zh"):
        return f"（第{at_step.strike}次，{title}）" if title else f"（第{at_step.strike}次）"
    return f" (strike {at_step.strike}, {title})" if title else f" (strike {at_step.strike})"


def order_text(
    kind: Kind,
    zone: Zone,
    rule: Rule,
    *,
    stood: timedelta,
    shop: str | None,
    at: datetime,
    at_step: AtStep = NOT_COUNTED,
    known: Identified = NOTHING_KNOWN,
) -> dict[str, str]:
    """What the person who gets the work order reads, by language; says that every warning was heard."""
    minutes = round(stood.total_seconds() / 60)
    texts: dict[str, str] = {}
    for language, template in words_of(kind, zone).order.items():
        fields = replace(
            _fields(zone, language, n=rule.warnings, left=0, minutes=minutes, shop=shop, at=at),
            strike=at_step.strike,
            plate=written(known.plate, language),
            vehicle=vehicle_words(known.vehicle, language),
        )
        words = template.format(**asdict(fields))
        own = None if at_step.step is None else at_step.step.order_text.get(language)
        names_it = not {"plate", "vehicle"}.isdisjoint((*named_fields(template), *named_fields(own or "")))
        words = words if own is None else own.format(**asdict(replace(fields, words=words)))
        texts[language] = words + ("" if names_it else _bracketed(known, language))
    return texts


def _bracketed(known: Identified, language: str) -> str:
    """Which vehicle it is, in brackets; nothing where nobody knows."""
    words = identified_words(known, language)
    if not words:
        return ""
    return f"（{words}）" if language.startswith("zh") else f" ({words})"


def shop_name(zone: Zone, shop: str | None) -> str:
    """The name of one of the zone's shops, or nothing."""
    return next((s.name for s in zone.shops if s.id == shop), "")
