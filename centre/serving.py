"""What runs in a process of the centre: workers of ingest, the page, or both."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import Final
from urllib.parse import unquote, urlsplit

import uvicorn
from starlette.applications import Starlette

from centre.clock import sleep
from centre.errors import BadInputError, OutsideError
from centre.ingest.courier import Courier
from centre.ingest.keeper import Keeper, Tally
from centre.ingest.listener import BrokerAddress, Listener, started
from centre.notices.notifier import Notifier
from centre.notices.webhooks import Teller
from centre.web.app import application
from centre.web.setting import Settings

PORTS: Final = {"mqtt": 1883, "mqtts": 8883}
_PREFIX: Final = re.compile(r"[^+#/\x00]+(/[^+#/\x00]+)*")
JOIN_S: Final = 10.0
POLL_S: Final = 0.05


def broker_address(url: str, topic_prefix: str = "") -> BrokerAddress:
    """Read ``mqtt://user:password@host:port``, or ``mqtts://`` for TLS; ``topic_prefix`` is that of the boxes.

    Raises:
        BadInputError: It is not such an address.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError as error:
        raise BadInputError(f"--broker: {error}") from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise BadInputError(f"--broker: found {parts.scheme or 'no'} scheme, expected mqtt://host or mqtts://host")
    if topic_prefix and not _PREFIX.fullmatch(topic_prefix):
        raise BadInputError(
            f"--topic-prefix {topic_prefix!r}: expected levels of a topic without '+', '#' and slashes at the ends"
        )
    return BrokerAddress(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=parts.scheme == "mqtts",
        topic_prefix=topic_prefix,
    )


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker of ingest that runs."""

    listener: Listener
    tally: Tally


@contextmanager
def ingesting(address: BrokerAddress, database: str, *, worker: str) -> Iterator[Worker]:
    """A worker of ingest for the length of the block: its listener, keeper and courier, a thread each."""
    listener, stop = Listener(address, worker=worker), Event()
    keeper, courier = Keeper(listener, database), Courier(listener, database)
    threads: list[Thread] = [
        started("keeper", lambda: keeper.run(stop)),
        started("courier", lambda: courier.run(stop)),
    ]
    listener.start()
    try:
        yield Worker(listener, keeper.tally)
    finally:
        stop.set()
        for thread in threads:
            thread.join(JOIN_S)
        listener.close()


@contextmanager
def notifying(database: str) -> Iterator[None]:
    """A notifier and a teller of webhooks for the length of the block, a thread each."""
    stop, notifier, teller = Event(), Notifier(database), Teller(database)
    threads = [started("notifier", lambda: notifier.run(stop)), started("webhooks", lambda: teller.run(stop))]
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(JOIN_S)


@contextmanager
def page_at(settings: Settings, host: str, port: int) -> Iterator[str]:
    """The page for the length of the block, on a thread; gives its address. Port 0 takes a free one.

    Raises:
        OutsideError: The port is taken, or the page does not come up.
    """
    try:
        listening = socket.create_server((host, port))
    except OSError as error:
        raise OutsideError(f"page {host}:{port}: {error.strerror}") from error
    app = application(settings)
    server = _server(app, settings)
    thread = Thread(target=lambda: server.run(sockets=[listening]), name="page", daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise OutsideError(f"page {host}:{port}: did not come up")
        sleep(POLL_S)
    try:
        yield f"http://{host}:{listening.getsockname()[1]}"
    finally:
        app.state.changes.end()
        server.should_exit = True
        thread.join(JOIN_S)
        listening.close()


def _server(app: Starlette, settings: Settings) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        log_level="warning",
        server_header=False,
        limit_concurrency=500,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=1,
        proxy_headers=settings.https,
        h11_max_incomplete_event_size=64 * 1024,
    )
    return uvicorn.Server(config)
