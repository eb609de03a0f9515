"""Where a box speaks, and where it listens: ``cityops/v1/{adcode}/{agent}/...``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from centre.errors import BadMessageError

ROOT: Final = "cityops/v1"
SHARED: Final = ("incident/#", "work_order/#", "notify/#", "receipt/#", "evidence/#", "cam/+/health", "health")
"""Below a box: what several workers share, each message going to one of them."""
RETAINED: Final = ("status", "site", "open")
"""Below a box: what the broker keeps the last one of. Shared subscriptions are not given retained messages."""
_TOPIC: Final = re.compile(r"cityops/v1/([0-9]{6})/([A-Za-z0-9_-]{1,64})/([^+#\x00]{1,300})")


@dataclass(frozen=True, slots=True)
class TopicParts:
    """A topic taken apart: the box it belongs to, and what stands below."""

    adcode: str
    agent: str
    below: str

    @property
    def source(self) -> str:
        """The box, as its messages name it."""
        return f"{ROOT}/{self.adcode}/{self.agent}"


def place_of(topic: str) -> TopicParts:
    """Take a topic apart.

    Raises:
        BadMessageError: It is not one of a box.
    """
    match = _TOPIC.fullmatch(topic)
    if match is None:
        raise BadMessageError(f"topic {topic[:100]!r}: expected {ROOT}/(six digits)/(agent)/...")
    return TopicParts(*match.groups())


def adcode_of(source: str) -> str:
    """The district of a box."""
    return source.split("/")[2]
