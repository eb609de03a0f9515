"""The application: routes, headers of every answer, and what becomes of an error."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from centre.errors import BadInputError
from centre.web import (
    accounts,
    api,
    boxes,
    cameras,
    figures,
    incident,
    login,
    oidc,
    permits,
    pictures,
    queue,
    record,
    registers,
    store,
    stream,
)
from centre.web import map as map_
from centre.web.setting import Centre, Settings, templates_of
from centre.web.visit import COOKIE, Visit, language_of, page
from centre.web.words import words_of

BAD: Final = 400
ONE: Final = "/d/{adcode:str}/{agent:str}/{incident:str}"


def application(settings: Settings) -> Starlette:
    """The page of a city, on its database."""
    pool = ConnectionPool(
        settings.database, min_size=1, max_size=10, open=False, kwargs={"autocommit": True, "connect_timeout": 5}
    )
    changes = stream.Changes(settings.database)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        pool.open()
        task = asyncio.create_task(changes.run())
        yield
        task.cancel()
        pool.close()

    app = Starlette(
        routes=routes(),
        middleware=[Middleware(Headers, tiles=settings.tiles)],
        exception_handlers={HTTPException: _refused, BadInputError: _bad_input, PoolTimeout: _no_database},  # type: ignore[dict-item]
        lifespan=lifespan,
    )
    app.state.centre = Centre(settings=settings, pool=pool, templates=templates_of(settings))
    app.state.changes = changes
    return app


def routes() -> list[BaseRoute]:
    """Every address there is."""
    folder = Path(str(files("centre.web") / "static"))
    return [
        Route("/", page(queue.show)),
        Route("/queue/rows", page(queue.rows)),
        Route("/boxes", page(boxes.show)),
        Route("/figures", page(figures.show)),
        Route("/figures/{table}.{form}", page(figures.file)),
        Route("/map", page(map_.show)),
        Route("/map/places", page(map_.places)),
        Route("/registers/permits.geojson", page(permits.geojson)),
        Route("/registers/permits.geojson", page(permits.bring), methods=["POST"]),
        Route("/registers/permit/tell", page(permits.tell), methods=["POST"]),
        Route("/registers/{register}.csv", page(registers.take)),
        Route("/registers/{register}", page(registers.show)),
        Route("/registers/{register}", page(registers.save), methods=["POST"]),
        Route("/registers/{register}/remove", page(registers.remove), methods=["POST"]),
        Route("/registers/{register}/bring", page(registers.bring), methods=["POST"]),
        Route("/record", page(record.show)),
        Route("/api/v1/messages", api.messages),
        Route("/api/v1/cases", api.cases),
        Route("/api/openapi.json", api.openapi),
        Route("/login", login.login, methods=["GET", "POST"]),
        Route("/logout", _logout, methods=["POST"]),
        *_routes_of_people(),
        *_routes_of_cameras(),
        Route("/language/{language}", login.language),
        Route("/events", stream.events),
        Route("/healthz", _healthz),
        Mount("/static", StaticFiles(directory=folder)),
        Route(ONE, page(incident.show)),
        Route(ONE + "/live", page(incident.part)),
        Route(ONE + "/forgive", page(incident.pardon), methods=["POST"]),
        Route(ONE + "/act", page(incident.act), methods=["POST"]),
        Route(ONE + "/file/{sha256}", page(store.show)),
        Route("/store/{adcode}/{agent}/{path:path}", store.bring, methods=["PUT", "GET", "MKCOL", "PROPFIND"]),
        Route(ONE + "/thumbnail/{seq:int}", page(pictures.thumbnail)),
    ]


def _routes_of_people() -> list[BaseRoute]:
    """Logins by the city's provider, accounts, and one's own page."""
    return [
        Route("/oidc/start", oidc.start),
        Route("/oidc/back", oidc.back, name="oidc_back"),
        Route("/me", page(accounts.me)),
        Route("/me/password", page(accounts.change_password), methods=["POST"]),
        Route("/me/elsewhere", page(accounts.leave_elsewhere), methods=["POST"]),
        Route("/accounts", page(accounts.show)),
        Route("/accounts", page(accounts.save), methods=["POST"]),
        Route("/accounts/switch", page(accounts.switch), methods=["POST"]),
    ]


def _routes_of_cameras() -> list[BaseRoute]:
    """One camera's page."""
    return [
        Route("/camera/{adcode:str}/{agent:str}/{camera:str}", page(cameras.show)),
        Route("/camera/{adcode:str}/{agent:str}/{camera:str}/picture", page(cameras.picture)),
        Route("/camera/{adcode:str}/{agent:str}/{camera:str}/look", page(cameras.look), methods=["POST"]),
    ]


async def _logout(request: Request) -> Response:
    def leave(visit: Visit) -> Response:
        return login.logout(visit, request.cookies.get(COOKIE, ""))

    answer: Response = await page(leave)(request)
    return answer


async def _healthz(request: Request) -> Response:
    """Whether the page can reach its database: for a balancer or a container's health check."""
    centre: Centre = request.app.state.centre

    def reached() -> bool:
        try:
            with centre.pool.connection(timeout=3) as connection:
                return connection.execute("SELECT 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    good = await run_in_threadpool(reached)
    return Response("ok\n" if good else "the database is away\n", 200 if good else 503, media_type="text/plain")


class Headers:
    """Gives every answer the headers that keep a browser from doing what we did not mean."""

    def __init__(self, app: ASGIApp, tiles: str) -> None:
        self._app = app
        address = urlsplit(tiles.replace("{s}.", "*."))
        pictures_from = f" {address.scheme}://{address.netloc}" if address.netloc else ""
        self._policy = (
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src 'self'; "
            f"img-src 'self' data:{pictures_from}; media-src 'self'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add to the head of its answer."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["content-security-policy"] = self._policy
                headers["x-content-type-options"] = "nosniff"
                headers["referrer-policy"] = "same-origin"
                if not scope["path"].startswith("/static"):
                    headers.setdefault("cache-control", "no-store")
            await send(message)

        await self._app(scope, receive, with_headers)


def _error_page(request: Request, status: int, detail: str) -> HTMLResponse:
    centre: Centre = request.app.state.centre
    words = words_of(language_of(request))
    page_of = centre.templates.get_template("error.html")
    return HTMLResponse(page_of.render(w=words, detail=detail, status=status), status)


async def _refused(request: Request, error: HTTPException) -> Response:
    return _error_page(request, error.status_code, error.detail)


async def _bad_input(request: Request, error: BadInputError) -> Response:
    return _error_page(request, BAD, str(error))


async def _no_database(request: Request, _error: PoolTimeout) -> Response:
    return _error_page(request, 503, words_of(language_of(request))("error.database"))
