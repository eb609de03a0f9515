"""The page of a report: one file of HTML that needs neither a network nor a script, and holds both languages."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.reports.sheet import (
    HIDDEN,
    INCIDENTS,
    LEAD,
    MADE_OF,
    NEAR_MISSES,
    NO_INCIDENTS,
    NO_NEAR_MISSES,
    NO_PICTURES,
    SCORE,
    SETTING,
    SETTINGS,
    TIMELINE,
    TITLE,
    VISIBLE,
    both,
)
from edge_agent.adapters.reports.timeline import figures_table, timeline

if TYPE_CHECKING:
    from datetime import datetime

    from edge_agent.adapters.reports.sheet import ReportSheet, Words
    from edge_agent.core.explain.stories import Story

CHOICES: Final = (("zh", "中文"), ("en", "English"), ("both", "中文 · English"))
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"  # nothing is ever fetched


def page(sheet: ReportSheet, language: str = "zh") -> str:
    """The whole report; ``language`` (``zh``, ``en`` or ``both``) is shown until the reader chooses another."""
    style = files("edge_agent.adapters.reports").joinpath("style.css").read_text(encoding="utf-8")
    title = f"{TITLE['zh-CN']} · {TITLE['en']} · {sheet.agent}"
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style></head>\n<body>\n"
        f"{_switch(language)}\n<main>\n{_body(sheet)}\n</main></body></html>\n"
    )


def _switch(language: str) -> str:
    """Radio buttons before everything else, by which the style hides one language: no script is needed."""
    return "".join(
        f'<input type="radio" name="language" id="{tag}"{" checked" if tag == language else ""}>'
        f'<label for="{tag}">{name}</label> '
        for tag, name in CHOICES
    )


def _body(sheet: ReportSheet) -> str:
    incidents = [(n, story) for n, story in enumerate(sheet.stories) if not story.near_miss]
    near = [(n, story) for n, story in enumerate(sheet.stories) if story.near_miss]
    parts = [
        f'<h1>{both(TITLE)}</h1><p class="lead">{both(LEAD)}</p><p class="privacy">{both(_privacy(sheet))}</p>',
        _section(MADE_OF, _made_of(sheet)),
        _section(TIMELINE, timeline(sheet)),
        _section(INCIDENTS, "".join(_story(sheet, n, each) for n, each in incidents) or _none(NO_INCIDENTS)),
        _section(NEAR_MISSES, "".join(_story(sheet, n, each) for n, each in near) or _none(NO_NEAR_MISSES)),
        "" if sheet.score is None else _section(SCORE, figures_table(sheet.score)),
        _section(SETTINGS, _settings(sheet)),
    ]
    return "\n".join(part for part in parts if part)


def _section(heading: Words, content: str) -> str:
    return f"<section><h2>{both(heading)}</h2>\n{content}</section>"


def _none(words: Words) -> str:
    return f"<p>{both(words)}</p>"


def _privacy(sheet: ReportSheet) -> Words:
    if not sheet.pictures:
        return NO_PICTURES
    return VISIBLE if sheet.people_visible else HIDDEN


def _made_of(sheet: ReportSheet) -> str:
    rows = "".join(
        f'<tr><th>{both(name)}</th><td class="value">{escape(value)}</td></tr>' for name, value in sheet.made_of
    )
    return f"<table>{rows}</table>"


def _story(sheet: ReportSheet, number: int, story: Story) -> str:
    """One story: where and what, and a line a moment, with its picture where there is one."""
    where = f"{both(sheet.called(story.zone))} · {both(sheet.called(story.kind))}"
    moments = "".join(
        f"<li><time>{_clock(sheet, moment.at)}</time><div>{both(moment.text)}</div>{_picture(sheet, number, n)}</li>"
        for n, moment in enumerate(story.moments)
    )
    return (
        f'<article id="s{number}"><h3>{_day(sheet, story.began)} {where}{_nearness(story)}</h3>'
        f'<p class="id">{escape(story.incident or story.case)}</p><ol>{moments}</ol></article>\n'
    )


def _nearness(story: Story) -> str:
    """How near a near miss came, as a bar."""
    share = f"{100 * story.nearness:.0f}%"
    return f' <span class="near" title="{share}"><i style="width:{share}"></i></span>' if story.near_miss else ""


def _picture(sheet: ReportSheet, story: int, moment: int) -> str:
    jpeg = sheet.pictures.get((story, moment))
    return "" if jpeg is None else f'<img alt="" src="data:image/jpeg;base64,{b64encode(jpeg).decode()}">'


def _settings(sheet: ReportSheet) -> str:
    names = list(dict.fromkeys(name for each in sheet.settings for name, _ in each.values))
    head = "".join(
        f"<th>{both(sheet.called(each.zone))}<br>{both(sheet.called(each.kind))}</th>" for each in sheet.settings
    )
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code></td>"
        + "".join(f'<td class="value">{escape(dict(each.values).get(name, ""))}</td>' for each in sheet.settings)
        + "</tr>"
        for name in names
    )
    return f"<table><tr><th>{both(SETTING)}</th>{head}</tr>{rows}</table>"


def _clock(sheet: ReportSheet, at: datetime) -> str:
    return f"{at.astimezone(sheet.timezone):%H:%M:%S}"


def _day(sheet: ReportSheet, at: datetime) -> str:
    return f"{at.astimezone(sheet.timezone):%Y-%m-%d %H:%M}"
