"""Choosing: which camera of a site a command is about.

Options that several commands share, each described once.

Refusing: bad input ends a command with its one sentence and a non-zero exit, never with a traceback.

Stopping: how a command that runs until somebody ends it is told to.

::

    SIGTERM, Ctrl-C   ─▶ stop     the look under way is finished and kept, what there is to say is delivered
    … a second later  ─▶ the process ends at once, as a power cut would: what was kept is kept
    SIGHUP            ─▶ reread   read the files again; where nobody would, or the terminal has gone: stop

A command that is started in the background is started deaf to Ctrl-C; so the signals are asked for by name.

No signal waits for the main thread. Python runs handlers there, between two of its steps: while it waits for a lock, a
signal that the system gave to another thread would be heard when the lock is free, which may be never; and a handler
that sets an event may find that the very thread it interrupted holds its lock. So what the signal does in C, at once,
is write its number to a socket, and a thread of its own reads that.

An end that takes longer than it may is cut short: nothing outside decides how long it takes.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
from contextlib import contextmanager, suppress
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Annotated, Final

import typer

from edge_agent.cli.output import show
from edge_agent.config.fields.spans_and_sizes import parse_duration
from edge_agent.core.errors import BadInputError, OutsideError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.config.site.loading import LoadedSite


def chosen_camera(loaded: LoadedSite, camera: str | None) -> str:
    """The camera asked for, or the only one; raises BadInputError where that is no answer."""
    known = ", ".join(loaded.cameras)
    if camera is None:
        if len(loaded.cameras) == 1:
            return next(iter(loaded.cameras))
        raise BadInputError(f"--camera: the site has several, expected one of: {known}")
    if camera not in loaded.cameras:
        raise BadInputError(f"--camera {camera}: not in the site, expected one of: {known}")
    return camera


def span(text: str | timedelta) -> timedelta:
    """A duration given on the command line."""
    if isinstance(text, timedelta):
        return text
    try:
        return parse_duration(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


SiteOption = Annotated[Path, typer.Option(help="The site file.")]
LoopOption = Annotated[
    timedelta | None,
    typer.Option(parser=span, metavar="DURATION", help="Play the recording again and again for this long, e.g. 17m."),
]
SiteArgument = Annotated[Path, typer.Argument(help="The site file.")]


class Language(StrEnum):
    """In which words a command speaks."""

    ENGLISH = "en"
    CHINESE = "zh-CN"


LanguageOption = Annotated[Language | None, typer.Option(help="In which words; else as LANG says.")]


def spoken(chosen: Language | None) -> Language:
    """The language chosen, else that of the environment: Chinese where it begins with zh."""
    if chosen is not None:
        return chosen
    locale_name = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return Language.CHINESE if locale_name.startswith("zh") else Language.ENGLISH


@contextmanager
def refusing() -> Iterator[None]:
    """Turn an error of the outside into its sentence on standard error and exit 1."""
    try:
        yield
    except OutsideError as error:
        show(str(error), err=True)
        raise typer.Exit(code=1) from error


LONGEST_S: Final = 55.0  # systemd kills after 60
CUT_SHORT: Final = 3  # the exit status then
ECHO_S: Final = 1.0  # timeout(1) sends every signal twice
ECHOES: Final = 64
SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
TERMINAL: Final = 0  # a file descriptor
_log = logging.getLogger(__name__)


@contextmanager
def stopping(reread: Event | None = None, *, longest_s: float = LONGEST_S) -> Iterator[Event]:
    """An event that SIGTERM and Ctrl-C set; SIGHUP sets ``reread``, where there is one and the terminal is still there.

    Whoever is told to stop has ``longest_s`` to leave this context; then the process is ended. For the main thread.
    """
    heard, waker = socket.socketpair()
    waker.setblocking(False)
    signals = _Signals(heard, reread, longest_s)
    thread = Thread(target=signals.listen, name="signals", daemon=True)
    handlers = {number: signal.signal(number, lambda *_: None) for number in SIGNALS}
    before = signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    thread.start()
    try:
        yield signals.stop
    finally:
        signal.set_wakeup_fd(before)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        signals.left.set()
        waker.close()  # the thread reads to its end
        thread.join()
        heard.close()


class _Signals:
    """What the thread does that reads the numbers of signals."""

    def __init__(self, heard: socket.socket, reread: Event | None, longest_s: float) -> None:
        self._heard = heard
        self._reread = reread
        self._longest_s = longest_s
        self._had_terminal = os.isatty(TERMINAL)
        self.stop = Event()
        self.left = Event()

    def listen(self) -> None:
        """Wait for the first that says to stop, and see to it that this does not take too long."""
        while number := self._heard.recv(1):
            if number[0] == signal.SIGHUP and self._reread is not None and os.isatty(TERMINAL) == self._had_terminal:
                self._reread.set()
            elif number[0] in SIGNALS:
                self.stop.set()
                self._bound()
                return

    def _bound(self) -> None:
        self.left.wait(ECHO_S)
        with suppress(BlockingIOError):
            self._heard.recv(ECHOES, socket.MSG_DONTWAIT)
        self._heard.settimeout(self._longest_s)
        try:
            while number := self._heard.recv(1):
                if number[0] in SIGNALS:
                    _end("told to stop once more")
        except TimeoutError:
            _end(f"the end took longer than {self._longest_s:.0f} s")


def _end(why: str) -> None:
    """End the process at once; what was kept is kept, and the rest is made again at the next start."""
    _log.error("ending at once: %s", why)
    os._exit(CUT_SHORT)
