"""Figures of a score as plain JSON: rounded, with the ranges beside them, and null where there is no figure.

Results: what a replay printed with ``--json``, or another program told of the same recording, one line an event.

Only what judging needs is read, and only that must be there: ``type``, ``incident``, ``zone``, ``kind``, ``at``; a
``box`` where places are to agree, ``dwell_s`` and ``end`` where dwell is to be judged. Unknown keys are passed over.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from edge_agent.core.errors import BadInputError
from edge_agent.core.feed.incidents import Happening
from edge_agent.core.geometry import Box
from edge_agent.core.score.matching import Extra, Miss
from edge_agent.core.score.replayed import IncidentMessage
from edge_agent.core.score.scoring import Rate, Score, Spread

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta
    from pathlib import Path

    from edge_agent.core.score.intervals import Range, Share
    from edge_agent.core.score.matching import Outcome

DIGITS: Final = 4
Figures = dict[str, Any]


def figures(score: Score) -> Figures:
    """All of a score."""
    return {
        "hits": score.hits,
        "misses": score.misses,
        "false": score.extras,
        "allowed": score.allowed,
        "unwarned": score.unwarned,
        "precision": _share(score.precision),
        "recall": _share(score.recall),
        "f1": {"value": _rounded(score.f1), "range": _range(score.f1_range)},
        "first_warning_error_s": _spread(score.warning),
        "first_warning_after_s": _spread(score.waited),
        "dwell_error_s": _spread(score.dwell),
        "false_orders": score.false_orders,
        "false_orders_a_day": _rate(score.order_rate),
        "camera_days": _rounded(score.days),
    }


def fault(outcome: Outcome) -> Figures | None:
    """A miss or a false incident as somebody looks it up in the recording; None for what is right."""
    match outcome:
        case Miss(expected=expected):
            truth = expected.truth
            spans = {"from_s": _seconds(truth.since), "to_s": _seconds(truth.until), "due_s": _seconds(expected.due)}
            return {"fault": "missed", "kind": truth.kind, "zone": truth.zone, **spans}
        case Extra(found=story):
            spans = {"opened_s": _seconds(story.opened)}
            return {"fault": "false", "kind": story.kind, "zone": story.zone, "incident": story.incident, **spans}
        case _:
            return None


def _share(share: Share) -> Figures:
    return {"value": _rounded(share.value), "range": _range(share.range)}


def _rate(rate: Rate | None) -> Figures | None:
    return None if rate is None else {"value": _rounded(rate.value), "range": _range(rate.range)}


def _spread(spread: Spread | None) -> Figures | None:
    if spread is None:
        return None
    return {"median": _seconds(spread.median), "p95": _seconds(spread.p95), "count": spread.count}


def _range(interval: Range) -> list[float]:
    return [round(interval.low, DIGITS), round(interval.high, DIGITS)]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def _seconds(span: timedelta) -> float:
    return round(span.total_seconds(), 3)


_KNOWN: Final = frozenset(Happening)


def read_results(path: Path, camera: str | None = None) -> tuple[IncidentMessage, ...]:
    """The events of incidents in a file, of one ``camera`` where it is named; other messages are left out.

    Raises:
        BadInputError: The file cannot be read, or a line is no event; says which.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadInputError(f"{path}: bytes that are not UTF-8, expected one JSON object a line") from error
    return tuple(_events(path, text, camera))


def _events(path: Path, text: str, camera: str | None) -> Iterator[IncidentMessage]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            document = _object(path, number, line)
            ours = camera is None or document.get("camera", camera) == camera
            if ours and document.get("type") in _KNOWN:
                yield _incident_message(path, number, document)


def _object(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        document = json.loads(line)
    except ValueError as error:
        raise BadInputError(f"{path}:{number}: broken JSON ({error}), expected one object a line") from error
    if not isinstance(document, dict):
        raise BadInputError(f"{path}:{number}: {type(document).__name__}, expected a JSON object")
    return document


def _incident_message(path: Path, number: int, fields: dict[str, Any]) -> IncidentMessage:
    try:
        return IncidentMessage(
            type=Happening(fields["type"]),
            incident=str(fields["incident"]),
            zone=str(fields["zone"]),
            kind=str(fields["kind"]),
            at=_instant(fields["at"]),
            box=None if fields.get("box") is None else Box(*map(float, fields["box"])),
            dwell_s=float(fields.get("dwell_s", 0)),
            end=None if fields.get("end") is None else _instant(fields["end"]),
        )
    except KeyError as error:
        raise BadInputError(f"{path}:{number}: an event without {error}, expected it") from error
    except (TypeError, ValueError) as error:
        raise BadInputError(f"{path}:{number}: a value that does not fit: {error}") from error


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text} has no time zone, expected one such as Z")
    return at.astimezone(UTC)
