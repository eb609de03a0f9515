"""The two words for failure.

::

    Exception
    ├── OutsideError       camera, broker, disk, speaker, a file somebody gave us: back off, retry, report
    │   └── BadInputError  a file or a setting that will not heal by itself: one sentence, non-zero exit
    └── Bug                ours: crash loudly, let the supervisor restart
        └── TimeWentBackError  an event dated before its predecessor reached the core

A message names the thing, the value and the expectation: ``zone 'kerb': a polygon needs 3 points, got 2``.
"""

from __future__ import annotations


class OutsideError(Exception):
    """Something outside the program failed; trying again later may help."""


class BadInputError(OutsideError):
    """What was given cannot be used as it is; only a person can mend it."""


class Bug(Exception):  # noqa: N818 - it is the word for it
    """A promise of our own was broken; nothing sensible can follow."""


class TimeWentBackError(Bug):
    """An event older than the last one reached the core; the shell must drop and count those."""
