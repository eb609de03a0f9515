"""The way in and out, and the choice of a language."""

from __future__ import annotations

from typing import Final

import psycopg
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from centre.clock import now
from centre.web.people import TooManyTriesError, log_in, log_out
from centre.web.setting import Centre
from centre.web.visit import COOKIE, FORBIDDEN, LANGUAGE, LATER, Visit, language_of, own_page, same_site
from centre.web.words import LANGUAGES, words_of

YEAR_S: Final = 365 * 24 * 3600
LONGEST: Final = 200  # characters of a name or a password


async def login(request: Request) -> Response:
    """The form, and what comes of it."""
    form = await request.form() if request.method == "POST" else FormData()
    return await run_in_threadpool(_login, request, form)


def _login(request: Request, form: FormData) -> Response:
    if request.method != "POST":
        return _form(request, "login.again" if "again" in request.query_params else "")
    if not same_site(request):
        raise HTTPException(FORBIDDEN, words_of(language_of(request))("error.csrf"))
    name, password = (str(form.get(key, ""))[:LONGEST] for key in ("name", "password"))
    centre: Centre = request.app.state.centre
    address = request.client.host if request.client else ""
    try:
        with centre.pool.connection(timeout=5) as connection:
            cookie = log_in(connection, name, password, address, now())
    except TooManyTriesError:
        return _form(request, "login.wait", status=429)
    except psycopg.OperationalError as error:
        raise HTTPException(LATER, words_of(language_of(request))("error.database")) from error
    if cookie is None:
        return _form(request, "login.wrong", status=401)
    answer = RedirectResponse(own_page(str(form.get("next", ""))), 303)
    answer.set_cookie(COOKIE, cookie, httponly=True, samesite="lax", secure=centre.settings.https)
    return answer


def _form(request: Request, trouble: str, status: int = 200) -> HTMLResponse:
    centre: Centre = request.app.state.centre
    words = words_of(language_of(request))
    page = centre.templates.get_template("login.html")
    following = request.query_params.get("next", "")
    by_provider = centre.settings.provider is not None
    return HTMLResponse(page.render(w=words, trouble=trouble, next=following, by_provider=by_provider), status)


def logout(visit: Visit, cookie: str) -> Response:
    """End the session."""
    log_out(visit.connection, cookie)
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE)
    return answer


async def language(request: Request) -> Response:
    """Choose a language, and go back."""
    chosen = request.path_params["language"]
    answer = RedirectResponse(own_page(request.query_params.get("next", "")), 303)
    if chosen in LANGUAGES:
        answer.set_cookie(LANGUAGE, chosen, max_age=YEAR_S, samesite="lax", httponly=True)
    return answer
