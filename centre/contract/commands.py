"""What the centre tells a box: plain JSON on ``cmd/{verb}``, by the schemas ``command.{verb}``."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from centre.errors import BadInputError

LIFE: Final = timedelta(minutes=15)  # after that a person has to decide anew
LONGEST: Final = 64  # characters of `by` and of an id
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "accept": ("incident",),
    "dispatch": ("incident", "to"),
    "resolve": ("incident", "reason"),
    "cancel": ("incident", "reason"),
    "confirm": ("incident", "note"),
    "reject": ("incident", "reason", "note"),
    "verify": ("incident", "reason", "note", "photo"),
    "return": ("incident", "reason", "note", "photo"),
    "forgive": ("incident", "reason"),
    "strikes": ("incident", "elsewhere"),
    "silence": ("zone", "until", "reason"),
    "grant": (
        *("zone", "permit", "holder", "valid_from", "valid_to", "kinds", "shop"),
        *("hours", "polygon", "capacity", "goods", "plates"),
    ),
    "revoke": ("zone", "permit", "reason"),
    "say": ("zone", "text"),
    "look": ("incident", "camera"),
    "report": (),
    "reload": (),
}
NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "dispatch": ("incident", "to"),
    "reject": ("incident", "reason"),
    "verify": ("incident", "reason"),
    "return": ("incident", "reason"),
    "forgive": ("incident", "reason"),
    "strikes": ("incident", "elsewhere"),
    "silence": ("zone", "until"),
    "grant": ("zone", "permit", "holder", "valid_to"),
    "revoke": ("zone", "permit"),
    "say": ("zone", "text"),
    "look": (),
    "report": (),
    "reload": (),
}

REASONS: Final[dict[str, tuple[str, ...]]] = {  # the verbs whose reason is one of a list
    "reject": ("not_there", "wrong_kind", "wrong_place", "permitted", "moving_on", "duplicate", "other"),
    "verify": ("on_site", "photo", "live_view", "other"),
    "return": ("still_there", "partly", "elsewhere", "no_proof", "other"),
}
WRITTEN: Final = {"reason": 200, "note": 200}  # characters
PHOTO: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~:/?#@&=+,;%-]{0,199}")

MOST_ELSEWHERE: Final = 1000  # strikes that a box takes

Value = str | int | list[str] | dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command to one box."""

    id: str
    source: str
    verb: str
    by: str
    issued: datetime
    expires: datetime
    keys: dict[str, Value]

    @property
    def topic(self) -> str:
        """Where the box hears it."""
        return f"{self.source}/cmd/{self.verb}"

    def payload(self) -> str:
        """The JSON that the box reads."""
        head = {"id": self.id, "issued": _instant(self.issued), "expires": _instant(self.expires), "by": self.by}
        return json.dumps({**head, **self.keys}, ensure_ascii=False)


def command(verb: str, source: str, *, ident: str, by: str, at: datetime, keys: dict[str, Value]) -> Command:
    """A command that is as the contract wants it.

    Raises:
        BadInputError: The verb is unknown, a key is missing or too many, or a name is too long.
    """
    if verb not in KEYS:
        raise BadInputError(f"verb {verb!r}: expected one of {', '.join(KEYS)}")
    given = {key: value for key, value in keys.items() if value or value == 0}
    if extra := sorted(set(given) - set(KEYS[verb])):
        raise BadInputError(f"{verb}: key {extra[0]!r} is not one of {', '.join(KEYS[verb])}")
    needed = NEEDED.get(verb, ("incident",))
    if missing := [key for key in needed if key not in given]:
        raise BadInputError(f"{verb}: {missing[0]!r} is missing")
    if len(by) > LONGEST or len(ident) > LONGEST:
        raise BadInputError(f"{verb}: found an id or a name of more than {LONGEST} characters")
    _hold(verb, given)
    return Command(id=ident, source=source, verb=verb, by=by, issued=at, expires=at + LIFE, keys=given)


def _hold(verb: str, given: dict[str, Value]) -> None:
    """Hold what a person chose and wrote to what the box takes; raises BadInputError."""
    listed = REASONS.get(verb)
    if listed is not None and given.get("reason") not in listed:
        raise BadInputError(f"{verb}: reason {given.get('reason')!r}: expected one of {', '.join(listed)}")
    for key, most in WRITTEN.items():
        if len(text := str(given.get(key, ""))) > most:
            raise BadInputError(f"{verb}: {key}: found {len(text)} characters, expected at most {most}")
    elsewhere = given.get("elsewhere", 0)
    if not isinstance(elsewhere, int) or not 0 <= elsewhere <= MOST_ELSEWHERE:
        raise BadInputError(f"{verb}: elsewhere {elsewhere!r}: expected a number from 0 to {MOST_ELSEWHERE}")
    photo = given.get("photo")
    if photo is not None and not PHOTO.fullmatch(str(photo)):
        raise BadInputError(
            f"{verb}: photo {str(photo)[:40]!r}: expected an address, a hash or a number without blanks"
        )


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
