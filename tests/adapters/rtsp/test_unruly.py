"""A camera that answers with what is no answer has a fault of its own, in a sentence, and nothing is raised besides."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tests.adapters.rtsp.watching import HASTY, fault_of, session
from tests.cameras.unruly_camera import UnrulyCamera

if TYPE_CHECKING:
    from threading import ExceptHookArgs


@pytest.mark.parametrize("way", ["odd length", "odd status", "noise", "odd login", "elsewhere"])
def test_what_is_no_answer_is_a_fault_of_the_camera(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lengths of 5,000 digits, statuses that are none, noise, logins nobody knows, and places that do not exist."""
    raised: list[ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", raised.append)
    for seed in range(3):
        with UnrulyCamera(seed, only=way) as camera:
            error = fault_of(session(camera.url, options=HASTY))
            assert str(error).startswith(f"rtsp://127.0.0.1:{camera.port}/…: ")
            assert camera.ways[way]
    assert not raised
