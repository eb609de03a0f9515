"""Waiting for what another thread or process does."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

SLOWEST_S: Final = 120.0
POLL_S: Final = 0.01


def wait_for(there: Callable[[], bool]) -> None:
    """Until it is there."""
    for _ in range(int(SLOWEST_S / POLL_S)):
        if there():
            return
        Event().wait(POLL_S)
    pytest.fail("it never came")
