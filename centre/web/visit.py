"""One request as the pages see it: who asks, in which language, with which form, and a connection to the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

import psycopg
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from centre.clock import now
from centre.errors import BadInputError
from centre.web.people import Person, person_of
from centre.web.setting import Centre
from centre.web.words import Words, preferred, words_of

Connection = psycopg.Connection[tuple[Any, ...]]
COOKIE: Final = "centre"
LANGUAGE: Final = "lang"
LARGEST_FORM: Final = 5 * 1024 * 1024
FORBIDDEN: Final = 403
LATER: Final = 503


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request of somebody who is logged in."""

    centre: Centre
    connection: Connection
    person: Person
    words: Words
    at: datetime
    address: str
    path: Mapping[str, Any]
    query: Mapping[str, str]
    form: FormData
    url: str
    by_htmx: bool

    def render(self, template: str, **values: object) -> HTMLResponse:
        """A page, or a part of one."""
        return HTMLResponse(self.centre.templates.get_template(template).render(v=self, w=self.words, **values))

    def need(self, role: str, adcode: str = "*") -> None:
        """Go no further without this role.

        Raises:
            HTTPException: 403; the person does not have it there.
        """
        if not self.person.may(role, adcode):
            raise HTTPException(FORBIDDEN, self.words("error.role", role=self.words(f"role.{role}")))

    def field(self, name: str) -> str:
        """A field of the form, without spaces around it; empty where it is missing."""
        value = self.form.get(name)
        return value.strip() if isinstance(value, str) else ""

    def field_as_it_is(self, name: str) -> str:
        """A field of the form, with its spaces: a password."""
        value = self.form.get(name)
        return value[:200] if isinstance(value, str) else ""


Handler = Callable[[Visit], Response]


def page(handler: Handler) -> Callable[[Request], Any]:
    """Make a route of a handler: only for people who are logged in, forms only with their session's token."""

    async def endpoint(request: Request) -> Response:
        if request.method != "POST":
            return await run_in_threadpool(_visited, request, FormData(), handler)
        length = request.headers.get("content-length", "")
        if whole_number(length, LARGEST_FORM) is None:
            raise HTTPException(413, f"a form of {length[:20] or 'unknown'} bytes, expected at most {LARGEST_FORM}")
        async with request.form() as form:
            return await run_in_threadpool(_visited, request, form, handler)

    return endpoint


def _visited(request: Request, form: FormData, handler: Handler) -> Response:
    centre: Centre = request.app.state.centre
    try:
        with centre.pool.connection(timeout=5) as connection:
            person = person_of(connection, request.cookies.get(COOKIE, ""), now())
            if person is None:
                return _to_login(request)
            visit = _visit(centre, request, form, connection, person)
            if request.method == "POST" and not _meant(request, form, person):
                raise HTTPException(FORBIDDEN, visit.words("error.csrf"))
            return handler(visit)
    except psycopg.errors.DiskFull as error:
        raise HTTPException(LATER, words_of(language_of(request))("error.full")) from error
    except psycopg.OperationalError as error:
        raise HTTPException(LATER, words_of(language_of(request))("error.database")) from error


def _visit(centre: Centre, request: Request, form: FormData, connection: Connection, person: Person) -> Visit:
    return Visit(
        centre=centre,
        connection=connection,
        person=person,
        words=words_of(request.cookies.get(LANGUAGE) or person.language or language_of(request)),
        at=now(),
        address=request.client.host if request.client else "",
        path=request.path_params,
        query=request.query_params,
        form=form,
        url=request.url.path + ("?" + request.url.query if request.url.query else ""),
        by_htmx=request.headers.get("hx-request") == "true",
    )


def _meant(request: Request, form: FormData, person: Person) -> bool:
    """Whether a form was sent by our own page."""
    token = request.headers.get("x-csrf-token") or form.get("csrf")
    return same_site(request) and token == person.csrf


def same_site(request: Request) -> bool:
    """Whether the browser says that a page of ours has asked; browsers that say nothing are believed."""
    return request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}


def language_of(request: Request) -> str:
    """The language of somebody who is not logged in."""
    return request.cookies.get(LANGUAGE) or preferred(request.headers.get("accept-language", ""))


def own_page(address: str) -> str:
    """An address of this site; the queue where somebody has put another there."""
    good = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if good else "/"


def _to_login(request: Request) -> Response:
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={"HX-Redirect": "/login"})
    if request.method != "GET":
        return RedirectResponse("/login?again=1", 303)
    return RedirectResponse("/login?" + urlencode({"next": request.url.path}), 303)


def number(text: str, *, least: int, most: int, name: str) -> int:
    """A number of a form or an address.

    Raises:
        BadInputError: It is none, or out of bounds.
    """
    found = whole_number(text, most)
    if found is None or found < least:
        raise BadInputError(f"{name} {text[:40]!r}: expected a number from {least} to {most}")
    return found


def whole_number(text: str, most: int) -> int | None:
    """The number that ``text`` writes in digits; None where it is none, or beyond ``most``: Python raises at 4,301."""
    if not (text.isascii() and text.isdecimal()) or len(text.lstrip("0")) > len(str(most)):
        return None
    found = int(text.lstrip("0") or "0")
    return found if found <= most else None
