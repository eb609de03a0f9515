"""Messages: what is said aloud, and what the operations centre reads.

Templates come from the policy (and so from the city); the fields they may name are those of ``Fields``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.core.incidents import Happening

if TYPE_CHECKING:
    from edge_agent.core.policy import Kind, Rule
    from edge_agent.core.zones import Zone

HAPPENED: Final[dict[Happening, dict[str, str]]] = {
    Happening.OPENED: {"zh-CN": "发现{title}", "en": "{title} found"},
    Happening.WARNED: {"zh-CN": "第{n}次劝导已播放", "en": "warning {n} played"},
    Happening.ESCALATED: {"zh-CN": "劝导无效，转派工单", "en": "not put right; work order opened"},
    Happening.RECURRED: {"zh-CN": "离开后又返回", "en": "came back after leaving"},
    Happening.RESOLVED: {"zh-CN": "已恢复", "en": "over"},
    Happening.SUPPRESSED: {"zh-CN": "许可或时段内，不予提醒", "en": "allowed here at this hour"},
    Happening.CANCELLED: {"zh-CN": "已由中心撤销", "en": "cancelled by the centre"},
}
BECAUSE: Final[dict[tuple[Happening, str | None], dict[str, str]]] = {  # where the reason changes what is said
    (Happening.SUPPRESSED, "zone_removed"): {"zh-CN": "该区域已不再监管", "en": "not watched for here any more"},
    (Happening.RESOLVED, "by_centre"): {"zh-CN": "中心确认已处置", "en": "over, the centre says"},
}
DEFAULT_LANGUAGES: Final = ("zh-CN", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What a message template may name, as ``{zone}`` and so on.

    ``left`` is the number of warnings after this one, ``minutes`` the time until the next step.
    """

    zone: str
    shop: str
    n: int
    left: int
    minutes: int


def warning_text(kind: Kind, zone: Zone, rule: Rule, *, n: int, shop: str | None) -> dict[str, str]:
    """The words of warning ``n`` by language; with fewer templates than warnings the last one repeats."""
    texts: dict[str, str] = {}
    for language, templates in kind.words.warnings.items():
        fields = Fields(
            zone=zone.name.get(language, zone.id),
            shop=shop_name(zone, shop),
            n=n,
            left=rule.warnings - n,
            minutes=round((rule.interval if n < rule.warnings else rule.final_grace).total_seconds() / 60),
        )
        texts[language] = templates[min(n, len(templates)) - 1].format(**asdict(fields))
    return texts


def event_text(
    kind: Kind, zone: Zone, happening: Happening, *, n: int | None, shop: str | None, reason: str | None = None
) -> dict[str, str]:
    """One line for a person at the centre, by language: where, what, how far it has come."""
    languages = tuple(kind.title) or DEFAULT_LANGUAGES
    texts: dict[str, str] = {}
    for language in languages:
        colon, comma = ("：", "，") if language.startswith("zh") else (": ", ", ")
        phrases = BECAUSE.get((happening, reason)) or HAPPENED[happening]
        phrase = phrases.get(language, phrases["en"])
        where = " ".join(part for part in (zone.name.get(language, zone.id), shop_name(zone, shop)) if part)
        said = phrase.format(title=kind.title[language], n=n)
        told = said if happening is Happening.OPENED else f"{kind.title[language]}{comma}{said}"
        texts[language] = f"{where}{colon}{told}"
    return texts


def order_text(kind: Kind, zone: Zone, rule: Rule, *, stood: timedelta, shop: str | None) -> dict[str, str]:
    """What the person who gets the work order reads, by language; says that every warning was heard."""
    minutes = round(stood.total_seconds() / 60)
    return {
        language: template.format(
            **asdict(
                Fields(
                    zone=zone.name.get(language, zone.id),
                    shop=shop_name(zone, shop),
                    n=rule.warnings,
                    left=0,
                    minutes=minutes,
                )
            )
        )
        for language, template in kind.words.order.items()
    }


def shop_name(zone: Zone, shop: str | None) -> str:
    """The name of one of the zone's shops, or nothing."""
    return next((s.name for s in zone.shops if s.id == shop), "")
