"""``edge-agent explain``: why each incident went as it did, and why what came close to one was none."""

from __future__ import annotations

import json
from datetime import tzinfo
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from edge_agent.app.stories import chosen, stories_of
from edge_agent.cli.options import SiteOption
from edge_agent.cli.refusing import refusing
from edge_agent.config.loading import load_site
from edge_agent.config.plain import plain

if TYPE_CHECKING:
    from edge_agent.core.story import Story


class Language(StrEnum):
    """In which words."""

    ENGLISH = "en"
    CHINESE = "zh-CN"


NONE: Final = {"en": "No incidents.", "zh-CN": "没有事件。"}
NEAR: Final = {"en": " (near miss)", "zh-CN": "（未成事件）"}
MORE: Final = {
    "en": "Near misses besides: {near}, which --near-misses shows.",
    "zh-CN": "另有{near}起未成事件，可用 --near-misses 查看。",
}


def explain(
    log: Annotated[Path, typer.Option(help="A detection log, or the folder in which a live agent keeps its logs.")],
    incident: Annotated[
        str | None, typer.Argument(help="Only this incident: its id, or the beginning of it that no other has.")
    ] = None,
    site: SiteOption = Path("site.yaml"),
    camera: Annotated[str | None, typer.Option(help="Only this camera's; all if absent.")] = None,
    near_misses: Annotated[
        bool, typer.Option("--near-misses", help="Also what nobody was warned of, and why.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a story, in both languages.")] = False,
    language: Annotated[Language, typer.Option(help="In which words.")] = Language.ENGLISH,
) -> None:
    """Tell the timeline that led to each incident in words: what was seen, what hid it, what was said, what followed.

    The log is folded anew, by the zones as they are now, as replay does; nothing is said or sent.

    Try it:  edge-agent explain --log campus.detections.jsonl --near-misses
    """
    with refusing():
        loaded = load_site(site)
        stories = stories_of(log, loaded, camera)
        shown = _shown(stories, incident, near_misses=near_misses)
        if as_json:
            for story in shown:
                typer.echo(json.dumps(plain(story), ensure_ascii=False, separators=(",", ":")))
            return
        for story in shown:
            typer.echo("\n".join(_lines(story, loaded.timezone, language)))
        hidden = 0 if incident else len(stories) - len(shown)
        for line in _closing(len(shown), hidden, language):
            typer.echo(line)


def _shown(stories: tuple[Story, ...], incident: str | None, *, near_misses: bool) -> tuple[Story, ...]:
    if incident is not None:
        return (chosen(stories, incident),)
    return tuple(story for story in stories if near_misses or not story.near_miss)


def _lines(story: Story, zone: tzinfo, language: str) -> tuple[str, ...]:
    """A heading, and a line a moment."""
    name = story.incident or story.case
    near = NEAR[language] if story.near_miss else ""
    heading = f"{name}  {story.kind}, {story.camera}/{story.zone}{near}"
    told = (f"  {moment.at.astimezone(zone):%Y-%m-%d %H:%M:%S}  {moment.text[language]}" for moment in story.moments)
    return (heading, *told)


def _closing(shown: int, hidden: int, language: str) -> tuple[str, ...]:
    none = () if shown else (NONE[language],)
    return (*none, MORE[language].format(near=hidden)) if hidden else none
