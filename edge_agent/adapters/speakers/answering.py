"""From what befell an outlet to the answer that the ladder needs: heard, not heard, or nobody can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Result
from edge_agent.ports import SpeakerAnswer

if TYPE_CHECKING:
    from collections.abc import Callable


class MidwayError(OutsideError):
    """It broke off after it had begun: some of it may have been heard, so it must not be said again at once."""


def answer(act: Callable[[], None]) -> SpeakerAnswer:
    """What became of ``act``: played where it returns, unknown where it broke off, failed where it never began."""
    try:
        act()
    except MidwayError as error:
        return SpeakerAnswer(result=Result.UNKNOWN, reason=str(error))
    except OutsideError as error:
        return SpeakerAnswer(result=Result.FAILED, reason=str(error))
    return SpeakerAnswer(result=Result.PLAYED)


def forgotten(name: str) -> SpeakerAnswer:
    """For an outlet that keeps no record of what it did before a power cut."""
    return SpeakerAnswer(
        result=Result.UNKNOWN, reason=f"{name}: cannot tell what was heard before the agent was stopped"
    )
