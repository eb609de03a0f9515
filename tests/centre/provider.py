"""A provider of logins for the tests: OpenID Connect, as much of it as a login needs, on the loopback."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from centre.clock import now


@dataclass(slots=True)
class FakeProvider:
    """Everybody who comes is logged in as ``claims`` say. ``bend`` may change the claims of the token."""

    port: int = 0
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "s-1", "preferred_username": "wang.fang"})
    bend: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    signs_with: ec.EllipticCurvePrivateKey | str | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    away: bool = False

    @property
    def issuer(self) -> str:
        """Its name."""
        return f"http://127.0.0.1:{self.port}"

    def described(self) -> dict[str, Any]:
        """What it says of itself."""
        places = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return {"issuer": self.issuer} | {name: self.issuer + path for name, path in places.items()}

    def keys(self) -> dict[str, Any]:
        """Its public keys."""
        key = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [key | {"kid": "k1", "alg": "ES256", "use": "sig"}]}

    def sends_back(self, query: dict[str, str]) -> str:
        """Where somebody is sent who has logged in."""
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def gives_token(self, form: dict[str, str]) -> dict[str, Any] | None:
        """The answer for a code, once; None where something is not right."""
        begun = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if begun is None or challenge != begun["code_challenge"] or form.get("client_secret") != "s3cret":
            self.refused.append(form.get("code", ""))
            return None
        at = int(now().timestamp())
        claims = {"iss": self.issuer, "aud": "centre", "iat": at, "exp": at + 300, "nonce": begun["nonce"]}
        claims = self.bend(claims | self.claims)
        key = self.signs_with or self.key
        algorithm = "HS256" if isinstance(key, str) else "ES256"
        return {"id_token": jwt.encode(claims, key, algorithm=algorithm, headers={"kid": "k1"}), "access_token": "x"}


@contextmanager
def providing() -> Iterator[FakeProvider]:
    """A provider for the length of the block."""
    provider = FakeProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/authorize":
                self.send_response(302)
                self.send_header("location", provider.sends_back(dict(parse_qsl(parts.query))))
                self.end_headers()
            else:
                self._give(
                    None if provider.away else provider.keys() if parts.path == "/keys" else provider.described()
                )

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
            self._give(provider.gives_token({name: values[0] for name, values in form.items()}))

        def _give(self, answer: dict[str, Any] | None) -> None:
            self.send_response(200 if answer else 400)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer or {"error": "invalid_grant"}).encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider.port = server.server_port
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield provider
        server.shutdown()
        thread.join()
