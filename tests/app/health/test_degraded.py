"""What the agent does without: said when it begins, when its reason changes and when it is over, and not in between."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

from edge_agent.app.health.degraded import AgentPart, Degraded

if TYPE_CHECKING:
    import pytest


def test_each_part_is_said_as_often_as_it_changes(caplog: pytest.LogCaptureFixture) -> None:
    """In one order, whichever went first; an attempt that fails like the last is no news."""
    shown: list[tuple[AgentPart, bool]] = []
    degraded = Degraded(lambda part, missing: shown.append((part, missing)))
    degraded.without(AgentPart.BROKER, "")
    assert (degraded.sentence(), shown) == ("", [])
    degraded.without(AgentPart.COMMANDS, "deaf")
    degraded.without(AgentPart.BROKER, "away")
    degraded.without(AgentPart.BROKER, "away")
    assert degraded.sentence() == "without the broker: away; without the commands: deaf"
    degraded.without(AgentPart.BROKER, "refused")
    degraded.without(AgentPart.BROKER, "")
    assert degraded.sentence() == "without the commands: deaf"
    assert shown == [
        (AgentPart.COMMANDS, True),
        (AgentPart.BROKER, True),
        (AgentPart.BROKER, True),
        (AgentPart.BROKER, False),
    ]
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR", "ERROR", "WARNING"]


def test_what_is_shown_agrees_with_the_sentence() -> None:
    """Nobody reads that a part is there again before it is shown so."""
    read: list[str] = []
    shown: list[bool] = []

    def show(_part: AgentPart, missing: bool) -> None:  # noqa: FBT001 - as it is told
        reader = Thread(target=lambda: read.append(f"{degraded.sentence()} {shown[-1]}"))
        reader.start()
        reader.join(0.2)  # it has to wait; that it was not begun yet would only miss the fault
        shown.append(missing)
        readers.append(reader)

    readers: list[Thread] = []
    degraded = Degraded(show)
    for reason in ("away", ""):
        degraded.without(AgentPart.BROKER, reason)
        readers[-1].join()
    assert read == ["without the broker: away True", " False"]
