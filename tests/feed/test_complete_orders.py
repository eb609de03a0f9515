"""An order can be worked from its one message: printed as whoever goes there needs it, from nothing else."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any, Final

import cv2
import numpy as np

from tests.feed.story import story

FORM: Final = """\
{severity} · {title_zh} / {title[en]} · {national[SXMC]} {national[SXDM]}
{text_zh}
{zone_zh}, {address}, {camera_zh} ({position[lonlat]})
{responsible}, {national[ZGBMMC]}, until {due}
warned: {warned}
at {box} of the picture {picture}
"""


def printed(data: dict[str, Any]) -> str:
    """The order as a page; fails where something that the page needs is not in the message."""
    warned = ", ".join(f"{each['n']} {each['result']} {each['answered']}" for each in data["warnings"])
    picture = data["evidence"][0]["sha256"][:8]
    chinese = {
        f"{short}_zh": data[key]["zh-CN"]
        for short, key in {"title": "title", "text": "text", "zone": "zone_name", "camera": "camera_name"}.items()
    }
    return FORM.format(**data, **chinese, warned=warned, picture=picture)


def test_an_order_is_printed_from_its_one_message() -> None:
    """The one that opens it, and each that says what became of it: what, where, for whom, by when."""
    orders = [json.loads(each.payload)["data"] for each in story() if "/work_order/" in each.topic]
    assert len({each["status"] for each in orders}) >= 4
    assert printed(orders[0]) == (
        "middle · 机动车违停 / Illegal parking · 机动车乱停放 32040209009\n"
        "机动车在校园路路边停放16分钟，经喊话提醒仍未驶离，请到场核实处置。\n"
        "校园路路边, 常州市天宁区校园路12号门前, 校园路 12 号杆 ([119.9742293, 31.8106907])\n"
        "校园路街道综合执法队, 常州市天宁区城市管理局, until 2026-11-01T10:16:00.000Z\n"
        "warned: 1 played 2026-11-01T08:01:00.000Z, 2 played 2026-11-01T08:06:00.000Z, "
        "3 played 2026-11-01T08:11:00.000Z\n"
        "at [0.4, 0.4, 0.5, 0.5] of the picture 3c3c3c3c\n"
    )
    for each in orders:
        assert printed(each).count("\n") == 6


def test_the_messages_that_call_a_person_carry_a_picture() -> None:
    """Opened, escalated and the order itself: a JPEG of the size that is said, in 24 KB at most; no other does."""
    events = [json.loads(each.payload) for each in story()]
    with_picture = {each["type"] for each in events if "thumbnail" in each["data"]}
    assert {"incident.opened", "incident.escalated", "work_order.opened"} <= with_picture
    assert with_picture.isdisjoint({"incident.warned", "incident.resolved", "incident.recurred"})
    for each in events:
        if small := each["data"].get("thumbnail"):
            assert len(small["data"]) <= 24 * 1024
            image = cv2.imdecode(np.frombuffer(b64decode(small["data"]), np.uint8), cv2.IMREAD_COLOR)
            assert image is not None
            assert image.shape[:2] == (small["height"], small["width"])
