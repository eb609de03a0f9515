"""What waits for the thread of a camera is bounded, in order, and nothing leaves uncounted."""

from __future__ import annotations

from dataclasses import dataclass, field
from queue import Empty
from threading import Timer

import pytest

from edge_agent.app.agent.inbox import MOST, Inbox
from edge_agent.app.agent.shared import CommandGiven, SiteChanged, Told, WarningDone
from edge_agent.config.wire.commands import Given
from edge_agent.core.commands import Revoke
from edge_agent.core.events import Result
from edge_agent.core.stream.trouble import Named, Recovered, Trouble
from edge_agent.ports import SpeakerAnswer
from tests.adapters.steps import spoken_request
from tests.site import site
from tests.street import at


@dataclass(slots=True)
class Counted:
    """An inbox, and how many messages left it unread."""

    dropped: int = 0
    inbox: Inbox = field(init=False)

    def __post_init__(self) -> None:
        """Count what leaves."""
        self.inbox = Inbox(self.drop)

    def drop(self) -> None:
        """One has left."""
        self.dropped += 1


def command(number: int) -> CommandGiven:
    """A command with an id of its own."""
    what = Revoke(zone="kerb", permit=f"p{number}")
    return CommandGiven(Given(id=f"c{number}", what=what, issued=at(0), expires=at(60), by="op"))


def test_messages_come_out_as_they_came_in() -> None:
    """Whatever their kind."""
    inbox = Inbox()
    messages: list[Told] = [
        command(1),
        Named(at=at(1), since=at(0), trouble=Trouble.NO_CONNECTION),
        SiteChanged(site()),
        Recovered(at=at(2)),
        command(2),
    ]
    for each in messages:
        inbox.put(each)
    assert [inbox.get(0) for _ in messages] == messages
    with pytest.raises(Empty):
        inbox.get(0)


def test_who_waits_gets_what_another_thread_puts() -> None:
    """At once, not when the time is over."""
    inbox = Inbox()
    Timer(0.01, inbox.put, (command(1),)).start()
    assert inbox.get(30) == command(1)
    assert inbox.empty()


def test_commands_are_bounded_and_the_oldest_leaves() -> None:
    """A camera's thread that hangs must not fill the memory; the command handler gives them again."""
    counted = Counted()
    for number in range(10_000):
        counted.inbox.put(command(number))
    assert len(counted.inbox) == MOST[CommandGiven]
    assert counted.dropped == 10_000 - MOST[CommandGiven]
    assert counted.inbox.get(0) == command(counted.dropped)


def test_only_the_newest_site_waits() -> None:
    """Others were never judged by; what lies between is not touched, equal or not."""
    counted, changed = Counted(), SiteChanged(site())
    for each in (changed, command(1), changed):
        counted.inbox.put(each)
    assert [counted.inbox.get(0), counted.inbox.get(0)] == [command(1), changed]
    assert counted.dropped == 1


def test_a_stream_that_flaps_for_days_ends_in_the_state_it_is_in() -> None:
    """The last of what waits is the last that happened."""
    inbox = Inbox()
    for second in range(0, 4000, 2):
        inbox.put(Named(at=at(second), since=at(second), trouble=Trouble.NO_CONNECTION))
        inbox.put(Recovered(at=at(second + 1)))
    waiting = [inbox.get(0) for _ in range(len(inbox))]
    assert len(waiting) == MOST[Named] + MOST[Recovered]
    assert waiting[-1] == Recovered(at=at(3999))


def test_what_the_camera_has_asked_for_never_leaves() -> None:
    """There is one answer for each request, so the requests are the bound."""
    counted = Counted()
    request = spoken_request(0)
    for _ in range(500):
        counted.inbox.put(WarningDone(request, SpeakerAnswer(result=Result.FAILED)))
    assert (len(counted.inbox), counted.dropped) == (500, 0)
