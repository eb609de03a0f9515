"""A command as it comes from the operations centre: read strictly, and refused in one sentence.

It is the one text that reaches the box from the network, so nothing in it is believed: its size, its keys and the
characters of every text are held to limits before anything is done with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import Field, PlainValidator, StringConstraints, TypeAdapter, ValidationError
from pydantic_core import from_json

from edge_agent.config.fields.shapes import PolygonField
from edge_agent.config.fields.values import ID_PATTERN, LANGUAGE_PATTERN, PHOTO_PATTERN, as_core, shown, wrong
from edge_agent.core.commands import (
    MOST_ELSEWHERE,
    Accept,
    Cancel,
    Confirm,
    Dispatch,
    Forgive,
    Grant,
    Instruction,
    Look,
    Reject,
    Reload,
    Report,
    Resolve,
    Return,
    Revoke,
    Say,
    Silence,
    StrikesElsewhere,
    Verify,
)
from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_BYTES: Final = 16 * 1024
LONGEST: Final = timedelta(days=1)  # a command may wait
AHEAD: Final = timedelta(minutes=5)  # that the centre's clock may be before ours
PERSON: Final = 64
LONGEST_HOURS: Final = 400
UNSIGNED: Final = frozenset({"look", "report", "reload"})

_CLEAN: Final = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]+$"


class UnreadableCommandError(BadInputError):
    """A command that is none; ``command`` is the id under which to say so."""

    def __init__(self, command: str, reason: str) -> None:
        super().__init__(reason)
        self.command = command


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A command that can be done: ``by`` is the person who gave it, empty where nobody needs to."""

    id: str
    issued: datetime
    expires: datetime
    by: str
    what: Instruction


def same_order(verb: str, payload: bytes, other_verb: str, other: bytes) -> bool:
    """Whether two payloads under one id ask for the same by the same person, whenever either was written.

    One that cannot be read is the same as its very bytes alone.
    """
    try:
        first, second = read_command(verb, payload), read_command(other_verb, other)
    except UnreadableCommandError:
        return (verb, payload) == (other_verb, other)
    return (first.by, first.what) == (second.by, second.what)


def read_command(verb: str, payload: bytes) -> Given:
    """The command that was written to the topic of ``verb``; raises UnreadableCommandError."""
    name = "unreadable-" + sha256(payload).hexdigest()[:16]
    try:
        body = _unwrapped(_object(payload), verb)
        ident = body.get("id")
        if isinstance(ident, str) and re.fullmatch(ID_PATTERN, ident):
            name = ident
        return _given(verb, body)
    except BadInputError as error:
        raise UnreadableCommandError(name, str(error)) from error


def _object(payload: bytes) -> dict[str, Any]:
    if len(payload) > MOST_BYTES:
        raise BadInputError(f"command: found {len(payload)} bytes, expected at most {MOST_BYTES}")
    try:
        raw = from_json(payload, allow_inf_nan=False)
    except ValueError as error:
        raise BadInputError("command: found something else, expected a JSON object") from error
    if not isinstance(raw, dict):
        raise BadInputError("command: found something else, expected a JSON object")
    return raw


def _unwrapped(raw: dict[str, Any], verb: str) -> dict[str, Any]:
    """The command itself, out of the envelope of a CloudEvent where it is in one."""
    if "specversion" not in raw:
        return raw
    data = raw.get("data")
    if raw["specversion"] != "1.0" or not isinstance(data, dict):
        raise BadInputError("command: found another envelope, expected a CloudEvent 1.0 with its data as an object")
    if raw.get("type") != f"command.{verb}":
        raise BadInputError(f"command: type: found {_shown(raw.get('type'))}, expected 'command.{verb}'")
    if data.get("id", raw.get("id")) != raw.get("id"):
        raise BadInputError("command: id: found two different ones, expected one")
    return {"id": raw.get("id"), **({"issued": raw["time"]} if "time" in raw else {}), **data}


def _given(verb: str, body: Mapping[str, Any]) -> Given:
    kind = _kinds().get(verb)
    if kind is None:
        raise BadInputError(f"command: found the verb {_shown(verb)}, expected one of: {', '.join(_kinds())}")
    own = {key: value for key, value in body.items() if key not in {"id", "issued", "expires", "by"}}
    if "verb" in own:
        raise BadInputError("command: verb: found in the payload, expected in the topic only")
    heading = {key: body[key] for key in ("id", "issued", "expires", "by") if key in body}
    command = _checked(_heading(), heading, verb)
    if not command.by and verb not in UNSIGNED:
        raise BadInputError(f"{verb}: by: found nobody, expected the person who gives the command")
    if not command.issued < command.expires <= command.issued + LONGEST:
        raise BadInputError(f"{verb}: expires: expected after issued, and at most a day after it")
    return Given(
        id=command.id, issued=command.issued, expires=command.expires, by=command.by, what=_checked(kind, own, verb)
    )


def _checked(kind: TypeAdapter[Any], given: Mapping[str, Any], verb: str) -> Any:  # noqa: ANN401 - what the adapter makes
    try:
        return kind.validate_python(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(_plain(str(part)) for part in first["loc"])
        raise BadInputError(f"{verb}: {place + ': ' if place else ''}{first['msg'][:200]}") from error


def _shown(value: object) -> str:
    return _plain(shown(value))


def _plain(text: str) -> str:
    """A stranger's text for a log line: short, without what could begin another one."""
    return "".join(c if c.isprintable() else "?" for c in text[:60])


def _instant(value: object) -> datetime:
    expected = "a time with its offset, such as 2026-11-01T08:00:00Z"
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        if at is None or at.tzinfo is None:
            raise wrong("something else", expected)
        return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise wrong("something else", expected) from error


Instant = Annotated[datetime, PlainValidator(_instant)]
Ident = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Person = Annotated[str, StringConstraints(max_length=PERSON, pattern=_CLEAN)]
Reason = Annotated[str, StringConstraints(max_length=200, pattern=_CLEAN)]
NoReason = Annotated[str, StringConstraints(max_length=200, pattern=_CLEAN.replace("+$", "*$"))]
Photo = Annotated[str, StringConstraints(pattern=PHOTO_PATTERN)]
Language = Annotated[str, StringConstraints(pattern=LANGUAGE_PATTERN, max_length=16)]


def _hours(value: object) -> str:
    """Hours are read where they hold, by the zone's calendar; here only that they are a short text."""
    if not isinstance(value, str) or len(value) > LONGEST_HOURS or re.search(_CLEAN, value) is None:
        raise wrong(shown(value), f"hours such as Mo-Su 07:00-22:00, at most {LONGEST_HOURS} characters")
    return value


HoursText = Annotated[str, PlainValidator(_hours)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=_CLEAN)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heading:
    id: str
    issued: datetime
    expires: datetime
    by: str = ""


@cache
def _heading() -> TypeAdapter[_Heading]:
    written = as_core(_Heading, id=Ident, issued=Instant, expires=Instant, by=Person)
    return TypeAdapter(Annotated[_Heading, written])


_PERMIT: Final[dict[str, Any]] = {
    "permit": Ident,
    "holder": Person,
    "valid_to": Instant,
    "valid_from": Instant | None,
    "kinds": Annotated[tuple[Ident, ...], Field(max_length=32)],
    "shop": Ident | None,
    "hours": HoursText,
    "polygon": PolygonField | None,
    "capacity": Annotated[int, Field(ge=1, le=10_000)] | None,
    "goods": Annotated[tuple[Label, ...], Field(max_length=64)],
    "plates": Annotated[tuple[Label, ...], Field(max_length=64)],
}


@cache
def _kinds() -> dict[str, TypeAdapter[Any]]:
    """How the keys of each verb are read."""
    incident: dict[str, Any] = {"incident": Ident}
    note: dict[str, Any] = incident | {"note": NoReason}
    proof: dict[str, Any] = note | {"photo": Photo | None}
    zone: dict[str, Any] = {"zone": Ident}
    written: dict[type, dict[str, Any]] = {
        Accept: incident,
        Dispatch: incident | {"to": Person},
        Resolve: incident | {"reason": NoReason},
        Confirm: note,
        Reject: note,
        Verify: proof,
        Return: proof,
        Cancel: incident | {"reason": NoReason},
        Forgive: incident | {"reason": Reason},
        StrikesElsewhere: incident | {"elsewhere": Annotated[int, Field(strict=True, ge=0, le=MOST_ELSEWHERE)]},
        Silence: zone | {"until": Instant, "reason": NoReason},
        Grant: zone | _PERMIT,
        Revoke: zone | {"permit": Ident, "reason": NoReason},
        Say: zone | {"text": Annotated[dict[Language, Reason], Field(min_length=1, max_length=4)]},
        Look: {"incident": Ident | None, "camera": Ident | None},
        Report: {"incident": Ident | None},
        Reload: {},
    }
    return {
        str(kind.__dataclass_fields__["verb"].default): TypeAdapter(Annotated[kind, as_core(kind, **keys)])  # type: ignore[arg-type, attr-defined]
        for kind, keys in written.items()
    }
