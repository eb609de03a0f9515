"""Commands: what the operations centre can tell a box to do, and how the box answers.

Those of the first group are about what one camera's core remembers (an incident, its work order, a zone): they become
events of that core, so the detection log replays them. The others are for the box itself, and change no world.

::

    confirm reject cancel                   an incident: a person's judgement of it
    accept dispatch resolve verify return   its work order
    accept dispatch resolve reject cancel   an incident and its work order
    forgive strikes                         a strike
    silence grant revoke                    a zone, until an instant
    say look report reload                  the box
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from edge_agent.core.geometry import Polygon

MOST_ELSEWHERE: Final = 1000  # strikes at other boxes; long before that nobody's step changes any more


class CommandOutcome(StrEnum):
    """What became of a command; each command has one, and keeps it."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"
    ALREADY_DONE = "already_done"


class RejectReason(StrEnum):
    """Why it never was a violation; the first two say that the detector was wrong."""

    NOT_THERE = "not_there"  # nothing of the sort stands there
    WRONG_KIND = "wrong_kind"  # something stands there, and it is another thing
    WRONG_PLACE = "wrong_place"  # it stands where it may
    PERMITTED = "permitted"  # it may stand there: a permit, an emergency, a public service
    MOVING_ON = "moving_on"  # it is about to leave: loading, waiting with its driver
    DUPLICATE = "duplicate"  # another incident is about the same thing
    OTHER = "other"


class VerifyReason(StrEnum):
    """How a person knows that the place is clear."""

    ON_SITE = "on_site"  # somebody was there
    PHOTO = "photo"  # a photo shows it
    LIVE_VIEW = "live_view"  # a camera shows it, seen by a person
    OTHER = "other"


class ReturnReason(StrEnum):
    """Why a handled work order goes back to whoever handled it."""

    STILL_THERE = "still_there"  # the thing has not left
    PARTLY = "partly"  # some of it has
    ELSEWHERE = "elsewhere"  # another place was cleared
    NO_PROOF = "no_proof"  # nothing shows it
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """Whoever gives the command takes the work order on."""

    incident: str
    verb: Literal["accept"] = "accept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """The matter goes to one named person, ``to``; where there is no work order yet, it is opened now."""

    incident: str
    to: str
    verb: Literal["dispatch"] = "dispatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    """People have put it right: the camera must see that of a work order; without one, the incident is over."""

    incident: str
    reason: str = ""
    verb: Literal["resolve"] = "resolve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """A person has looked at it: it is a violation."""

    incident: str
    note: str = ""
    verb: Literal["confirm"] = "confirm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """It never was a violation; ``reason`` says why, ``note`` in a person's own words."""

    incident: str
    reason: RejectReason
    note: str = ""
    verb: Literal["reject"] = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verify:
    """A person has seen that a handled work order is done; ``photo`` is the reference of a picture at the centre."""

    incident: str
    reason: VerifyReason
    note: str = ""
    photo: str | None = None
    verb: Literal["verify"] = "verify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """A person has seen that a handled work order is not done: it goes back to whoever handled it."""

    incident: str
    reason: ReturnReason
    note: str = ""
    photo: str | None = None
    verb: Literal["return"] = "return"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """It is to be left alone."""

    incident: str
    reason: str = ""
    verb: Literal["cancel"] = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgive:
    """The strike of an incident counts no more, whether the incident is over or not; ``reason`` says why."""

    incident: str
    reason: str
    verb: Literal["forgive"] = "forgive"


@dataclass(frozen=True, slots=True, kw_only=True)
class StrikesElsewhere:
    """``elsewhere`` strikes of the incident's party, of its kind and within the window, were counted at other boxes.

    It is all of them, not what has come on top, so that hearing it twice changes nothing.
    """

    incident: str
    elsewhere: int
    verb: Literal["strikes"] = "strikes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Nothing is said or ordered in a zone before ``until``; an instant that is past lifts the silence."""

    zone: str
    until: datetime
    reason: str = ""
    verb: Literal["silence"] = "silence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A permit of a zone, or of a ``polygon`` in it; for all or some ``kinds``, ``goods``, ``plates``, or one ``shop``.

    ``hours`` are as OpenStreetMap writes them, every hour where empty; ``capacity`` is how many may stand there.
    ``valid_from`` is inclusive and from now on where None, ``valid_to`` exclusive.
    """

    zone: str
    permit: str
    holder: str
    valid_to: datetime
    valid_from: datetime | None = None
    kinds: tuple[str, ...] = ()
    shop: str | None = None
    hours: str = ""
    polygon: Polygon | None = None
    capacity: int | None = None
    goods: tuple[str, ...] = ()
    plates: tuple[str, ...] = ()
    verb: Literal["grant"] = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoke:
    """A permit of a zone holds no longer, whether it was granted by command or stands in the zone's file."""

    zone: str
    permit: str
    reason: str = ""
    verb: Literal["revoke"] = "revoke"


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Play a message in a zone now; ``text`` by language tag."""

    zone: str
    text: dict[str, str]
    verb: Literal["say"] = "say"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Show the latest evidence of an incident, or what a camera sees now; exactly one of the two is named."""

    incident: str | None = None
    camera: str | None = None
    verb: Literal["look"] = "look"

    def __post_init__(self) -> None:
        """Refuse what names neither, or both."""
        if (self.incident is None) == (self.camera is None):
            msg = "look: expected an incident or a camera, got " + ("neither" if self.incident is None else "both")
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Send the last message of everything that is open again, or those of one incident, whether it is open or not."""

    incident: str | None = None
    verb: Literal["report"] = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reload:
    """Read the files of the site again, now."""

    verb: Literal["reload"] = "reload"


OfIncident = Accept | Dispatch | Resolve | Confirm | Reject | Cancel | Verify | Return
OfZone = Silence | Grant | Revoke
OfStrike = Forgive | StrikesElsewhere
ForCamera = OfIncident | OfStrike | OfZone
ForBox = Say | Look | Report | Reload
Instruction = ForCamera | ForBox
