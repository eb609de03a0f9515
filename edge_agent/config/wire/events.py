"""JSON of the core's values: one line of the detection log, one event of the feed, one stored world.

What is read comes from other programs too, so it is checked; what is written reads back as the same value, to the
microsecond and to the last bit of a float, or live and replay would part. Frames come by the hundred thousand when
a log is folded: they are taken apart by hand, the rare events by pydantic.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from math import inf, isfinite
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from edge_agent.config.wire.command_lines import command_line, command_of
from edge_agent.config.wire.plain import plain
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import (
    Appearance,
    Command,
    Detection,
    Event,
    FrameSeen,
    LookedAgain,
    PlateRead,
    StreamBack,
    StreamLost,
    Tick,
    WarningAnswered,
)
from edge_agent.core.feed.incidents import IncidentEvent
from edge_agent.core.geometry import Box, clipped
from edge_agent.core.incident.world import World

if TYPE_CHECKING:
    from edge_agent.core.stream.health import Health

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2099
BEYOND: Final = 0.5  # of the picture: detectors guess what sticks out, and no more than that

_RareEvent = Tick | StreamLost | StreamBack | WarningAnswered | LookedAgain | PlateRead
_RARE: Final[dict[str, type[_RareEvent]]] = {
    "tick": Tick,
    "lost": StreamLost,
    "back": StreamBack,
    "warning": WarningAnswered,
    "second_look": LookedAgain,
    "plate": PlateRead,
}
_NUMBER: Final = (int, float)
_TYPES: Final = "frame, tick, lost, back, warning, second_look, plate or command"


def encode_event(event: Event) -> str:
    """One line of the detection log, without its line end."""
    if isinstance(event, FrameSeen):
        detections = [_detection(each) for each in event.detections]
        held = {} if event.unchanged is None else {"unchanged": event.unchanged}
        return _json({"type": event.type, "at": instant_text(event.at), **held, "detections": detections})
    if isinstance(event, Command):
        return _json({name: _logged(value) for name, value in command_line(event).items()})
    return _json({"type": event.type} | _flat(event))


def decode_event(line: str | bytes) -> Event:
    """The event on one line of a detection log; raises BadInputError, in one sentence, for what is none.

    Unknown keys are ignored, as the format asks.
    """
    try:
        raw = from_json(line)
    except ValueError as error:
        raise BadInputError(_no_object(line)) from error
    if not isinstance(raw, dict):
        raise BadInputError(_no_object(line))
    at = _instant(raw.get("at"))
    match raw.get("type"):
        case "frame":
            return _frame(raw, at)
        case "command":
            return command_of(raw, at, _instant(raw["done_at"]) if "done_at" in raw else None)
        case str(named) if named in _RARE:
            return _rare_event(named, raw | {"at": at})
        case other:
            raise BadInputError(f"event: type: expected {_TYPES}, got {other!r}")


def encode_incident(event: IncidentEvent) -> dict[str, object]:
    """The payload of the feed: flat, nothing that is None, spans to a tenth of a second."""
    return {name: plain(value) for name, value in _pairs(event) if value is not None}


def encode_world(world: World) -> str:
    """A world as the store keeps it."""
    return _world().dump_json(world).decode()


def decode_world(text: str) -> World:
    """A stored world, exactly as it was; raises BadInputError where the text holds none."""
    try:
        return _world().validate_json(text)
    except ValidationError as error:
        raise BadInputError(f"stored world: {_first(error)}") from error


def encode_health(health: Health) -> bytes:
    """What is known of a camera's health, as it is kept over a restart."""
    return _health().dump_json(health)


def decode_health(text: bytes) -> Health:
    """The same again; raises BadInputError where the text holds none."""
    try:
        return _health().validate_json(text)
    except ValidationError as error:
        raise BadInputError(f"stored health: {_first(error)}") from error


def instant_text(at: datetime) -> str:
    """``at`` in ISO 8601, UTC, to the millisecond, or to the microsecond where milliseconds would lose something."""
    precision = "microseconds" if at.microsecond % 1000 else "milliseconds"
    return at.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")


@cache
def _rare(named: str) -> TypeAdapter[_RareEvent]:
    return TypeAdapter(_RARE[named])


@cache
def _world() -> TypeAdapter[World]:
    """Made when first asked for, since folding a log stores no world."""
    return TypeAdapter(World)


@cache
def _health() -> TypeAdapter[Health]:
    from edge_agent.core.stream.health import Health  # noqa: PLC0415 - it loads numpy, and only live cameras have a health

    return TypeAdapter(Health)


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, and where."""
    first = error.errors(include_url=False)[0]
    return f"{'.'.join(str(part) for part in first['loc']) or 'text'}: {first['msg']}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _pairs(value: Any) -> list[tuple[str, Any]]:  # noqa: ANN401 - any dataclass
    return [(f.name, getattr(value, f.name)) for f in fields(value)]


def _flat(event: Event) -> dict[str, object]:
    flat = {name: _logged(value) for name, value in _pairs(event) if value is not None and value != ()}
    if isinstance(event, LookedAgain) and event.witnesses:
        flat["witnesses"] = [{name: part for name, part in _pairs(w) if part not in {"", ()}} for w in event.witnesses]
    return flat


def _logged(value: object) -> object:
    return instant_text(value) if isinstance(value, datetime) else value


def _detection(detection: Detection) -> dict[str, object]:
    box = detection.box
    flat: dict[str, object] = {
        "label": detection.label,
        "score": detection.score,
        "box": (box.x0, box.y0, box.x1, box.y1),
    }
    if detection.appearance is not None:
        flat["appearance"] = detection.appearance
    if detection.age_s is not None:
        flat["age_s"] = detection.age_s
    return flat


def _instant(text: object) -> datetime:
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise BadInputError(f"event: at: expected a time such as 2026-11-01T08:00:00.200Z, got {text!r:.60}")
    try:
        return plausible(at)
    except ValueError as error:
        raise BadInputError(f"event: at: {error}") from error


def plausible(at: datetime) -> datetime:
    """A time with its offset, in UTC; raises ValueError where it lies outside 1970 to 2099, as no recording does."""
    try:
        moment = at.astimezone(UTC)
    except OverflowError:
        moment = None
    if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"{at.isoformat()} is no time of a recording, expected one from {FIRST_YEAR} to {LAST_YEAR}")
    return moment


def _frame(raw: Mapping[str, Any], at: datetime) -> FrameSeen:
    detections = raw.get("detections")
    if not isinstance(detections, list):
        raise BadInputError(f"frame: detections: expected a list, got {detections!r}")
    unchanged = raw.get("unchanged")
    if unchanged is not None and not (isinstance(unchanged, _NUMBER) and 0 <= unchanged <= 1):
        raise BadInputError(f"frame: unchanged: expected a number from 0 to 1, got {unchanged!r:.60}")
    try:
        return FrameSeen(at=at, detections=tuple([_seen(each) for each in detections]), unchanged=unchanged)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise BadInputError(f"frame: detection: expected label, score 0-1 and box of 4 numbers: {error}") from error


def _rare_event(named: str, raw: Mapping[str, Any]) -> _RareEvent:
    try:
        return _rare(named).validate_python(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise BadInputError(f"event '{named}': {field}: {first['msg'].lower()}") from error


def _seen(raw: Mapping[str, Any]) -> Detection:
    label, score = raw["label"], raw["score"]
    if not isinstance(label, str):
        raise TypeError(f"label {label!r} is no text")
    if not isinstance(score, _NUMBER) or not 0 <= score <= 1:
        raise ValueError(f"score {score!r} is not from 0 to 1")
    x0, y0, x1, y1 = raw["box"]
    box = Box(x0 + 0.0, y0 + 0.0, x1 + 0.0, y1 + 0.0)  # makes floats of integers and refuses texts
    if not (box.x0 >= -BEYOND and box.y0 >= -BEYOND and box.x1 <= 1 + BEYOND and box.y1 <= 1 + BEYOND):
        raise ValueError(f"box {[x0, y0, x1, y1]} lies outside the picture, expected fractions of it and no pixels")
    if box.x0 < 0 or box.y0 < 0 or box.x1 > 1 or box.y1 > 1:
        box = clipped(box)
    looks = raw.get("appearance")
    return Detection(
        label=label,
        score=float(score),
        box=box,
        appearance=None if looks is None else _appearance(looks),
        age_s=_age(raw.get("age_s")),
    )


def _age(raw: object) -> float | None:
    if raw is None:
        return None
    if not isinstance(raw, _NUMBER) or not 0 <= raw < inf:
        raise ValueError(f"age_s {raw!r} is no span of seconds")
    return float(raw)


def _appearance(raw: Any) -> Appearance:  # noqa: ANN401 - any JSON
    """One sum finds a text (TypeError), a NaN and an infinity at once; vectors are long and frames many."""
    if not isfinite(sum(raw)):
        raise ValueError("appearance holds a number that is not finite")
    return tuple(map(float, raw))


def _no_object(line: str | bytes) -> str:
    text = line if isinstance(line, str) else line.decode(errors="replace")
    return f"event: expected a JSON object, got {text[:40]!r}"
