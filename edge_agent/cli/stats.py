"""``edge-agent stats``: how many people put it right when asked, and after which warning."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.state_folder import DATABASE
from edge_agent.adapters.store.outcomes import read_outcomes, read_standing
from edge_agent.adapters.store.strikes import read_strikes
from edge_agent.app.feed.statistics import json_text, sections
from edge_agent.app.health.instructions import in_words
from edge_agent.cli.options import Language, LanguageOption, SiteArgument, refusing, span, spoken
from edge_agent.cli.output import cell, show
from edge_agent.config.fields.spans_and_sizes import duration_text
from edge_agent.config.site.loading import load_site
from edge_agent.core.errors import BadInputError
from edge_agent.core.score.outcomes import ReviewCounts
from edge_agent.core.score.strikes import counted_strikes

if TYPE_CHECKING:
    from rich.table import Table

    from edge_agent.app.feed.statistics import Sections
    from edge_agent.core.score.outcomes import OutcomeCounts
    from edge_agent.core.score.strikes import StrikeCounts

WORDS: Final = {
    Language.ENGLISH: {
        "title": "Who put it right",
        "incidents": "incidents",
        "before": "left before",
        "after": "after {n}",
        "order": "work order",
        "right": "put right",
        "took": "took",
        "reviews": "What people judged",
        "confirmed": "confirmed",
        "rejected": "rejected",
        "unanswered": "no answer",
        "false": "false (95 %)",
        "none": "No incidents.",
        "strikes": "Strikes: {parties} parties, {once} never again ({share}), {twice} twice, {more} three times or "
        "more; by step {steps}; {forgiven} forgiven.",
    },
    Language.CHINESE: {
        "title": "自行改正情况",
        "incidents": "事件",
        "before": "劝导前离开",
        "after": "第{n}次劝导后",
        "order": "工单",
        "right": "自行改正率",
        "took": "用时",
        "reviews": "人工审核情况",
        "confirmed": "审核属实",
        "rejected": "驳回",
        "unanswered": "无人审核",
        "false": "误报率（95%）",
        "none": "没有事件。",
        "strikes": "记录：{parties} 个对象，{once} 个未再犯（{share}），{twice} 个两次，{more} 个三次及以上；"
        "各级次数 {steps}；不计入 {forgiven} 次。",
    },
}


def stats(
    site: SiteArgument = Path("site.yaml"),
    since: Annotated[
        timedelta | None,
        typer.Option(parser=span, metavar="DURATION", help="Only incidents that opened since, e.g. 7d; else all kept."),
    ] = None,
    state: Annotated[Path | None, typer.Option(help="The state to read, instead of the site's folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for machines.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Count the people who put it right after warning 1, 2, 3, and how long they took; also while an agent runs.

    A share is of those of whom it is known: what is still open, was permitted, cancelled or lost from sight counts
    neither way. All together, by zone, by kind, and by the hour at which it began. Where people have confirmed or
    rejected incidents, also how many, and the share that was rejected with its interval.
    neither way. All together, by zone, by kind, and by the hour at which it began; and who was asked once, and never
    again.
    """
    with refusing():
        loaded = load_site(site, secrets_needed=False)
        path = (state or loaded.state) / DATABASE
        if not path.is_file():
            raise BadInputError(f"state {path}: found none, expected that edge-agent run has been started once")
        now = SystemClock().now()
        begin = None if since is None else now - since
        figures, standing = sections(read_outcomes(path, begin), loaded.timezone), read_standing(path, now)
        strikes = counted_strikes(read_strikes(path, begin))
    if as_json:
        show(json_text(figures, standing, strikes))
        return
    language = spoken(lang)
    _show(figures, language)
    if strikes.parties or strikes.forgiven:
        show(_strikes(strikes, WORDS[language]))
    for each in standing:
        show(f"Stands: {in_words(each)}")


def _show(figures: Sections, language: Language) -> None:
    from rich.console import Console  # noqa: PLC0415 - machines need no table

    if figures["all"]["all"].incidents:
        Console().print(_table(figures, WORDS[language]))
        if figures["all"]["all"].review != ReviewCounts():
            Console().print(_reviews(figures, WORDS[language]))
    else:
        show(WORDS[language]["none"])


def _table(figures: Sections, words: dict[str, str]) -> Table:
    from rich.table import Table  # noqa: PLC0415

    most = max(len(each.after) for groups in figures.values() for each in groups.values())
    table = Table(title=words["title"], title_justify="left", padding=0)
    table.add_column("", no_wrap=True)
    after = (words["after"].format(n=n) for n in range(1, most + 1))
    for column in (words["incidents"], words["before"], *after, words["order"], words["right"]):
        table.add_column(column, justify="right")
    table.add_column(words["took"], justify="right")
    for name, groups in figures.items():
        for group, each in groups.items():
            table.add_row(cell(f"{group}:00" if name == "hour" else group), *_row(each, most))
        table.add_section()
    return table


def _row(each: OutcomeCounts, most: int) -> tuple[str, ...]:
    after = [_percent(share.rate) for share in each.after]
    return (
        str(each.incidents),
        str(each.before),
        *after,
        *[""] * (most - len(after)),
        str(each.ordered),
        _percent(each.rate),
        "–" if each.to_leave is None else duration_text(timedelta(seconds=round(each.to_leave.total_seconds()))),
    )


def _reviews(figures: Sections, words: dict[str, str]) -> Table:
    """What people judged, altogether, by zone and by kind."""
    from rich.table import Table  # noqa: PLC0415

    table = Table(title=words["reviews"], title_justify="left", padding=0)
    table.add_column("", no_wrap=True)
    for column in ("confirmed", "rejected", "unanswered", "false"):
        table.add_column(words[column], justify="right")
    for name in ("all", "zone", "kind"):
        for group, each in figures[name].items():
            if each.review != ReviewCounts():
                table.add_row(cell(group), *_judged(each.review))
        table.add_section()
    return table


def _judged(review: ReviewCounts) -> tuple[str, ...]:
    """What people said, and the share of false reports with its interval."""
    share = review.false
    between = f" ({share.range.low * 100:.0f}–{share.range.high * 100:.0f})" if share.value is not None else ""
    return (*map(str, (review.confirmed, review.rejected, review.unanswered)), _percent(share.value) + between)


def _strikes(counts: StrikeCounts, words: dict[str, str]) -> str:
    """Who was asked once and never again, and who was."""
    steps = ", ".join(f"{step} {count}" for step, count in counts.steps.items())
    numbers = {key: getattr(counts, key) for key in ("parties", "once", "twice", "more", "forgiven")}
    return words["strikes"].format(**numbers, share=_percent(counts.never_again), steps=steps)


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.0%}"
