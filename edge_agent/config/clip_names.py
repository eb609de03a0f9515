"""Clip names: the instant at which a recording began, as recorders write it into the names of their files.

========================================  ==================================================
``20261101T080000``, ``20261101_080000``  with or without anything between
``2026-11-01_08-00-00``                   ``-`` ``_`` ``.`` ``:`` between; ``08h00m00s``
``20261101T000000Z``                      in UTC; otherwise the local time of the site
``1793520000``, ``1793520000000``         seconds or milliseconds since 1970, in UTC
========================================  ==================================================

The first that makes sense wins, so a name with a beginning and an end (``…080000-20261101081000``) is read by its
beginning. Digits that are no date (a serial number, a picture's size) are passed over.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

_WRITTEN: Final = re.compile(
    r"(?<!\d)(20\d\d)[-_.]?(\d\d)[-_.]?(\d\d)[T_ .-]{0,3}(\d\d)[-_.:h]?(\d\d)[-_.:m]?(\d\d)(?:s|[.,]\d{1,6})?(Z)?(?!\d)"
)
_COUNTED: Final = re.compile(r"(?<!\d)(1\d{9})(\d{3})?(?!\d)")  # from 2001 to 2033
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def begun(name: str, local: tzinfo) -> datetime | None:
    """The instant (UTC) that a file's ``name`` says its recording began, or None where it says none."""
    for found in _WRITTEN.finditer(name):
        *parts, utc = found.groups()
        try:
            at = datetime(*map(int, parts), tzinfo=UTC if utc else local)  # type: ignore[arg-type,misc] # six numbers
        except ValueError:
            continue
        return at.astimezone(UTC)
    counted = _COUNTED.search(name)
    if counted is None:
        return None
    seconds, millis = counted.groups(default="0")
    return _EPOCH + timedelta(seconds=int(seconds), milliseconds=int(millis))
