"""A command as one line of the detection log: the keys of the command and of its verb beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, Final

from pydantic import Discriminator, TypeAdapter, ValidationError

from edge_agent.core.commands import ForCamera, RejectReason
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import Command

OWN: Final = ("type", "at", "id", "by", "done_at")


def command_line(command: Command) -> dict[str, object]:
    """The keys of a command's line; nothing that is None."""
    what = {each.name: getattr(command.what, each.name) for each in fields(command.what)}
    flat: dict[str, object] = {"type": command.type, "at": command.at, "done_at": command.done_at}
    flat |= {"id": command.id, "by": command.by, "verb": what.pop("verb")}
    if what.get("polygon") is not None:
        what["polygon"] = [[corner.x, corner.y] for corner in what["polygon"]]
    new = ("hours", "goods", "plates", "capacity", "polygon")  # an older line has none of them, and reads the same
    return {key: value for key, value in {**flat, **what}.items() if value is not None and (key not in new or value)}


def command_of(raw: Mapping[str, Any], at: datetime, done_at: datetime | None) -> Command:
    """The command of a line; an old one has no id. Raises BadInputError, in one sentence, for what is none."""
    ident, by = raw.get("id", ""), raw.get("by", "")
    if not isinstance(ident, str) or not isinstance(by, str):
        raise BadInputError("event 'command': id and by: expected texts")
    try:
        keys = _listed({key: value for key, value in raw.items() if key not in OWN})
        if isinstance(keys.get("polygon"), list):
            keys["polygon"] = [dict(zip("xy", corner, strict=True)) for corner in keys["polygon"]]
        what = _what().validate_python(keys)
    except (TypeError, ValueError) as error:
        if isinstance(error, ValidationError):
            raise _unread(error) from error
        raise BadInputError("event 'command': polygon: expected a list of points [x, y]") from error
    return Command(at=at, id=ident, what=_in_utc(what), by=by, done_at=done_at)


def _unread(error: ValidationError) -> BadInputError:
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"][1:]) or "verb"
    return BadInputError(f"event 'command': {place}: {first['msg'].lower()}")


@cache
def _what() -> TypeAdapter[ForCamera]:
    return TypeAdapter(Annotated[ForCamera, Discriminator("verb")])


def _listed(what: dict[str, Any]) -> dict[str, Any]:
    """An older log rejects in a person's own words, which are no reason of the list."""
    reason = what.get("reason")
    if what.get("verb") != "reject" or not isinstance(reason, str) or reason in set(RejectReason):
        return what
    return what | {"reason": RejectReason.OTHER, "note": reason}


def _in_utc(what: ForCamera) -> ForCamera:
    """The same with its instants in UTC; refuses one that does not say its offset."""
    changed: dict[str, Any] = {}
    for each in fields(what):
        value = getattr(what, each.name)
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise BadInputError(f"event 'command': {each.name}: expected a time with its offset, got {value}")
            try:
                changed[each.name] = value.astimezone(UTC)
            except OverflowError:
                raise BadInputError(f"event 'command': {each.name}: {value} is beyond every calendar") from None
    return type(what)(**{each.name: getattr(what, each.name) for each in fields(what)} | changed)
