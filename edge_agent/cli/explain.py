"""``edge-agent explain``: why each incident went as it did, and why what came close to one was none."""

from __future__ import annotations

import json
from datetime import tzinfo
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from edge_agent.adapters.state_folder import DATABASE
from edge_agent.app.replay.stories import chosen, stories_of
from edge_agent.cli.options import SiteOption, refusing
from edge_agent.cli.output import show
from edge_agent.config.site.loading import load_site
from edge_agent.config.wire.plain import plain
from edge_agent.core.errors import BadInputError
from edge_agent.core.explain.stories import gathered_stories

if TYPE_CHECKING:
    from edge_agent.core.explain.stories import Story


STORED: Final = {
    "en": "As the agent decided then, from its store.",
    "zh-CN": "依据设备存储的当时判定。",
}
FOLDED: Final = {
    "en": "As the site's rules are now, from {log}.",
    "zh-CN": "依据{log}，按点位现行规则重新推演。",
}


class StoryLanguage(StrEnum):
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
    incident: Annotated[
        str | None, typer.Argument(help="Only this incident: its id, or the beginning of it that no other has.")
    ] = None,
    log: Annotated[
        Path | None,
        typer.Option(help="A detection log, or the folder in which an agent keeps its logs; else what the store has."),
    ] = None,
    state: Annotated[Path | None, typer.Option(help="The state to read, instead of the site's folder.")] = None,
    site: SiteOption = Path("site.yaml"),
    camera: Annotated[str | None, typer.Option(help="Only this camera's; all if absent.")] = None,
    near_misses: Annotated[
        bool, typer.Option("--near-misses", help="Also what nobody was warned of, and why.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a story, in both languages.")] = False,
    language: Annotated[StoryLanguage, typer.Option(help="In which words.")] = StoryLanguage.ENGLISH,
) -> None:
    """Tell the timeline that led to each incident in words: what was seen, what hid it, what was said, what followed.

    A log is folded anew, by the zones as they are now, as replay does; nothing is said or sent.

    Without a log the agent's store tells what it has kept, as the agent decided then; also while it runs.

    Try it:  edge-agent explain --log campus.detections.jsonl --near-misses
    """
    with refusing():
        loaded = load_site(site, secrets_needed=False)
        stories = stories_of(log, loaded, camera) if log is not None else _remembered(state or loaded.state, camera)
        shown = _shown(stories, incident, near_misses=near_misses)
        if as_json:
            for story in shown:
                show(json.dumps(plain(story), ensure_ascii=False, separators=(",", ":")))
            return
        for story in shown:
            show("\n".join(_lines(story, loaded.timezone, language)))
        hidden = 0 if incident else len(stories) - len(shown)
        for line in (*_closing(len(shown), hidden, language), _source(log, language)):
            show(line)


def _remembered(state: Path, camera: str | None) -> tuple[Story, ...]:
    """What the store in a state folder has kept."""
    from edge_agent.adapters.store.history import history  # noqa: PLC0415 - a fold of a log needs no store

    path = state / DATABASE
    if not path.is_file():
        raise BadInputError(f"state {path}: found none, expected that edge-agent run has been started once, or --log")
    return tuple(story for story in gathered_stories(history(path)) if camera in {None, story.camera})


def _source(log: Path | None, language: str) -> str:
    return (STORED[language]) if log is None else FOLDED[language].format(log=log.name)


def _shown(stories: tuple[Story, ...], incident: str | None, *, near_misses: bool) -> tuple[Story, ...]:
    if incident is not None:
        return (chosen(stories, incident),)
    return tuple(story for story in stories if near_misses or not story.near_miss)


def _lines(story: Story, zone: tzinfo, language: str) -> tuple[str, ...]:
    """A heading, and a line a moment."""
    name = story.incident or story.case
    near = NEAR[language] if story.near_miss else ""
    heading = f"{name}  {story.kind}, {story.camera}/{story.zone}{near}"
    moments = (f"  {moment.at.astimezone(zone):%Y-%m-%d %H:%M:%S}  {moment.text[language]}" for moment in story.moments)
    return (heading, *moments)


def _closing(shown: int, hidden: int, language: str) -> tuple[str, ...]:
    none = () if shown else (NONE[language],)
    return (*none, MORE[language].format(near=hidden)) if hidden else none
