"""``edge-agent score``: how a replay did against what really happened. It cannot act."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from edge_agent.adapters.detection_log import read_header
from edge_agent.app.logged import assumed_of, logged
from edge_agent.app.pairs import LOGS, RESULTS, Pair, pairs
from edge_agent.app.replay import Speaking, replay
from edge_agent.app.scored import Judged, Watched, judged, said_of, scores_by_matter, whole_score
from edge_agent.app.side_by_side import cores, side_by_side
from edge_agent.cli.options import SiteOption, span
from edge_agent.cli.output import show
from edge_agent.cli.refusing import refusing
from edge_agent.config.figures import fault, figures
from edge_agent.config.loading import LoadedSite, load_site
from edge_agent.config.results_file import read_results
from edge_agent.config.truth_file import read_truth
from edge_agent.core.doubts import doubts
from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from edge_agent.core.site import Site
    from edge_agent.core.truth import Truth


def score_command(
    truth: Annotated[list[Path], typer.Argument(help="Truth files, or folders of them (*.truth.yaml).")],
    log: Annotated[
        list[Path] | None,
        typer.Option(help="The detection log of each, in their order, or one folder; else beside the truth."),
    ] = None,
    results: Annotated[
        list[Path] | None, typer.Option(help="What `replay --json`, or another program, told of each instead.")
    ] = None,
    camera: Annotated[str | None, typer.Option(help="Of which camera the results are; all that are in them.")] = None,
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
        loaded = load_site(site)

        found = pairs(truth, results or log or [], RESULTS if results else LOGS)
        if results:
            began = _began(loaded, camera, start)
            several = tuple(_by_results(pair, loaded, camera, began, length) for pair in found)
        else:
            work = partial(_by_log, site=loaded.site, speaker=speaker)
            seen = [(read_truth(pair.truth, loaded.site), pair.told) for pair in found]
            several = tuple(side_by_side(work, seen, workers or cores()))
        show(json.dumps(_data(several), ensure_ascii=False)) if as_json else _show(several)


def _by_log(seen: tuple[Truth, Path], *, site: Site, speaker: Speaking | None) -> Judged:
    truth, log = seen
    header = read_header(log)
    events = Watched(logged(log, header.camera))
    said = said_of(replay(events, header.camera, site, assumed_of(log, speaker)))
    return judged(truth, said, site, header.started, events.since(header.started))


def _by_results(
    pair: Pair, loaded: LoadedSite, camera: str | None, began: datetime, length: timedelta | None
) -> Judged:
    truth = read_truth(pair.truth, loaded.site)
    return judged(truth, read_results(pair.told, camera), loaded.site, began, length)


def _began(loaded: LoadedSite, camera: str | None, start: datetime | None) -> datetime:
    """The instant that a replay would date the first frame."""
    from edge_agent.app.recording import UNDATED  # noqa: PLC0415 - it loads a decoder, and a log needs none

    if start is not None:
        return start.replace(tzinfo=UTC)
    only = next(iter(loaded.cameras)) if len(loaded.cameras) == 1 else None
    settings = loaded.cameras.get(camera or only or "")
    return (settings.started if settings is not None else None) or UNDATED


def _data(several: tuple[Judged, ...]) -> dict[str, Any]:
    whole, matters = whole_score(several), scores_by_matter(several).items()
    faults = ((each.clip, fault(outcome)) for each in several for outcome in each.outcomes)
    return {
        "version": 1,
        "recordings": [each.clip for each in several],
        "all": figures(whole),
        "by_kind_and_zone": [{"kind": kind, "zone": zone, **figures(part)} for (kind, zone), part in matters],
        "unwatched": sum(each.unwatched for each in several),
        "faults": [{"clip": clip, **told} for clip, told in faults if told is not None],
        "doubts": list(doubts(whole)),
    }


def _show(several: tuple[Judged, ...]) -> None:
    from rich.console import Console  # noqa: PLC0415 - JSON need not wait for tables

    from edge_agent.cli.score_table import fault_lines, score_table  # noqa: PLC0415

    Console().print(score_table(several))
    for line in fault_lines(several):
        show(line)
