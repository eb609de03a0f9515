"""The embedded broker of a site: with a login of its own, kept running, and no reason not to watch where it fails.

Its login is made once, at random, and stands in ``broker-login.json`` in the state folder, which the agent's user alone
may read: whoever can read that file may hear the feed and command the box, nobody else on the machine.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING, Final, Self

from edge_agent.adapters.broker import HOST, EmbeddedBroker, free_port
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.config.fields.secret import Secret
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.core.feed.broker_faults import pause_s

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

LOGIN: Final = "broker-login.json"
NAME: Final = "edge-agent"
PASSWORD_BYTES: Final = 24
LOOK_S: Final = 1.0  # how soon a broker that has ended is started anew
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BrokerLogin:
    """Where the embedded broker listens, and the password of its one login."""

    port: int
    password: str

    @property
    def settings(self) -> BrokerSettings:
        """How a client reaches it."""
        return BrokerSettings(
            host=HOST, port=self.port, username=NAME, password=Secret("the embedded broker's login", self.password)
        )


def read_login(file: Path) -> BrokerLogin:
    """The login that an agent has written to ``file``; raises BadInputError where there is none."""
    try:
        login = json.loads(file.read_bytes())
        return BrokerLogin(port=int(login["port"]), password=str(login["password"]))
    except OSError as error:
        raise BadInputError(f"{file}: cannot be read: {error.strerror}; has the agent been started there?") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BadInputError(f"{file}: found something else, expected the login of an embedded broker") from error


def new_login(file: Path, port: int) -> BrokerLogin:
    """The login of a broker on ``port``, written to ``file``; a password that stands there stays.

    Raises:
        OutsideError: The file cannot be written.
    """
    try:
        password = read_login(file).password
    except BadInputError:
        password = secrets.token_urlsafe(PASSWORD_BYTES)
    login = {"host": HOST, "port": port, "username": NAME, "password": password}
    partial = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as made:
            json.dump(login, made)
        partial.replace(file)
    except OSError as error:
        raise OutsideError(f"{file}: cannot be written: {error.strerror}") from error
    return BrokerLogin(port=port, password=password)


class MaintainedBroker:
    """An embedded broker for the length of a ``with`` block; one that cannot be started or has ended is tried again.

    Args:
        state: The folder of its login, and of its settings while it starts.
        port: Where it is to listen; a free one without.
    """

    def __init__(self, state: Path, port: int | None = None) -> None:
        self.login = new_login(state / LOGIN, port or free_port())
        self._broker = EmbeddedBroker(port=self.login.port, folder=state, logins={NAME: self.login.password})
        self._ending = Event()
        self._trouble = ""
        self._thread = Thread(target=self._keep, name="embedded broker", daemon=True)

    @property
    def pid(self) -> int | None:
        """The process id of the broker, while there is one."""
        return self._broker.pid

    def __enter__(self) -> Self:
        """Start it, and see that it goes on."""
        self._started()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self._ending.set()
        self._thread.join()
        self._broker.stop()

    def _keep(self) -> None:
        failures = 0
        while not self._ending.wait(pause_s(failures, NAME) if failures else LOOK_S):
            failures = 0 if self._broker.runs or self._started() else failures + 1

    def _started(self) -> bool:
        try:
            self._broker.stop()  # what is left of one that has ended
            self._broker.start()
        except OutsideError as error:
            if str(error) != self._trouble:
                self._trouble = str(error)
                _log.error("going on without the embedded broker and trying again: %s", error)
            return False
        if self._trouble:
            _log.warning("the embedded broker runs on port %s", self._broker.port)
        self._trouble = ""
        return True
