"""Evidence that boxes bring: who may bring what, and who sees what of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
import requests

from centre.ingest.keep import keep
from centre.serving import page_at
from centre.web.api import digest
from centre.web.people import add_account
from centre.web.setting import Settings
from tests.centre.asking import Visitor
from tests.centre.console import PASSWORD
from tests.centre.stories import SOURCE, START, Street, picture
from tests.centre.test_keep import arrived

OWN = "/store/320402/box-01"


@dataclass(frozen=True, slots=True)
class Store:
    """A centre that keeps files, and the folder it keeps them in."""

    url: str
    folder: Path

    def bring(self, path: str, content: bytes, token: str = "t1", method: str = "PUT") -> int:  # noqa: S107
        """What is answered to a box."""
        answer = requests.request(method, self.url + path, data=content, auth=("box", token), timeout=60)
        return answer.status_code


@pytest.fixture
def store(database: str, connection: psycopg.Connection, tmp_path: Path) -> Iterator[Store]:
    """With a token of one box."""
    for name, role in (("manager", "manager"), ("elsewhere", "viewer")):
        district = "*" if name == "manager" else "110101"
        add_account(connection, name, title=name, password=PASSWORD, roles={district: role})
    connection.execute("INSERT INTO box_token (digest, source) VALUES (%s, %s)", (digest("t1"), SOURCE))
    folder = tmp_path / "store"
    settings = Settings(database=database, timezone=ZoneInfo("Asia/Shanghai"), store=folder)
    with page_at(settings, "127.0.0.1", 0) as url:
        yield Store(url, folder)


def test_a_file_that_was_brought_is_shown_with_its_incident(store: Store, connection: psycopg.Connection) -> None:
    """By the hash that the message names; who looks at an original is written down."""
    still, clip = picture(90, (1280, 720)), b"\0\0\0\x18ftypmp42" + b"\0" * 50
    files = [_named("annotated", still, redacted=True), _named("original", clip, redacted=False)]
    keep(connection, arrived(Street("inc-1").opened(evidence=files)), START)
    visitor = Visitor(store.url)
    visitor.enters("manager")
    assert "not here yet" in visitor.get("/d/320402/box-01/inc-1").text
    assert store.bring(f"{OWN}/inc-1/still.jpg", still) == 201
    assert store.bring(f"{OWN}/inc-1/clip.mp4", clip) == 201
    assert f'/file/{hashlib.sha256(still).hexdigest()}" alt=' in visitor.get("/d/320402/box-01/inc-1").text
    shown = visitor.get(f"/d/320402/box-01/inc-1/file/{hashlib.sha256(still).hexdigest()}")
    assert (shown.content, shown.headers["content-type"]) == (still, "image/jpeg")
    film = visitor.get(f"/d/320402/box-01/inc-1/file/{hashlib.sha256(clip).hexdigest()}")
    assert film.headers["content-type"] == "video/mp4"
    looked = connection.execute("SELECT thing FROM audit WHERE action = 'view_original'").fetchall()
    assert looked == [("inc-1",)]
    other = Visitor(store.url)
    other.enters("elsewhere")
    assert other.get(f"/d/320402/box-01/inc-1/file/{hashlib.sha256(still).hexdigest()}").status_code == 403


def test_evidence_is_never_changed(store: Store) -> None:
    """The same again is fine, another file in its place is not, and nothing is taken away."""
    assert store.bring(f"{OWN}/a.jpg", b"one") == 201
    assert store.bring(f"{OWN}/a.jpg", b"one") == 204
    assert store.bring(f"{OWN}/a.jpg", b"two") == 409
    assert store.bring(f"{OWN}/a.jpg", b"", method="DELETE") == 405
    assert [path.read_bytes() for path in store.folder.rglob("*") if path.is_file()] == [b"one"]


@pytest.mark.parametrize(
    ("path", "token", "status"),
    [
        (f"{OWN}/a.jpg", "wrong", 401),
        (f"{OWN}/a.jpg", "", 401),
        ("/store/320402/box-02/a.jpg", "t1", 401),
        (f"{OWN}/%2e%2e/%2e%2e/a.jpg", "t1", 400),
        (f"{OWN}/.hidden", "t1", 400),
        (f"{OWN}/a%00.jpg", "t1", 400),
        (f"{OWN}/{'x/' * 9}a.jpg", "t1", 400),
    ],
)
def test_what_is_not_its_own_is_refused(store: Store, path: str, token: str, status: int) -> None:
    """Another box's folder, a way out of it, a name that is none."""
    assert store.bring(path, b"x", token) == status
    assert not store.folder.exists() or not [each for each in store.folder.rglob("*") if each.is_file()]


def test_a_page_that_was_brought_is_not_shown_as_one(store: Store, connection: psycopg.Connection) -> None:
    """Whatever its message calls it."""
    page = b"<script>document.title='taken'</script>"
    keep(connection, arrived(Street("inc-1").opened(evidence=[_named("annotated", page, redacted=True)])), START)
    assert store.bring(f"{OWN}/still.jpg", page) == 201
    visitor = Visitor(store.url)
    visitor.enters("manager")
    answer = visitor.get(f"/d/320402/box-01/inc-1/file/{hashlib.sha256(page).hexdigest()}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_a_client_of_webdav_gets_what_it_asks_for(store: Store) -> None:
    """Folders that are made, and a file that is or is not there."""
    assert store.bring(f"{OWN}/inc-1/", b"", method="MKCOL") == 201
    assert store.bring(f"{OWN}/inc-1/a.jpg", b"", method="PROPFIND") == 404
    assert store.bring(f"{OWN}/inc-1/a.jpg", b"12345") == 201
    answer = requests.request("PROPFIND", f"{store.url}{OWN}/inc-1/a.jpg", auth=("box", "t1"), timeout=60)
    assert answer.status_code == 207
    assert "<D:getcontentlength>5<" in answer.text
    assert requests.get(f"{store.url}{OWN}/inc-1/a.jpg", auth=("box", "t1"), timeout=60).content == b"12345"


def _named(role: str, content: bytes, *, redacted: bool) -> dict[str, Any]:
    sha256 = hashlib.sha256(content).hexdigest()
    kind = "video/mp4" if b"ftyp" in content[:12] else "image/jpeg"
    return {"role": role, "media_type": kind, "bytes": len(content), "sha256": sha256, "redacted": redacted}
