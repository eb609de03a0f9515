"""Somebody who is logged in and asks without a browser."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field

import requests

from tests.centre.console import PASSWORD


@dataclass(slots=True)
class Visitor:
    """A session of one account."""

    url: str
    session: requests.Session = field(default_factory=requests.Session)

    def enters(self, name: str) -> None:
        """Log in."""
        self.session.headers["accept-language"] = "en"
        answer = self.session.post(f"{self.url}/login", {"name": name, "password": PASSWORD}, timeout=60)
        assert answer.status_code == requests.codes.ok, answer.text

    def get(self, path: str) -> requests.Response:
        """Ask for a page."""
        return self.session.get(f"{self.url}{path}", timeout=60)

    def post(self, path: str, **form: str) -> requests.Response:
        """Send a form, with the session's token."""
        token = re.search(r'name="csrf" value="([^"]+)"', self.get("/").text)
        assert token is not None
        return self.session.post(f"{self.url}{path}", form | {"csrf": token[1]}, timeout=60)

    def table(self, name: str) -> list[list[str]]:
        """A table of November's figures."""
        answer = self.get(f"/figures/{name}.csv?from=2026-11-01&to=2026-11-30")
        return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
