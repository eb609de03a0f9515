"""What every speaker of a site file can be told, and the speaker that a site has which names none.

Apart from the other drivers: who folds a log in a site that only writes files need not make ready for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from edge_agent.config.fields.instants import HoursField
from edge_agent.config.fields.values import KEYS, Duration, Identifier, RelativePath

if TYPE_CHECKING:
    from edge_agent.core.speak.limits import SpeakerLimits

Share = Annotated[float, Field(gt=0, le=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeAt:
    """Another volume at some hours."""

    hours: HoursField
    volume: Share
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What every speaker can be told of its limits.

    A ``lamp`` is seen and not heard; ``beside`` names the one that is lit while this speaker says something.
    """

    gap: Duration = timedelta(seconds=30)
    hourly_cap: Annotated[int, Field(ge=1)] | None = 40
    volume: Share = 1.0
    volume_at: tuple[VolumeAt, ...] = ()
    quiet_volume: Share = 0.3
    silent: HoursField | None = None
    together: Annotated[int, Field(ge=1, le=20)] = 4
    lamp: bool = False
    beside: Identifier | None = None

    @property
    def limits(self) -> SpeakerLimits:
        """The same as the core has it."""
        from edge_agent.core.speak.limits import SpeakerLimits  # noqa: PLC0415 - who folds a log makes nobody speak

        return SpeakerLimits(
            gap=self.gap,
            hourly_cap=self.hourly_cap,
            volume=self.volume,
            volume_at=tuple((each.hours, each.volume) for each in self.volume_at),
            quiet_volume=self.quiet_volume,
            silent=self.silent,
            together=self.together,
            gather=timedelta(seconds=1) if self.together > 1 else timedelta(0),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesSpeaker(Behaviour):
    """Writes each warning as WAV files into ``folder``; nobody is disturbed, so no gap and no cap."""

    driver: Literal["files"]
    folder: RelativePath
    gap: Duration = timedelta(0)
    hourly_cap: Annotated[int, Field(ge=1)] | None = None
    together: Annotated[int, Field(ge=1, le=20)] = 1
    __pydantic_config__: ClassVar[ConfigDict] = KEYS
