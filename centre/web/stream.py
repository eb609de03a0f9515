"""Server-sent events: which incidents have changed. One listener a process, as many pages as are open."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Final

import psycopg
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from centre.clock import now
from centre.database.migrate import first_line
from centre.web.people import person_of
from centre.web.setting import Centre
from centre.web.visit import COOKIE

ALIVE_S: Final = 15.0
RETRY_S: Final = 2.0
END: Final = ""
WAITING: Final = 50  # events that a slow page may have before it; then it is told "any"
_log = logging.getLogger(__name__)


class Changes:
    """Hands on what the database announces."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pages: set[asyncio.Queue[str]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self) -> None:
        """Listen for ever; when the database was away, pages are told that anything may have changed."""
        self._loop = asyncio.get_running_loop()
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as connection:
                    await connection.execute("LISTEN changed")
                    self._tell('["*"]')
                    async for each in connection.notifies():
                        self._tell(each.payload)
            except psycopg.Error as error:
                _log.warning("changes: %s", first_line(error))
            await asyncio.sleep(RETRY_S)

    def end(self) -> None:
        """End the stream of every page, from any thread; pages come back by themselves when we do."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._tell, END)

    def _tell(self, payload: str) -> None:
        for page in self._pages:
            if page.full():
                page.get_nowait()
            page.put_nowait(payload)

    async def of_a_page(self) -> AsyncIterator[str]:
        """What one page is told, until it goes; first that anything may have changed, between its drawing and now."""
        queue: asyncio.Queue[str] = asyncio.Queue(WAITING)
        self._pages.add(queue)
        try:
            yield 'retry: 2000\ndata: ["*"]\n\n'
            while True:
                try:
                    line = await asyncio.wait_for(queue.get(), ALIVE_S)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if line == END:
                    return
                yield f"data: {line}\n\n"
        finally:
            self._pages.discard(queue)


async def events(request: Request) -> Response:
    """The stream of one page."""
    centre: Centre = request.app.state.centre

    def known() -> bool:
        with centre.pool.connection(timeout=5) as connection:
            return person_of(connection, request.cookies.get(COOKIE, ""), now()) is not None

    try:
        if not await run_in_threadpool(known):
            return Response(status_code=401)
    except psycopg.OperationalError:
        return Response(status_code=503)
    changes: Changes = request.app.state.changes
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(changes.of_a_page(), media_type="text/event-stream", headers=headers)
