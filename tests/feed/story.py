"""The golden examples: one small street, told by the real code, a message of each type.

``python -m tests.feed.story docs/feed/examples`` writes them; a test fails while they are stale. A red car stays until
a person has confirmed it and it has a work order, drives off, comes back and is permitted; a lorry's incident is
rejected by the centre.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from edge_agent.adapters.evidence.snapshots import WITH_THUMBNAIL
from edge_agent.app.feed.evidence_messages import evidence_stored
from edge_agent.app.feed.messages import agent_health, messages
from edge_agent.app.feed.reports import CameraModel
from edge_agent.app.feed.standing import StandingMessages
from edge_agent.config.policy.policy_file import with_digest
from edge_agent.config.wire.feed_data import AgentStatus
from edge_agent.config.wire.plain import plain
from edge_agent.config.wire.standing_data import EvidenceKey, OpenIncident, OpenOrder
from edge_agent.core.commands import (
    Accept,
    Cancel,
    Confirm,
    Dispatch,
    ForCamera,
    Forgive,
    Grant,
    Instruction,
    Look,
    Reject,
    RejectReason,
    Reload,
    Report,
    Resolve,
    Return,
    ReturnReason,
    Revoke,
    Say,
    Silence,
    StrikesElsewhere,
    Verify,
    VerifyReason,
)
from edge_agent.core.effects import ReportHealth, SaveSnapshot
from edge_agent.core.events import Command, Event, StreamLost
from edge_agent.core.feed.incidents import Department, Recipient, ReviewStatus, Role
from edge_agent.core.feed.work_orders import OrderStatus, order_id
from edge_agent.core.geometry import Box, Point
from edge_agent.core.ground.calibration import Calibration, solve
from edge_agent.core.ground.coordinates import LonLat, TangentPlane
from edge_agent.core.site.camera_card import CameraCard
from edge_agent.core.site.handling_limits import Limit, LimitUnit
from edge_agent.core.site.policy import Kind, Review
from edge_agent.core.site.site import Site
from edge_agent.core.site.zones import Zone
from edge_agent.ports import Message, StoredFile, StoredPictures, Thumbnail
from edge_agent.ports.uploads import Upload
from tests.core_run import CoreRun, tell
from tests.docs.sample import SAMPLE
from tests.site import PARKING, WHOLE
from tests.street import RED, Things, at, looks, stands, together
from tests.surveying import PERFECT, Pole, moved

LORRY: Final = Box(0.6, 0.55, 0.75, 0.75)
MODEL: Final = "5f" * 32
GREY: Final = (  # a JPEG of 8 × 8 grey pixels
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71"
    "////m8H////6/+b9//j/wAALCAAIAAgBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF"
    "BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW"
    "V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi"
    "4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/AK9f/9k="
)
OFFICER: Final = "wang.fang"
INCIDENT: Final = "inc-3b60a0687ee02f0e"
COMMANDS: Final[tuple[Instruction, ...]] = (
    Accept(incident=INCIDENT),
    Dispatch(incident=INCIDENT, to="officer-1"),
    Resolve(incident=INCIDENT, reason="driver came"),
    Confirm(incident=INCIDENT, note="no driver in sight"),
    Reject(incident=INCIDENT, reason=RejectReason.MOVING_ON, note="unloading, seen by an officer"),
    Verify(incident=INCIDENT, reason=VerifyReason.ON_SITE, photo="https://photos.example.org/2026/11/0117"),
    Return(incident=INCIDENT, reason=ReturnReason.STILL_THERE, photo="photo-0118"),
    Cancel(incident=INCIDENT),
    Forgive(incident=INCIDENT, reason="an ambulance stood in the way"),
    StrikesElsewhere(incident=INCIDENT, elsewhere=2),
    Silence(zone="kerb", until=at(7200), reason="market day"),
    Grant(
        zone="kerb",
        permit="move-2026-11",
        holder="校园路小学",
        valid_to=at(7200),
        kinds=(PARKING,),
        hours="Mo-Fr 07:00-08:00,16:30-17:30",
        polygon=(Point(0.1, 0.5), Point(0.9, 0.5), Point(0.9, 0.9), Point(0.1, 0.9)),
        capacity=6,
    ),
    Revoke(zone="kerb", permit="move-2026-11"),
    Say(zone="kerb", text={"zh-CN": "前方施工，请绕行。", "en": "Road works ahead. Please take another way."}),
    Look(incident=INCIDENT),
    Report(incident=INCIDENT),
    Reload(),
)
PUBLIC: Final = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="
PLANE: Final = TangentPlane(LonLat(119.9742, 31.8106))


def kind() -> Kind:
    """Parking as shipped, with a department and a limit as a city would add them."""
    shipped = SAMPLE.site.policy.kinds[PARKING]
    assert shipped.matter is not None
    department = Department(code="11320400MB1234567X", name="常州市天宁区城市管理局")
    rule = replace(shipped.rule, handle_within=Limit(value=2, unit=LimitUnit.HOUR))
    return replace(shipped, matter=replace(shipped.matter, department=department), rule=rule)


def street() -> Site:
    """One camera, one zone, of which everything is written down."""
    zone = Zone(
        id="kerb",
        camera="c1",
        polygon=WHOLE,
        rules={PARKING: kind().rule},
        name={"zh-CN": "校园路路边", "en": "the kerb of Campus Road"},
        responsible={PARKING: "校园路街道综合执法队"},
        address="常州市天宁区校园路12号门前",
        grid="320402001001005",
        recipients=(
            Recipient(role=Role.STEWARD, contact="jz-017"),
            Recipient(role=Role.OFFICER, contact="of-203"),
        ),
    )
    policy = with_digest(replace(SAMPLE.site.policy, kinds={PARKING: kind()}))
    card = CameraCard(
        name={"zh-CN": "校园路 12 号杆", "en": "pole 12, Campus Road"},
        position=PLANE.origin,
        legal_basis="公共安全视频图像信息系统管理条例",
        public_notice="a sign at the pole, and the district's website",
    )
    return Site(agent="box-01", adcode="320402", zones=(zone,), policy=policy, cameras={"c1": card})


def calibration() -> Calibration:
    """That of a camera on a pole, under which nine points were measured, one of them 6 cm off."""
    first, *others = Pole().pairs([(0.5, 0.5)] * 9)
    return solve((moved(first, 0.06, 0), *others), PERFECT, plane=PLANE)


def reviewing(site: Site) -> Site:
    """The same, with a person before each work order."""
    (zone,) = site.zones
    rules = {name: replace(rule, review=Review.BEFORE_ORDER) for name, rule in zone.rules.items()}
    return replace(site, zones=(replace(zone, rules=rules),))


def story() -> tuple[Message, ...]:
    """All that the box sends in an hour."""
    site = reviewing(street())
    result = tell(looks(_things(), until=700), site)
    car, lorry = result.incidents
    result = _ordered(result, 700, Confirm(incident=car, note="no driver in sight"), site)
    result = _go_on(result, looks(_things(), first=702, until=1000), site)
    result = _ordered(result, 1000, Dispatch(incident=car, to="officer-1"), site)
    result = _ordered(result, 1010, Accept(incident=car), site, by="officer-1")
    unloading = Reject(incident=lorry, reason=RejectReason.MOVING_ON, note="unloading, seen by an officer")
    result = _go_on(result, looks(_things(), first=1022, until=1070), site)
    result = _ordered(result, 1070, unloading, site)
    result = _go_on(result, looks(_things(), first=1072, until=1700), site)
    permit = Grant(zone="kerb", permit="move-2026-11", holder="校园路小学", valid_to=at(7200))
    result = _ordered(result, 1701, permit, site)
    result = _go_on(result, (*looks(_things(), first=1702, until=1720), StreamLost(at(1730), "dark")), site)
    sight = CameraModel(model_sha256=MODEL, calibration=calibration())
    return (
        *messages(result.effects, site, sight=sight, shown=_shown(result)),
        evidence_stored(site, (_picture(car),), at(130), "https://evidence.example.org"),
        agent_health(site, at(3600), "overloaded", "looks come 2.1 s late"),
    )


def _picture(incident: str) -> Upload:
    return Upload(
        incident=incident,
        name="20261101T080100.200Z-opened-annotated.jpg",
        role="annotated",
        media_type="image/jpeg",
        sha256="8f4e33f3dc3e414ff94e5fb6905cba8c52ffa0d7b59bb31b7a2a92ec8d4e7a10",
        bytes=214563,
        width=1280,
        height=820,
        at=at(120),
        stored=at(130),
    )


def examples() -> dict[str, str]:
    """The text of each example by its file name: of each type the message with most in it, and the status."""
    shown: dict[str, Any] = {}
    for message in sorted(story(), key=lambda each: len(each.payload)):
        envelope = json.loads(message.payload)
        shown[envelope["type"]] = envelope
    shown |= {f"command.{each.verb}": command(each) for each in COMMANDS}
    shown |= {name: json.loads(payload) for name, payload in retained().items()}
    return {f"{name}.json": json.dumps(each, indent=2, ensure_ascii=False) + "\n" for name, each in shown.items()}


def retained() -> dict[str, bytes]:
    """What the broker keeps at 8:17, without an envelope, by the last part of its topic."""
    status = AgentStatus(agent="box-01", state="online", software="1.0.0", started=at(-3600), uptime_s=4620.0)
    pem = f"-----BEGIN PUBLIC KEY-----\n{PUBLIC}\n-----END PUBLIC KEY-----\n"
    key = EvidenceKey(algorithm="Ed25519", id="9c" * 32, pem=pem)
    site = replace(street(), calibrations={"c1": calibration()})
    standing = StandingMessages(site=site, book=_Open(), software="1.0.0", timezone="Asia/Shanghai", key=key)
    retained = {topic.rpartition("/")[2]: payload for topic, payload in standing().items() if "/cam/" not in topic}
    return retained | {"status": json.dumps(plain(status)).encode()}


class _Open:
    """What is open at 8:17: the car, and its work order."""

    def incidents(self) -> tuple[OpenIncident, ...]:
        """The car's."""
        return (
            OpenIncident(
                id=INCIDENT,
                seq=6,
                stage="escalated",
                delivered=3,
                camera="c1",
                zone="kerb",
                kind=PARKING,
                opened=at(60),
                review=ReviewStatus.CONFIRMED,
            ),
        )

    def orders(self) -> tuple[OpenOrder, ...]:
        """Its order, opened and not yet dispatched."""
        ident = order_id(INCIDENT)
        return (OpenOrder(id=ident, incident=INCIDENT, seq=1, stage=OrderStatus.OPENED, opened=at(960)),)

    def health(self) -> tuple[ReportHealth, ...]:
        """The camera has been dark."""
        return (ReportHealth(at=at(30), camera="c1", state="dark"), ReportHealth(at=at(9), camera="gone", state="ok"))


def command(what: Instruction) -> dict[str, Any]:
    """A command as the centre writes it."""
    keys = plain(what)
    assert isinstance(keys, dict)
    verb = keys.pop("verb")
    own = {key: each for key, each in keys.items() if each not in ("", [])}
    return {"id": f"centre-{verb}-1", "issued": plain(at(1000)), "expires": plain(at(4600)), "by": OFFICER, **own}


def _shown(result: CoreRun) -> dict[str, StoredPictures]:
    """One flat picture of every stage, as if it had been kept: its hashes are those of no real file."""
    small = Thumbnail(width=8, height=8, data=GREY)
    whole = StoredFile(
        role="annotated", media_type="image/jpeg", bytes=184_213, sha256="3c" * 32, width=1280, height=828
    )
    shown: dict[str, StoredPictures] = {}
    for each in result.of(SaveSnapshot):
        thumbnail = small if each.stage in WITH_THUMBNAIL else None
        shown[each.event] = StoredPictures(files=(whole,), thumbnail=thumbnail)
        if each.stage == "escalated":
            shown[each.incident] = shown[each.event]
    return shown


def _things() -> Things:
    car = together(stands("car", 0, 1300, look=RED), stands("car", 1500, 4000, look=RED))
    return together(car, stands("truck", 100, 1400, place=LORRY))


def _ordered(result: CoreRun, second: float, what: ForCamera, site: Site, by: str = OFFICER) -> CoreRun:
    done_at = at(second) + timedelta(milliseconds=1300)
    command = Command(at=at(second), id=f"cmd-{int(second)}", what=what, by=by, done_at=done_at)
    return _go_on(result, (command,), site)


def _go_on(result: CoreRun, events: tuple[Event, ...], site: Site) -> CoreRun:
    after = tell(events, site, world=result.world)
    return replace(after, effects=result.effects + after.effects)


def main(folder: Path) -> None:
    """Write every example into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in examples().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
