"""What systemd is told of the service: that it is ready, that it goes on, what it is doing, that it ends.

The protocol of ``sd_notify(3)``: one datagram of ``NAME=value`` lines to the socket that ``$NOTIFY_SOCKET`` names.
Without one, nobody is told, and that is fine.
"""

from __future__ import annotations

import logging
import os
import socket
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_log = logging.getLogger(__name__)


class Supervisor:
    """The service manager that started us, if one did.

    Args:
        environ: Where ``NOTIFY_SOCKET``, ``WATCHDOG_USEC`` and ``WATCHDOG_PID`` stand; the process's own if None.
    """

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        given = os.environ if environ is None else environ
        self._address = given.get("NOTIFY_SOCKET", "")
        if self._address.startswith("@"):  # a name in the abstract namespace, not a file
            self._address = "\0" + self._address[1:]
        self._microseconds = given.get("WATCHDOG_USEC", "")
        self._watched = given.get("WATCHDOG_PID", str(os.getpid()))

    @property
    def patience(self) -> timedelta | None:
        """How long we may be silent before we are killed; None where nobody watches. Beat at half of it."""
        if not self._address or not self._microseconds.isdecimal() or self._watched != str(os.getpid()):
            return None
        return timedelta(microseconds=int(self._microseconds))

    def ready(self) -> None:
        """The start is over: what depends on us may start."""
        self._tell("READY=1")

    def alive(self) -> None:
        """Not stuck."""
        self._tell("WATCHDOG=1")

    def status(self, sentence: str) -> None:
        """One line for ``systemctl status``."""
        self._tell("STATUS=" + " ".join(sentence.split()))

    def stopping(self) -> None:
        """The end has begun, and may take a while."""
        self._tell("STOPPING=1")

    def _tell(self, line: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as way:
                way.settimeout(0)  # a manager that does not read must not stop the agent
                way.sendto(line.encode(), self._address)
        except OSError as error:
            _log.warning("systemd was not told %s: %s", line, error.strerror)
