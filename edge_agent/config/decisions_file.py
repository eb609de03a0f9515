"""A decisions file: what a person would say of the incidents of a replay that wait for a review, and how soon.

::

    version: 1
    otherwise: {verdict: confirm, after: 30s}      # of all that are not named; without it nobody says anything
    incidents:
      inc-3b60a0687ee02f0e: {verdict: reject, reason: not_there, after: 2m}
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, TypeAdapter

from edge_agent.config.fields.refusals import validate, version_problems
from edge_agent.config.fields.values import KEYS, Duration, Identifier, Reading
from edge_agent.config.yaml.source import BadConfigError, read_source
from edge_agent.core.commands import RejectReason
from edge_agent.core.incident.decisions import Decision, Decisions, Verdict

AT_ONCE: Final = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionEntry:
    """What a person says, ``after`` an incident was referred; ``reason`` is that of a rejection."""

    verdict: Verdict
    after: Duration = AT_ONCE
    reason: RejectReason = RejectReason.OTHER
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionsFile:
    """What is said of each incident by its id, and of all others."""

    version: Literal[1]
    incidents: dict[Identifier, DecisionEntry] = field(default_factory=dict)
    otherwise: DecisionEntry | None = None
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


DECISIONS_FILE: Final[TypeAdapter[DecisionsFile]] = TypeAdapter(DecisionsFile)


def read_decisions(path: Path) -> Decisions:
    """Read a decisions file.

    Raises:
        BadConfigError: With everything that is wrong with the file, each by its place.
    """
    source = read_source(path)
    problems = version_problems(source)
    if problems:
        raise BadConfigError(problems)
    context = Reading(folder=path.parent, timezone=ZoneInfo("UTC"), environ={})  # it names no file, hour or secret
    file, problems = validate(DECISIONS_FILE, source, context)
    if problems:
        raise BadConfigError(problems)
    return Decisions(
        incidents={incident: _decision(entry) for incident, entry in file.incidents.items()},
        otherwise=None if file.otherwise is None else _decision(file.otherwise),
    )


def _decision(entry: DecisionEntry) -> Decision:
    return Decision(verdict=entry.verdict, after=entry.after, reason=entry.reason)
