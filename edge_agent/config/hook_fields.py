"""The holes in the words of a hook: ``{text}`` and what else an announcement has; any other brace stays as it is."""

from __future__ import annotations

import re
from typing import Final

FIELDS: Final = ("text", "language", "zone", "kind", "n", "incident", "volume")
HOLE: Final = re.compile(r"\{([a-z_]+)\}")


def named(words: str) -> frozenset[str]:
    """The fields that these words name, known or not."""
    return frozenset(HOLE.findall(words))


def unknown(words: str) -> str | None:
    """The first field that is named and nothing fills, if any."""
    return min(named(words) - set(FIELDS), default=None)


def known() -> str:
    """All fields, as they are written."""
    return ", ".join(f"{{{name}}}" for name in FIELDS)
