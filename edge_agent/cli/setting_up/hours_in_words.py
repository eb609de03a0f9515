"""Hours in words: when each zone is watched and each permit holds in the next seven days, day by day."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final

from edge_agent.cli.options import Language
from edge_agent.core.site.spells import Spell, spells_of_hours, spells_of_permit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from edge_agent.config.site.loading import LoadedSite

DAYS: Final = 7
DAY: Final = timedelta(days=1)
_DAY_NAMES: Final = {
    Language.ENGLISH: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    Language.CHINESE: ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
}
_WORDS: Final = {
    Language.ENGLISH: {
        "head": "hours of the next seven days, from {day}:",
        "zone": "  zone {id} is watched {hours}",
        "permit": "    permit {id} ({holder}) holds {hours}{places}",
        "always": "at every hour",
        "never": "at no hour",
        "daily": "every day {hours}",
        "none": "not at all",
        "places": ", for {n} at once",
        "next": " the next day",
        "comma": ", ",
        "and": ", ",
        "to": " to ",
    },
    Language.CHINESE: {
        "head": "自{day}起七天内的时段：",
        "zone": "  区域 {id} 监管时段：{hours}",
        "permit": "    许可 {id}（{holder}）有效时段：{hours}{places}",
        "always": "全天",
        "never": "七天内无",
        "daily": "每天 {hours}",
        "none": "无",
        "places": "，同时最多 {n} 处",
        "next": "次日",
        "comma": "；",
        "and": "、",
        "to": "至",
    },
}


def week_in_words(loaded: LoadedSite, now: datetime, language: Language) -> Iterator[str]:
    """A line for each zone and for each of its permits, of the seven days from today on, local to the site."""
    words, zone = _WORDS[language], loaded.timezone
    begin = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    end = (begin + DAYS * DAY).astimezone(zone)
    yield words["head"].format(day=_date(begin, language))
    for each in loaded.site.zones:
        spells_text = _told(spells_of_hours(each.hours, begin, end), begin, zone, language)
        yield words["zone"].format(id=each.id, hours=spells_text)
        for permit in each.permits:
            spells_text = _told(spells_of_permit(permit, begin, end), begin, zone, language)
            places = "" if permit.capacity is None else words["places"].format(n=permit.capacity)
            yield words["permit"].format(id=permit.id, holder=permit.holder, hours=spells_text, places=places)


def _told(spells: tuple[Spell, ...], begin: datetime, zone: ZoneInfo, language: Language) -> str:
    words = _WORDS[language]
    if not spells:
        return words["never"]
    if (
        len(spells) == 1 and spells[0].end - spells[0].begin >= DAYS * DAY - DAY / 12
    ):  # of a week an hour or two are set
        return words["always"]
    days = [begin + number * DAY for number in range(DAYS)]
    texts = [(day, _day(spells, day, zone, language)) for day in days]
    if len({text for _, text in texts}) == 1:
        return words["daily"].format(hours=texts[0][1])
    runs = [(list(run), text) for text, run in groupby(texts, key=lambda pair: pair[1])]
    return words["comma"].join(f"{_days([day for day, _ in run], language)} {text}" for run, text in runs)


def _day(spells: tuple[Spell, ...], day: datetime, zone: ZoneInfo, language: Language) -> str:
    """What begins on a day, as clocks show it; on the first day also what runs as it begins."""
    words, following = _WORDS[language], day + DAY
    mine = [
        (spell.begin.astimezone(zone), spell.end.astimezone(zone))
        for spell in spells
        if day <= spell.begin.astimezone(zone) < following
    ]
    through = any(spell.begin.astimezone(zone) < day and spell.end.astimezone(zone) >= following for spell in spells)
    if not mine:
        return words["always"] if through else words["none"]
    return words["and"].join(f"{begin:%H:%M}–{_end(end, following, words)}" for begin, end in mine)


def _end(end: datetime, following: datetime, words: dict[str, str]) -> str:
    """When a spell ends, as the day on which it began says it."""
    if end < following:
        return f"{end:%H:%M}"
    if end == following:
        return "24:00"
    if end < following + DAY:
        return f"{words['next']}{end:%H:%M}" if words["next"] == "次日" else f"{end:%H:%M}{words['next']}"
    return f"{end:%Y-%m-%d %H:%M}"


def _days(days: list[datetime], language: Language) -> str:
    first, last = _date(days[0], language), _date(days[-1], language)
    return first if len(days) == 1 else f"{first}{_WORDS[language]['to']}{last}"


def _date(day: datetime, language: Language) -> str:
    name = _DAY_NAMES[language][day.weekday()]
    return f"{name} {day.day} {day:%b}" if language is Language.ENGLISH else f"{day.month}月{day.day}日{name}"
