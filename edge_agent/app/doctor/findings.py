"""What the doctor finds: one thing, how it is, and what a person should do about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from edge_agent.core.errors import OutsideError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


class Condition(StrEnum):
    """How a thing is: in order, in order but for how long, or not."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at; ``figures`` are what was measured, the unit in the name."""

    check: str
    verdict: Condition
    said: str
    todo: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)


def well(check: str, text: str, **figures: float) -> Finding:
    """It is in order."""
    return Finding(check=check, verdict=Condition.OK, said=text, figures=figures)


def doubtful(check: str, text: str, todo: str, **figures: float) -> Finding:
    """It works, and somebody should look at it."""
    return Finding(check=check, verdict=Condition.WARN, said=text, todo=todo, figures=figures)


def ill(check: str, text: str, todo: str, **figures: float) -> Finding:
    """It does not work."""
    return Finding(check=check, verdict=Condition.FAIL, said=text, todo=todo, figures=figures)


def guarded(check: str, look: Callable[[], Iterable[Finding]], todo: str) -> Iterator[Finding]:
    """What ``look`` finds; an error of the outside is a finding too, and ``todo`` the advice."""
    try:
        yield from look()
    except OutsideError as error:
        yield ill(check, str(error), todo)
