"""Login by the city's own provider: OpenID Connect, authorization code with PKCE. Why so: docs/adr/0028.

::

    /oidc/start ─▶ provider ─▶ /oidc/back?code&state ─▶ code for an ID token ─▶ verified ─▶ account of ours ─▶ session

The provider says who somebody is; what that person may do is ours. An account is made by an administrator before; at
its first login here the subject is written down with it, and from then on nobody else there can be that account.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

import jwt
import psycopg
import requests
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from centre.clock import now
from centre.errors import OutsideError
from centre.web.oidc_provider import Provider
from centre.web.people import TRIES_OF_AN_ADDRESS, WINDOW, audit, begun_session
from centre.web.setting import Centre
from centre.web.visit import COOKIE, FORBIDDEN, LATER, language_of, own_page
from centre.web.words import words_of

Connection = psycopg.Connection[tuple[Any, ...]]
STATE: Final = "centre_oidc"
LIFE: Final = timedelta(minutes=10)
TIMEOUT_S: Final = 10.0
LARGEST: Final = 1024 * 1024  # bytes of an answer
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")  # no secret of ours signs, nor none
SKEW_S: Final = 60
FOUND: Final = """
SELECT name, subject FROM account WHERE active AND
  ((issuer = %(issuer)s AND subject = %(subject)s) OR (subject IS NULL AND name = %(name)s))
ORDER BY subject IS NULL LIMIT 1"""
BEGUN: Final = "SELECT count(*) >= %s FROM oidc_login WHERE address = %s AND made > %s"
MANY: Final = 429
BIND: Final = "UPDATE account SET issuer = %s, subject = %s WHERE name = %s AND subject IS NULL"


async def start(request: Request) -> Response:
    """Send somebody to the provider."""
    return await run_in_threadpool(_start, request)


async def back(request: Request) -> Response:
    """Take somebody who comes back from there."""
    return await run_in_threadpool(_back, request)


def _start(request: Request) -> Response:
    centre, provider = _provider(request)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    at = now()
    try:
        described = _described(provider)
        with centre.pool.connection(timeout=5) as connection:
            connection.execute("DELETE FROM oidc_login WHERE made < %s", (at - LIFE,))
            address = request.client.host if request.client else ""
            if connection.execute(BEGUN, (TRIES_OF_AN_ADDRESS, address, at - WINDOW)).fetchone() == (True,):
                raise HTTPException(MANY, words_of(language_of(request))("login.wait"))
            row = (_digest(state), nonce, verifier, own_page(request.query_params.get("next", "")), at, address)
            connection.execute("INSERT INTO oidc_login VALUES (%s, %s, %s, %s, %s, %s)", row)
    except (OutsideError, psycopg.OperationalError) as error:
        raise HTTPException(LATER, str(error).splitlines()[0]) from error
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    query = {
        "response_type": "code",
        "client_id": provider.client,
        "redirect_uri": _own_address(request, provider),
        "scope": "openid profile",
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    where = described["authorization_endpoint"]
    answer = RedirectResponse(f"{where}{'&' if '?' in where else '?'}{urlencode(query)}", 303)
    life, https = int(LIFE.total_seconds()), centre.settings.https
    answer.set_cookie(STATE, state, max_age=life, path="/oidc", httponly=True, samesite="lax", secure=https)
    return answer


def _back(request: Request) -> Response:
    centre, provider = _provider(request)
    words = words_of(language_of(request))
    state = request.query_params.get("state", "")
    if not state or not secrets.compare_digest(state.encode(), request.cookies.get(STATE, "").encode()):
        raise HTTPException(FORBIDDEN, words("oidc.not_begun"))
    try:
        with centre.pool.connection(timeout=5) as connection:
            cookie, following = _entered(connection, provider, request, state)
    except OutsideError as error:
        raise HTTPException(FORBIDDEN, f"{words('oidc.trouble')} {error}") from error
    except psycopg.OperationalError as error:
        raise HTTPException(LATER, words("error.database")) from error
    answer = RedirectResponse(following, 303)
    answer.set_cookie(COOKIE, cookie, httponly=True, samesite="lax", secure=centre.settings.https)
    answer.delete_cookie(STATE, path="/oidc")
    return answer


def _entered(connection: Connection, provider: Provider, request: Request, state: str) -> tuple[str, str]:
    """The cookie of a new session, and the page that was wanted.

    Raises:
        HTTPException: 403; the login was not begun here, was refused there, or has no account.
        OutsideError: The provider does not answer, or its token is not good.
    """
    words, at = words_of(language_of(request)), now()
    begun = connection.execute(
        "DELETE FROM oidc_login WHERE state = %s AND made > %s RETURNING nonce, verifier, next",
        (_digest(state), at - LIFE),
    ).fetchone()
    if begun is None:
        raise HTTPException(FORBIDDEN, words("oidc.not_begun"))
    nonce, verifier, following = begun
    if "code" not in request.query_params:
        raise HTTPException(FORBIDDEN, words("oidc.refused", why=request.query_params.get("error", "")[:80]))
    token = _exchanged(provider, request, request.query_params["code"], verifier)
    claims = _verified(provider, token, nonce)
    name = _account(connection, provider, claims)
    if name is None:
        raise HTTPException(FORBIDDEN, words("oidc.nobody", name=str(claims.get(provider.claim, ""))[:80]))
    address = request.client.host if request.client else ""
    return begun_session(connection, name, address, at, by=provider.issuer), str(following)


def _exchanged(provider: Provider, request: Request, code: str, verifier: str) -> str:
    """The ID token for a code.

    Raises:
        OutsideError: The provider does not give one.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": _own_address(request, provider),
        "client_id": provider.client,
        "client_secret": provider.secret,
        "code_verifier": verifier,
    }
    answer = _asked("POST", _described(provider)["token_endpoint"], form)
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise OutsideError("the provider's answer has no id_token")
    return token


def _verified(provider: Provider, token: str, nonce: str) -> dict[str, Any]:
    """What an ID token says, once its signature, issuer, audience, life and nonce are right.

    Raises:
        OutsideError: One of them is not.
    """
    described = _described(provider)
    try:
        keys = jwt.PyJWKSet.from_dict(_asked("GET", described["jwks_uri"]))
        wanted = jwt.get_unverified_header(token).get("kid")
        fitting = [key for key in keys.keys if wanted is None or key.key_id == wanted]
        if not fitting:
            raise OutsideError("the provider has no key of the name that the ID token was signed with")
        claims: dict[str, Any] = jwt.decode(
            token,
            fitting[0],
            algorithms=list(ALGORITHMS),
            audience=provider.client,
            issuer=provider.issuer,
            leeway=SKEW_S,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except jwt.PyJWTError as error:
        raise OutsideError(f"the ID token is not good: {error}") from error
    if claims.get("nonce") != nonce:
        raise OutsideError("the ID token is not good: it is of another login")
    if claims.get("azp", provider.client) != provider.client:
        raise OutsideError("the ID token is not good: it is for another program")
    return claims


def _account(connection: Connection, provider: Provider, claims: Mapping[str, Any]) -> str | None:
    """The account of these claims; bound to its subject the first time."""
    key = {"issuer": provider.issuer, "subject": str(claims["sub"]), "name": str(claims.get(provider.claim, ""))}
    with connection.transaction():
        row = connection.execute(FOUND, key).fetchone()
        if row is None:
            return None
        name = str(row[0])
        if row[1] is None:
            connection.execute(BIND, (key["issuer"], key["subject"], name))
            audit(connection, now(), name, "", "bind", key["issuer"], subject=key["subject"])
    return name


def _described(provider: Provider) -> dict[str, str]:
    """The provider's description of itself.

    Raises:
        OutsideError: It has none, or it is another's.
    """
    document = _asked("GET", provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if document.get("issuer") != provider.issuer:
        raise OutsideError(
            f"the provider calls itself {str(document.get('issuer'))[:100]!r}, expected {provider.issuer!r}"
        )
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if missing := [name for name in names if not isinstance(document.get(name), str)]:
        raise OutsideError(f"the provider's description has no {missing[0]}")
    return {name: str(document[name]) for name in names}


def _asked(method: str, address: str, form: Mapping[str, str] | None = None) -> dict[str, Any]:
    try:
        answer = requests.request(method, address, data=form, timeout=TIMEOUT_S, allow_redirects=False)
        problems = answer.json() if len(answer.content) <= LARGEST else None
    except (requests.exceptions.RequestException, ValueError) as error:
        raise OutsideError(f"the provider does not answer: {type(error).__name__}") from error
    if not answer.ok or not isinstance(problems, dict):
        raise OutsideError(f"the provider answers HTTP {answer.status_code}")
    return problems


def _provider(request: Request) -> tuple[Centre, Provider]:
    centre: Centre = request.app.state.centre
    if centre.settings.provider is None:
        raise HTTPException(404, words_of(language_of(request))("error.missing"))
    return centre, centre.settings.provider


def _own_address(request: Request, provider: Provider) -> str:
    return provider.back or str(request.url_for("oidc_back"))


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
