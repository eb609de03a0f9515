"""The studio's server: turns what a browser sends into requests, and the desk's replies into what it gets."""

from __future__ import annotations

from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, ClassVar, Final, Literal
from urllib.parse import parse_qsl, urlsplit

from edge_agent.web.exchange import MOST_BYTES, Request, refused
from edge_agent.web.listening import ListeningServer

if TYPE_CHECKING:
    from edge_agent.web.exchange import Method, Reply
    from edge_agent.web.routes import Router

PATIENCE_S: Final = 60.0  # a browser that says nothing for so long is left; it asks anew by itself
MOST_DIGITS: Final = 10  # of a length
GUARDS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class StudioServer(ListeningServer):
    """Serves what ``desk`` answers."""

    def __init__(self, desk: Router, *, host: str, port: int) -> None:
        super().__init__("studio", _answering(desk), host=host, port=port)


class _Answering(BaseHTTPRequestHandler):
    """Turns sockets into questions and answers of ``desk``."""

    desk: ClassVar[Router]
    timeout = PATIENCE_S
    protocol_version = "HTTP/1.1"
    server_version = "edge-agent"
    sys_version = ""

    def do_GET(self) -> None:
        if self.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in self.headers:
            self._turn_away("a GET with a body, expected none")  # what follows would be taken for the next question
            return
        self._answer("GET")

    def do_POST(self) -> None:
        self._with_body("POST")

    def do_PUT(self) -> None:
        self._with_body("PUT")

    def _with_body(self, method: Literal["POST", "PUT"]) -> None:
        length = self.headers.get("Content-Length", "")
        written = length.isascii() and length.isdigit() and len(length) <= MOST_DIGITS
        if not written or int(length) > MOST_BYTES or "Transfer-Encoding" in self.headers:
            self.close_connection = True  # what follows is not read
            sentence = f"a body of {length[:20] or 'unknown'} bytes, expected at most {MOST_BYTES}"
            self._reply(refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence))
            return
        self._answer(method, self.rfile.read(int(length)))

    def _answer(self, method: Method, body: bytes = b"") -> None:
        if len(self.headers.get_all("Host", [])) > 1 or len(self.headers.get_all("Content-Length", [])) > 1:
            self._turn_away("a header twice that may stand there once")
            return
        try:
            request = self._request(method, body)
        except ValueError:
            self._turn_away("an address that cannot be read")
            return
        self._reply(self.desk.answer(request))

    def _turn_away(self, sentence: str) -> None:
        self.close_connection = True
        self._reply(refused(HTTPStatus.BAD_REQUEST, sentence))

    def _request(self, method: Method, body: bytes = b"") -> Request:
        parts = urlsplit(self.path)
        return Request(
            method=method,
            path=parts.path,
            query=dict(parse_qsl(parts.query)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
        )

    def _reply(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in (GUARDS | dict(reply.headers)).items():
            self.send_header(name, value)
        self.send_header("Content-Type", reply.type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, *words: object) -> None:
        """A person scrubbing through a day is not worth a line a picture."""


def _answering(desk: Router) -> type[BaseHTTPRequestHandler]:
    class Answering(_Answering):
        pass

    Answering.desk = desk
    return Answering
