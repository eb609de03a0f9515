"""The still of the main stream at the moment itself: what an order may name in its first message."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from threading import Event, Thread
from typing import TYPE_CHECKING

import cv2
import pytest

from edge_agent.adapters.evidence.snapshots import SnapshotFolder
from edge_agent.app.evidence.main_stills import MainStills
from edge_agent.core.effects import SaveSnapshot
from edge_agent.ports import NO_PICTURES, Caption
from tests.app.evidence.test_clip_writer import ring
from tests.street import KERB, at

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from edge_agent.adapters.video.packet_ring import PacketRing

__all__ = ["ring"]
STAGE = SaveSnapshot(at=at(9.53), incident="inc-1", event="e-1", stage="escalated", box=KERB)


def of_main(folder: Path, ring: PacketRing) -> MainStills:
    """Stills of one camera's main stream."""
    keeper = SnapshotFolder(folder, camera="c1", model="5e" * 32, policy_sha256="ab" * 32, stream="main")
    return MainStills(folder=folder, rings={"c1": ring}, pictures=lambda _: keeper)


def caption(shown: datetime) -> Caption:
    """The time below the picture."""
    return Caption(zone=None, lines=((shown.isoformat(),),))


@pytest.mark.parametrize("second", [8, 8.2, 9.53, 9.99, 10, 14.9])
def test_an_order_names_the_picture_of_its_moment(tmp_path: Path, ring: PacketRing, second: float) -> None:
    """Wherever the moment lies between two keyframes, and while hardly a second was received after it."""
    stored = of_main(tmp_path, ring).save("c1", replace(STAGE, at=at(second)), caption)
    (named,) = (each for each in stored.files if each.role == "annotated")
    (annotated,) = tmp_path.glob("inc-1/*-escalated-main-annotated.jpg")
    picture = cv2.imread(str(annotated))
    assert picture is not None
    assert (named.sha256, named.width) == (sha256(annotated.read_bytes()).hexdigest(), picture.shape[1])


def test_of_another_moment_or_camera_there_is_none(tmp_path: Path, ring: PacketRing) -> None:
    """The clip writer looks again seconds later."""
    stills = of_main(tmp_path, ring)
    assert stills.save("c1", replace(STAGE, at=at(60)), caption) == NO_PICTURES
    assert stills.save("c2", STAGE, caption) == NO_PICTURES


def test_one_camera_at_a_time_is_decoded(tmp_path: Path, ring: PacketRing) -> None:
    """Where a whole street falls due at once no warning waits: the others get theirs with their clips."""
    entered, go_on = Event(), Event()
    stills = of_main(tmp_path, ring)

    def slow(shown: datetime) -> Caption:
        entered.set()
        go_on.wait(30)
        return caption(shown)

    first = Thread(target=stills.save, args=("c1", STAGE, slow))
    first.start()
    assert entered.wait(30)
    assert stills.save("c1", STAGE, caption) == NO_PICTURES
    go_on.set()
    first.join(30)
    assert stills.save("c1", STAGE, caption) != NO_PICTURES
