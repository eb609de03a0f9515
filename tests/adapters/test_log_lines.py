"""A log line is one line, dated by the agent's clock, about one camera, and holds no password."""

from __future__ import annotations

import io
import json
import logging
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from edge_agent.adapters.log_lines import LogFormat, log_to, unsecret
from edge_agent.core.errors import OutsideError
from tests.clocks import MORNING, SimulatedClock

if TYPE_CHECKING:
    from collections.abc import Iterator

LOG = logging.getLogger("edge_agent.tests")


@contextmanager
def logging_to(written: LogFormat) -> Iterator[io.StringIO]:
    """The lines of a process that logs so."""
    out = io.StringIO()
    with log_to(out, SimulatedClock(), written):
        yield out


def objects(out: io.StringIO) -> list[dict[str, Any]]:
    """Every line, read as JSON."""
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_for_machines() -> None:
    """What has nothing in it is left out; Chinese stays readable."""
    with logging_to(LogFormat.JSON) as out:
        LOG.warning("the picture is %s", "黑", extra={"camera": "c1"})
        LOG.info("all cameras are back")
    assert objects(out) == [
        {"time": "2026-11-23T08:00:00.000Z", "level": "warning", "camera": "c1", "message": "the picture is 黑"},
        {"time": "2026-11-23T08:00:00.000Z", "level": "info", "message": "all cameras are back"},
    ]
    assert "黑" in out.getvalue()


def test_lines_follow_the_clock_of_the_records() -> None:
    """It is known only once the store has been read; a step of the system clock then moves no line."""
    out = io.StringIO()
    with log_to(out, SimulatedClock(), LogFormat.JSON) as lines:
        LOG.info("starting")
        lines.dated_by(SimulatedClock(MORNING + timedelta(hours=1)))
        LOG.info("started")
    assert [line["time"][11:16] for line in objects(out)] == ["08:00", "09:00"]


@pytest.mark.parametrize("written", list(LogFormat))
def test_times_are_those_of_the_site(written: LogFormat) -> None:
    """Once its time zone is known, with the offset, so that nobody has to guess."""
    out = io.StringIO()
    with log_to(out, SimulatedClock(), written) as lines:
        lines.in_zone(ZoneInfo("Asia/Shanghai"))
        LOG.info("started")
    assert "2026-11-23T16:00:00.000+08:00" in out.getvalue()


def test_a_line_for_people() -> None:
    """The same in one sentence."""
    with logging_to(LogFormat.TEXT) as out:
        LOG.warning("the picture is black", extra={"camera": "c1"})
        LOG.info("all cameras are back")
    assert out.getvalue().splitlines() == [
        "2026-11-23T08:00:00.000Z warning: camera c1: the picture is black",
        "2026-11-23T08:00:00.000Z info: all cameras are back",
    ]


def test_what_the_thread_of_a_camera_says_is_of_that_camera() -> None:
    """Also where the code that speaks knows of no camera."""
    with logging_to(LogFormat.JSON) as out:
        logging.getLogger("library").info("chatter")
        thread = Thread(target=lambda: LOG.info("connected"), name="camera west-gate")
        thread.start()
        thread.join()
    assert objects(out)[0]["camera"] == "west-gate"


@pytest.mark.parametrize("written", list(LogFormat))
def test_a_password_is_in_no_line(written: LogFormat) -> None:
    """Not in a message, not in the words of a foreign error that is logged with it."""
    with logging_to(written) as out:
        LOG.warning("cannot open rtsp://admin:s3cret@10.0.0.7/live: %s", "rtsp://a:s3cret/p@ss@host/x refused")
        try:
            int("rtsp://admin:s3cret@10.0.0.7/live")
        except ValueError:
            LOG.exception("the camera failed")
    assert "s3cret" not in out.getvalue()
    assert "rtsp://***@10.0.0.7/live" in out.getvalue()
    assert "ValueError" in out.getvalue()


def test_an_error_is_told_by_its_type_and_its_way() -> None:
    """On the same line, the innermost place first, so that a line is an event however it is shipped."""

    def innermost() -> None:
        raise OutsideError("the disk is full\nand more")

    with logging_to(LogFormat.JSON) as out:
        try:
            innermost()
        except OutsideError as error:
            LOG.warning("retrying: %s", error, exc_info=True)
    (line,) = objects(out)
    assert line["message"] == "retrying: the disk is full and more"
    assert line["error"] == "OutsideError"
    assert line["where"].startswith("test_log_lines.py:")
    assert line["where"].split(" < ")[0].endswith(" innermost")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("rtsp://host/live", "rtsp://host/live"),
        ("rtsp://u:p@host/live and mqtt://x@y", "rtsp://***@host/live and mqtt://***@y"),
        ("rtsp://h/user=admin&password=s3cret&channel=1", "rtsp://h/user=***&password=***&channel=1"),
        ("http://h/cgi?PWD=s3cret 'token=abc'", "http://h/cgi?PWD=*** 'token=***'"),
        ("a@b.example wrote", "a@b.example wrote"),
    ],
)
def test_only_logins_of_addresses_are_masked(text: str, shown: str) -> None:
    """What remains is still of use."""
    assert unsecret(text) == shown


def test_the_process_logs_as_before_afterwards() -> None:
    """A command that ends leaves nothing behind."""
    before = logging.getLogger().level, tuple(logging.getLogger().handlers)
    with logging_to(LogFormat.JSON) as out:
        pass
    LOG.warning("too late")
    assert out.getvalue() == ""
    assert (logging.getLogger().level, tuple(logging.getLogger().handlers)) == before
