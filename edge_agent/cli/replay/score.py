"""``edge-agent score``: how a replay did against what really happened. It cannot act.

The score as a person reads it in a terminal: a row a kind and zone, then what went wrong, then what is doubtful.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.table import Table

from edge_agent.adapters.detection_log import read_header
from edge_agent.app.replay.replay import Speaking, assumed_of_all, replay
from edge_agent.app.replay.score import (
    LOGS,
    RESULTS,
    ScoredRecording,
    TruthPair,
    Watched,
    judged,
    messages_of,
    pairs,
    scores_by_matter,
    whole_score,
)
from edge_agent.app.replay.stories import camera_logs, events_of
from edge_agent.app.replay.tune.tuning import cores, side_by_side
from edge_agent.cli.options import SiteOption, refusing, span
from edge_agent.cli.output import show
from edge_agent.config.site.loading import LoadedSite, load_site
from edge_agent.config.truth_file import read_truth
from edge_agent.config.wire.score import fault, figures, read_results
from edge_agent.core.errors import BadInputError
from edge_agent.core.score.matching import Extra, Miss
from edge_agent.core.score.scoring import Score, Spread
from edge_agent.core.score.selection import score_caveats

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.core.score.intervals import Range
    from edge_agent.core.score.matching import Outcome
    from edge_agent.core.score.truth import Truth


def score_command(
    truth: Annotated[list[Path], typer.Argument(help="Truth files, or folders of them (*.truth.yaml).")],
    log: Annotated[
        list[Path] | None,
        typer.Option(help="The log of each, in their order; or a folder of logs. Else beside the truth."),
    ] = None,
    results: Annotated[
        list[Path] | None, typer.Option(help="What `replay --json`, or another program, told of each instead.")
    ] = None,
    camera: Annotated[str | None, typer.Option(help="Whose logs or results; else that of the log, or all.")] = None,
    site: SiteOption = Path("site.yaml"),
    speaker: Annotated[Speaking | None, typer.Option(help="What to assume of the speaker, as in replay.")] = None,
    start: Annotated[
        datetime | None, typer.Option(help="When the recordings of the results began, UTC; else as in replay.")
    ] = None,
    length: Annotated[
        timedelta | None, typer.Option(parser=span, metavar="DURATION", help="How long each of them lasted.")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; one a core. The result is the same.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="All figures as one JSON object.")] = False,
) -> None:
    """Match the incidents of a replay with the truth, one to one, and tell the figures, the misses and the false ones.

    Try it:  edge-agent score sample_videos/campus_road.truth.yaml --log campus.detections.jsonl
    """
    with refusing():
        if log and results:
            raise BadInputError("score: expected --log or --results, not both")
        loaded = load_site(site, secrets_needed=False)

        file_pairs = pairs(truth, results or log or [], RESULTS if results else LOGS)
        if results:
            began = _began(loaded, camera, start)
            several = tuple(_by_results(pair, loaded, camera, began, length) for pair in file_pairs)
        else:
            work = partial(_by_log, loaded=loaded, camera=camera, speaker=speaker)
            seen = [(read_truth(pair.truth, loaded.site), pair.recorded) for pair in file_pairs]
            several = tuple(side_by_side(work, seen, workers or cores()))
        show(json.dumps(_data(several), ensure_ascii=False)) if as_json else _show(several)


def _by_log(
    seen: tuple[Truth, Path], *, loaded: LoadedSite, camera: str | None, speaker: Speaking | None
) -> ScoredRecording:
    truth, log = seen
    site, (name, logs) = loaded.site, camera_logs(loaded, log, camera)
    started = read_header(logs[0]).started
    events = Watched(events_of(logs))
    outcomes = messages_of(replay(events, name, site, assumed_of_all(logs, speaker)))
    return judged(truth, outcomes, site, started, events.since(started))


def _by_results(
    pair: TruthPair, loaded: LoadedSite, camera: str | None, began: datetime, length: timedelta | None
) -> ScoredRecording:
    truth = read_truth(pair.truth, loaded.site)
    return judged(truth, read_results(pair.recorded, camera), loaded.site, began, length)


def _began(loaded: LoadedSite, camera: str | None, start: datetime | None) -> datetime:
    """The instant that a replay would date the first frame."""
    from edge_agent.app.stream.recording import UNDATED  # noqa: PLC0415 - it loads a decoder, and a log needs none

    if start is not None:
        return start.replace(tzinfo=UTC)
    only = next(iter(loaded.cameras)) if len(loaded.cameras) == 1 else None
    settings = loaded.cameras.get(camera or only or "")
    return (settings.started if settings is not None else None) or UNDATED


def _data(several: tuple[ScoredRecording, ...]) -> dict[str, Any]:
    whole, matters = whole_score(several), scores_by_matter(several).items()
    faults = ((each.clip, fault(outcome)) for each in several for outcome in each.outcomes)
    return {
        "version": 1,
        "recordings": [each.clip for each in several],
        "all": figures(whole),
        "by_kind_and_zone": [{"kind": kind, "zone": zone, **figures(part)} for (kind, zone), part in matters],
        "unwatched": sum(each.unwatched for each in several),
        "faults": [{"clip": clip, **fault_entry} for clip, fault_entry in faults if fault_entry is not None],
        "doubts": list(score_caveats(whole)),
    }


def _show(several: tuple[ScoredRecording, ...]) -> None:
    from rich.console import Console  # noqa: PLC0415 - JSON need not wait for tables

    Console().print(score_table(several))
    for line in fault_lines(several):
        show(line)


FIGURES: Final = (
    "true incidents",
    "found",
    "false",
    "precision",
    "recall",
    "F1",
    "first warning (s)",
    "dwell (s)",
    "false orders a day",
)
NONE: Final = "–"
SHOWN: Final = 40  # faults: more are no reading for a terminal


def score_table(several: tuple[ScoredRecording, ...]) -> Table:
    """One column a kind and zone and one for all; shares with their 95 % ranges, errors as median and 95th of 100."""
    table = Table(title="Score", title_justify="left", caption_justify="left")
    table.caption = "(…) holds the real value in 95 of 100 cases; errors of time: median / 95 of 100 are within"
    columns = {f"{kind}\n{zone}": figures for (kind, zone), figures in scores_by_matter(several).items()}
    columns["all"] = whole_score(several)
    table.add_column("")
    for heading in columns:
        table.add_column(heading, justify="right")
    for label, *cells in zip(FIGURES, *map(_column, columns.values()), strict=True):
        table.add_row(label, *cells)
    return table


def fault_lines(several: tuple[ScoredRecording, ...]) -> Iterator[str]:
    """The misses and the false incidents with their place in the recording, then every doubt, in both languages."""
    faults = [line for each in several for outcome in each.outcomes for line in _fault(each.clip, outcome)]
    yield from faults[:SHOWN]
    if len(faults) > SHOWN:
        yield f"and {len(faults) - SHOWN} faults more: --json tells all of them"
    unwatched = sum(each.unwatched for each in several)
    if unwatched:
        yield f"{unwatched} true incidents are of kinds that their zone is not watched for: they count neither way."
    for words in score_caveats(whole_score(several)):
        yield f"{words['en']} | {words['zh-CN']}"


def _column(figures: Score) -> tuple[str, ...]:
    rate = figures.order_rate
    return (
        str(figures.hits + figures.misses),
        str(figures.hits),
        str(figures.extras),
        share_text(figures.precision.value, figures.precision.range),
        share_text(figures.recall.value, figures.recall.range),
        share_text(figures.f1, figures.f1_range),
        spread_text(figures.warning),
        spread_text(figures.dwell),
        f"{figures.false_orders} in all" if rate is None else f"{rate.value:.2f} (≤ {rate.range.high:.2f})",
    )


def share_text(value: float | None, interval: Range) -> str:
    """A share with what it may really be."""
    return NONE if value is None else f"{value:.2f} ({interval.low:.2f}–{interval.high:.2f})"


def spread_text(spread: Spread | None) -> str:
    """The middle error and the one that 95 of 100 stay below, in seconds."""
    return NONE if spread is None else f"{spread.median.total_seconds():+.1f} / {spread.p95.total_seconds():.1f}"


def _fault(clip: str, outcome: Outcome) -> Iterator[str]:
    match outcome:
        case Miss(expected=expected):
            truth = expected.truth
            stood = f"stood {_clock(truth.since)} to {_clock(truth.until)}, due {_clock(expected.due)}"
            yield f"missed  {clip}  {truth.kind} {truth.zone}  {stood}"
        case Extra(found=story):
            ordered = "" if story.ordered is None else f", work order {_clock(story.ordered)}"
            yield f"false   {clip}  {story.kind} {story.zone}  opened {_clock(story.opened)}{ordered}  {story.incident}"
        case _:
            return


def _clock(span: timedelta) -> str:
    """A place in a recording, as players show it."""
    minutes, seconds = divmod(round(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"
