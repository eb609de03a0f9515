"""Routes: from a question of the page to what answers it.

Pages: the files of the studio's page, all of them known by name before anybody asks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from importlib.resources import files
from math import isfinite
from typing import TYPE_CHECKING, Final

from edge_agent.config.fields.values import ID_PATTERN
from edge_agent.config.yaml.source import BadConfigError
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.web.exchange import ChangedError, NotFoundError, OutdatedError, Reply, json_reply, refused
from edge_agent.web.workshop import PageRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge_agent.web.exchange import Request
    from edge_agent.web.gate import Gate
    from edge_agent.web.workshop import StudioWork

TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
FRONT: Final = "index.html"
SIGN_IN: Final = "sign-in.html"


def static_pages() -> dict[str, Reply]:
    """Every file of the page by the name it is asked by; nothing else can be."""
    damage = {}
    for file in (files("edge_agent.web") / "static").iterdir():
        kind = file.name.rpartition(".")[2]
        if kind in TYPES:
            damage[file.name] = Reply(body=file.read_bytes(), type=TYPES[kind])
    return damage


JPEG: Final = "image/jpeg"
LONGEST_S: Final = 3660 * 86_400.0  # ten years of a recording
_CAMERA: Final = re.compile(rf"/api/cameras/({ID_PATTERN.strip('^$')})(/[a-z/]+)?")
_STATIC: Final = re.compile(r"/static/([a-z-]+\.[a-z]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """Answers every question, whatever it is."""

    workshop: StudioWork
    gate: Gate
    pages: Mapping[str, Reply]

    def answer(self, request: Request) -> Reply:
        """The answer; a question that cannot be answered is told why in one sentence."""
        refusal = self.gate.refusal(request)
        if refusal is not None:
            return refusal
        if not self.gate.knows(request):
            return self._sign_in(request)
        try:
            return self._page(request) or self._site(request) or self._camera(request)
        except OutsideError as error:
            return _refusal(error)

    def _sign_in(self, request: Request) -> Reply:
        """The way in, for who has not shown the token yet."""
        token = request.query.get("token") if request.path == "/" else None
        if request.method == "POST" and request.path == "/api/sign-in":
            try:
                token = str(request.body_fields().get("token"))
            except BadInputError as error:
                return _refusal(error)
        if token is not None:
            wrong = refused(HTTPStatus.UNAUTHORIZED, "the token: found another, expected the one told at the start")
            return self.gate.signed_in(token) or wrong
        open_to_all = {"/": SIGN_IN, "/static/studio.css": "studio.css", "/static/sign-in.js": "sign-in.js"}
        if request.method == "GET" and request.path in open_to_all:
            return self.pages[open_to_all[request.path]]
        return refused(HTTPStatus.UNAUTHORIZED, "not signed in, expected the token told at the start")

    def _page(self, request: Request) -> Reply | None:
        if request.method != "GET":
            return None
        if request.path == "/":
            # Signed in already: the token must not stay in the address.
            return Reply(status=HTTPStatus.SEE_OTHER, headers={"Location": "/"}) if request.query else self.pages[FRONT]
        name = _STATIC.fullmatch(request.path)
        return self.pages.get(name.group(1)) if name else None

    def _site(self, request: Request) -> Reply | None:
        is_site = request.method == "GET" and request.path == "/api/site"
        return json_reply(self.workshop.site()) if is_site else None

    def _camera(self, request: Request) -> Reply:
        named = _CAMERA.fullmatch(request.path)
        answering = named and ANSWERS.get((request.method, named.group(2) or ""))
        if not named or not answering:
            raise NotFoundError(f"{request.method} {request.path[:80]}: nothing is there")
        return answering(self.workshop, named.group(1), request)


def _refusal(error: OutsideError) -> Reply:
    problems = error.problems if isinstance(error, BadConfigError) else ()
    match error:
        case NotFoundError():
            status = HTTPStatus.NOT_FOUND
        case ChangedError():
            status = HTTPStatus.CONFLICT
        case OutdatedError():
            status = HTTPStatus.GONE
        case BadConfigError():
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        case BadInputError():
            status = HTTPStatus.BAD_REQUEST
        case _:
            status = HTTPStatus.BAD_GATEWAY
    return refused(status, str(error), problems)


def _second(request: Request) -> float | None:
    """The moment asked for; raises BadInputError where it is none."""
    text = request.query.get("at")
    if text is None:
        return None
    try:
        second = float(text)
    except ValueError:
        second = -1.0
    if not isfinite(second) or not 0 <= second <= LONGEST_S:
        raise BadInputError(f"at {text[:40]!r}: expected seconds from the start of the recording")
    return second


def _page_request(fields: Mapping[str, object]) -> PageRequest:
    number = fields.get("number")
    return PageRequest(page=str(fields.get("page"))[:64], number=number if isinstance(number, int) else 0)


def _base(fields: Mapping[str, object]) -> str | None:
    base = fields.get("base")
    return base if isinstance(base, str) else None


def _picture(workshop: StudioWork, camera: str, request: Request) -> Reply:
    return Reply(body=workshop.picture(camera, _second(request)), type=JPEG)


def _proposed(workshop: StudioWork, camera: str, request: Request) -> Reply:
    return Reply(body=workshop.proposed(camera, request.query.get("id") or ""), type=JPEG)


def _fold(workshop: StudioWork, camera: str, request: Request) -> Reply:
    fields = request.body_fields()
    return json_reply(workshop.fold(camera, fields.get("zones"), _page_request(fields)))


def _save(workshop: StudioWork, camera: str, request: Request) -> Reply:
    fields = request.body_fields()
    return json_reply(workshop.save(camera, fields.get("zones"), _base(fields)))


def _save_survey(workshop: StudioWork, camera: str, request: Request) -> Reply:
    fields = request.body_fields()
    return json_reply(workshop.save_survey(camera, fields.get("survey"), _base(fields)))


ANSWERS: Final[Mapping[tuple[str, str], Callable[[StudioWork, str, Request], Reply]]] = {
    ("GET", ""): lambda workshop, camera, _: json_reply(workshop.camera(camera)),
    ("GET", "/picture"): _picture,
    ("GET", "/look"): lambda workshop, camera, request: json_reply(workshop.look(camera, _second(request) or 0.0)),
    ("GET", "/seen"): lambda workshop, camera, _: json_reply(workshop.seen(camera)),
    ("POST", "/seen"): lambda workshop, camera, request: json_reply(
        workshop.detect(camera, on=request.body_fields().get("on") is True)
    ),
    ("POST", "/fold"): _fold,
    ("POST", "/fold/more"): lambda workshop, _, request: json_reply(
        workshop.go_on(_page_request(request.body_fields()))
    ),
    ("POST", "/zones/compare"): lambda workshop, camera, request: json_reply(
        workshop.compare(camera, request.body_fields().get("zones"))
    ),
    ("PUT", "/zones"): _save,
    ("POST", "/survey/fit"): lambda workshop, camera, request: json_reply(
        workshop.fit(camera, request.body_fields().get("survey"))
    ),
    ("POST", "/survey/compare"): lambda workshop, camera, request: json_reply(
        workshop.compare_survey(camera, request.body_fields().get("survey"))
    ),
    ("PUT", "/survey"): _save_survey,
    ("GET", "/taught"): lambda workshop, camera, _: json_reply(workshop.taught(camera)),
    ("POST", "/taught/mark"): lambda workshop, camera, request: json_reply(
        workshop.mark(camera, request.body_fields())
    ),
    ("POST", "/taught/forget"): lambda workshop, camera, request: json_reply(
        workshop.forget(camera, str(request.body_fields().get("id") or ""))
    ),
    ("POST", "/taught/take"): lambda workshop, camera, request: json_reply(
        workshop.take(camera, request.body_fields())
    ),
    ("POST", "/taught/refuse"): lambda workshop, camera, request: json_reply(
        workshop.refuse(camera, str(request.body_fields().get("id") or ""))
    ),
    ("GET", "/taught/proposed"): _proposed,
    ("POST", "/taught/train"): lambda workshop, camera, _: json_reply(workshop.train(camera)),
    ("POST", "/taught/use"): lambda workshop, camera, _: json_reply(workshop.use(camera)),
}
