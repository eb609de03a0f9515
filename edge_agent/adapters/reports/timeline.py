"""The timeline of a report: a row for each kind in each zone, as SVG in shares of the width: it fits any page.

The figures of a report: a score as a table, each share with the range it may really have.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from html import escape
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.reports.sheet import FIGURES, OUTAGE, STAGES, both, plainly
from edge_agent.core.explain.timeline import BarStage
from edge_agent.core.track.occlusion import cause_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.adapters.reports.sheet import ReportSheet
    from edge_agent.core.explain.timeline import Bar, Outage, Strip
    from edge_agent.core.score.intervals import Share
    from edge_agent.core.score.scoring import Score

LANE: Final = 22  # pixels
BAR: Final = 14
MOST_TICKS: Final = 9
STEPS: Final = tuple(
    timedelta(seconds=s) for s in (1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
)
SHADES: Final = 3  # of the asked stage


def timeline(sheet: ReportSheet) -> str:
    """All strips under one axis, and what the colours mean."""
    rows = "".join(_row(sheet, strip) for strip in sheet.strips)
    return f'<div class="timeline">{rows}<div></div>{_axis(sheet)}</div>{_legend()}'


def _row(sheet: ReportSheet, strip: Strip) -> str:
    height = LANE * max(1, len(strip.lanes))
    drawn = [_outage(sheet, each, height) for each in sheet.outages if each.camera == strip.camera]
    drawn += [_bar(sheet, bar, lane) for lane, bars in enumerate(strip.lanes) for bar in bars]
    name = f"{both(sheet.called(strip.zone))}<br>{both(sheet.called(strip.kind))}"
    return f'<div class="name">{name}</div><svg height="{height}" role="img">{"".join(drawn)}</svg>'


def _bar(sheet: ReportSheet, bar: Bar, lane: int) -> str:
    left, wide = _share(sheet, bar.begin), _share(sheet, bar.end) - _share(sheet, bar.begin)
    shade = f" shade{min(bar.played, SHADES)}" if bar.stage is BarStage.ASKED else ""
    place = f'x="{left:.3f}%" width="{max(wide, 0.15):.3f}%" y="{lane * LANE + (LANE - BAR) // 2}" height="{BAR}"'
    span = f"{_clock(sheet, bar.begin)} – {_clock(sheet, bar.end)}"
    return (
        f'<a href="#s{bar.story}"><rect class="{bar.stage}{shade}" {place}>'
        f"<title>{plainly(STAGES[bar.stage])} {span}</title></rect></a>"
    )


def _outage(sheet: ReportSheet, outage: Outage, height: int) -> str:
    left, right = _share(sheet, outage.begin), _share(sheet, outage.end)
    why = f"{plainly(OUTAGE)}: {plainly({tag: cause_words(outage.cause, tag) for tag in OUTAGE})}"
    return (
        f'<rect class="outage" x="{left:.3f}%" width="{right - left:.3f}%" y="0" height="{height}">'
        f"<title>{why}</title></rect>"
    )


def _axis(sheet: ReportSheet) -> str:
    ticks = "".join(
        f'<line x1="{_share(sheet, at):.3f}%" x2="{_share(sheet, at):.3f}%" y1="0" y2="6"/>'
        f'<text x="{_share(sheet, at):.3f}%" y="18">{_clock(sheet, at)}</text>'
        for at in _ticks(sheet)
    )
    return f'<svg class="axis" height="22" aria-hidden="true">{ticks}</svg>'


def _ticks(sheet: ReportSheet) -> Iterator[datetime]:
    """Round local times, as many as can be read."""
    span = sheet.until - sheet.begin
    step = next((each for each in STEPS if span / each <= MOST_TICKS), STEPS[-1])
    midnight = sheet.begin.astimezone(sheet.timezone).replace(hour=0, minute=0, second=0, microsecond=0)
    at = midnight + -(-(sheet.begin - midnight) // step) * step
    while at <= sheet.until:
        yield at
        at += step


def _share(sheet: ReportSheet, at: datetime) -> float:
    """Where an instant lies, in hundredths of the width."""
    span = sheet.until - sheet.begin
    return 100 * min(1.0, max(0.0, (at - sheet.begin) / span)) if span else 0.0


def _clock(sheet: ReportSheet, at: datetime) -> str:
    return escape(f"{at.astimezone(sheet.timezone):%H:%M:%S}")


def _legend() -> str:
    stages = ((f"{stage}{' shade1' if stage is BarStage.ASKED else ''}", words) for stage, words in STAGES.items())
    keys = "".join(
        f'<span class="key"><svg width="16" height="12"><rect class="{look}" width="16" height="12"/></svg>'
        f" {both(words)}</span>"
        for look, words in (*stages, ("outage", OUTAGE))
    )
    return f'<p class="legend">{keys}</p>'


def figures_table(score: Score) -> str:
    """Counts, precision, recall, F1, how late the first warning came, false work orders."""
    warning = score.warning
    fields = {
        "hits": str(score.hits),
        "misses": str(score.misses),
        "extras": str(score.extras),
        "precision": _share_cell(score.precision),
        "recall": _share_cell(score.recall),
        "f1": "–" if score.f1 is None else f"{score.f1:.3f} ({score.f1_range.low:.2f} – {score.f1_range.high:.2f})",
        "warning": "–" if warning is None else f"{warning.median.total_seconds():+.1f} s",
        "false_orders": str(score.false_orders),
    }
    rows = (
        f'<tr><th>{both(FIGURES[name])}</th><td class="value">{escape(value)}</td></tr>'
        for name, value in fields.items()
    )
    return f"<table>{''.join(rows)}</table>"


def _share_cell(share: Share) -> str:
    value, ranging = share.value, share.range
    return "–" if value is None else f"{value:.3f} ({ranging.low:.2f} – {ranging.high:.2f})"
