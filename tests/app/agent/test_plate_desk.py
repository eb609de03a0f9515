"""The plate desk: reads beside everything else, and nothing that goes wrong there holds anything up."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge_agent.app.agent.plate_desk import WAITING, PlateDesk
from edge_agent.app.agent.shared import PlateDone
from edge_agent.app.detect.plates import PlateReader
from edge_agent.app.stream.frames import FrameRing
from edge_agent.core.effects import ReadPlate
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import PlateRead
from edge_agent.core.geometry import Box
from edge_agent.core.site.plates import PlateMode
from edge_agent.core.stream.pictures import CodedPicture
from edge_agent.ports import DropCause, Frame
from tests.clocks import SimulatedClock
from tests.street import at

if TYPE_CHECKING:
    from edge_agent.ports import Image

REQUEST = ReadPlate(at=at(5), case="case-1", zone="z", kind="illegal_parking", box=Box(0, 0, 1, 1))


class Reader(PlateReader):
    """Gives back how many pictures it was shown, as looks; or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.shown: list[Sequence[Image]] = []

    def read(self, request: ReadPlate, pictures: Sequence[Image], mode: PlateMode) -> PlateRead:
        """What it was shown."""
        self.shown.append(pictures)
        if self.error is not None:
            raise self.error
        return PlateRead(at=request.at, case=request.case, body=f"{mode}")


@dataclass
class Desk:
    """A desk, and what it answered and left unread."""

    reader: Reader = field(default_factory=Reader)
    put: list[PlateDone] = field(default_factory=list)
    dropped: list[tuple[str, DropCause]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """A ring of two looks, the newest of which can be had larger."""
        self.desk = PlateDesk(self.reader, {}, SimulatedClock(at(6)), lambda *what: self.dropped.append(what))
        self.ring = FrameRing()
        small, large = np.zeros((10, 20, 3), np.uint8), np.zeros((20, 40, 3), np.uint8)
        self.ring.keep(Frame(at=at(4), image=small))
        self.ring.keep(Frame(at=at(5), image=small, full=lambda: large))

    def ask(self) -> None:
        """Ask for a plate."""
        self.desk.ask(REQUEST, "c1", PlateMode.CLEAR, self.ring, self.put.append)


def test_the_last_looks_are_read_the_newest_as_large_as_it_came() -> None:
    """What the ring holds later does not matter."""
    desk = Desk()
    desk.ask()
    desk.ring.keep(Frame(at=at(6), image=np.zeros((1, 1, 3), np.uint8)))
    desk.desk.turn()
    assert [each.shape for each in desk.reader.shown[0]] == [(10, 20, 3), (20, 40, 3)]
    assert desk.put == [PlateDone(PlateRead(at=at(5), case="case-1", body="clear"))]


def test_too_many_plates_are_counted_and_not_waited_for() -> None:
    """The newest is left unread."""
    desk = Desk()
    for _ in range(WAITING + 2):
        desk.ask()
    assert desk.dropped == [("c1", DropCause.PLATES_FULL)] * 2


def test_a_model_that_fails_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is answered; the next sentence is said again."""
    desk = Desk(Reader(OutsideError("model 'reader.onnx': cannot be run on a picture")))
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            desk.ask()
            desk.desk.turn()
        assert caplog.messages == ["no plate is read: model 'reader.onnx': cannot be run on a picture"]
        desk.reader.error = OutsideError("another")
        desk.ask()
        desk.desk.turn()
    assert caplog.messages[1:] == ["no plate is read: another"]
    assert desk.put == []


def test_a_bug_in_one_picture_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """It is reported, and the next plate is read."""
    desk = Desk(Reader(ValueError("odd")))
    desk.ask()
    desk.desk.turn()
    assert "the plate of case case-1" in caplog.text
    desk.reader.error = None
    desk.ask()
    desk.desk.turn()
    assert len(desk.put) == 1


def test_without_anything_to_read_a_turn_ends_by_itself() -> None:
    """So that the box can stop."""
    desk = Desk()
    desk.desk.turn()
    assert desk.put == []


class Ring:
    """A main stream of which this was received."""

    def __init__(self, *pictures: CodedPicture) -> None:
        self.ring = self
        self.pictures = pictures

    def stretch(self, begin: datetime, end: datetime) -> tuple[CodedPicture, ...]:
        """All of it."""
        assert end - begin == timedelta(seconds=20)
        return self.pictures


def test_a_main_stream_that_shows_nothing_is_replaced_by_the_last_looks() -> None:
    """It may be away."""
    desk = Desk()
    desk.desk = PlateDesk(desk.reader, {"c1": Ring()}, SimulatedClock(at(6)))  # type: ignore[dict-item]
    desk.ask()
    desk.desk.turn()
    assert [each.shape for each in desk.reader.shown[0]] == [(10, 20, 3), (20, 40, 3)]
