"""Evidence in a store of the city's: fetched, compared with its hash, and shown to who may see it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import opendal
import psycopg
import pytest

from centre.errors import BadInputError, OutsideError
from centre.ingest.keep import keep
from centre.serving import page_at
from centre.web.outside_store import OutsideStore, outside_store
from centre.web.people import add_account
from centre.web.setting import Settings
from tests.adapters.evidence.s3_server import BUCKET, LOGIN, s3_server
from tests.centre.asking import Visitor
from tests.centre.console import PASSWORD
from tests.centre.stories import SOURCE, START, Street, envelope, instant, picture
from tests.centre.test_keep import arrived

URLS = "https://evidence.example.org/"


@pytest.fixture
def folder_store(tmp_path: Path) -> OutsideStore:
    """A store that is a folder."""
    return outside_store(f"fs://{tmp_path}", URLS, {})


@pytest.fixture
def visiting(database: str, connection: psycopg.Connection, folder_store: OutsideStore) -> Iterator[Visitor]:
    """A manager of a centre that fetches from it."""
    add_account(connection, "manager", title="m", password=PASSWORD, roles={"*": "manager"})
    settings = Settings(database=database, timezone=ZoneInfo("Asia/Shanghai"), outside=folder_store)
    with page_at(settings, "127.0.0.1", 0) as url:
        visitor = Visitor(url)
        visitor.enters("manager")
        yield visitor


def brought(content: bytes, path: str, *, redacted: bool = True) -> dict[str, Any]:
    """A box says that a file has arrived."""
    file = {"role": "annotated", "media_type": "image/jpeg", "bytes": len(content), "redacted": redacted}
    file |= {"sha256": hashlib.sha256(content).hexdigest(), "url": URLS + path}
    return envelope("evidence.stored", "inc-1", instant(1), {"incident": "inc-1", "at": instant(1), "evidence": [file]})


def test_a_picture_is_fetched_and_shown(visiting: Visitor, connection: psycopg.Connection, tmp_path: Path) -> None:
    """With its incident; who looks at an original is written down."""
    still = picture(90, (640, 360))
    (tmp_path / "box-01" / "inc-1").mkdir(parents=True)
    (tmp_path / "box-01" / "inc-1" / "a.jpg").write_bytes(still)
    keep(connection, arrived(Street("inc-1").opened(), brought(still, "box-01/inc-1/a.jpg", redacted=False)), START)
    digest = hashlib.sha256(still).hexdigest()
    assert f"file/{digest}" in visiting.get("/d/320402/box-01/inc-1").text
    answer = visiting.get(f"/d/320402/box-01/inc-1/file/{digest}")
    assert (answer.headers["content-type"], answer.content) == ("image/jpeg", still)
    assert connection.execute("SELECT action FROM audit ORDER BY n DESC LIMIT 1").fetchone() == ("view_original",)


def test_another_file_in_its_place_is_not_shown(
    visiting: Visitor, connection: psycopg.Connection, tmp_path: Path
) -> None:
    """The hash of the message decides; what is missing is said to be."""
    still = picture(90)
    (tmp_path / "box-01" / "inc-1").mkdir(parents=True)
    place = tmp_path / "box-01" / "inc-1" / "a.jpg"
    place.write_bytes(picture(91))
    keep(connection, arrived(Street("inc-1").opened(), brought(still, "box-01/inc-1/a.jpg")), START)
    path = f"/d/320402/box-01/inc-1/file/{hashlib.sha256(still).hexdigest()}"
    answer = visiting.get(path)
    assert (answer.status_code, "another file" in answer.text) == (502, True)
    place.unlink()
    answer = visiting.get(path)
    assert (answer.status_code, "is not there" in answer.text) == (502, True)


@pytest.mark.parametrize(
    "url",
    [
        None,
        "https://elsewhere.example/box-01/inc-1/a.jpg",
        URLS + "box-02/inc-1/a.jpg",
        URLS + "box-01/../box-02/a.jpg",
        URLS + "box-01/%2e%2e/box-02/a.jpg",
        URLS + "box-01",
        URLS + "box-01/.hidden",
    ],
)
def test_a_box_names_files_of_its_own_alone(folder_store: OutsideStore, url: str | None) -> None:
    """Not of another box, nor of another server, nor outside of the store."""
    assert folder_store.path_of(url, "box-01") is None


@pytest.mark.parametrize(
    ("where", "addresses"),
    [("ftp://x", URLS), ("evidence", URLS), ("s3://bucket", ""), ("s3://bucket", "https://x")],
)
def test_a_store_that_is_none_is_refused(where: str, addresses: str) -> None:
    """Naming the option."""
    with pytest.raises(BadInputError, match="--evidence"):
        outside_store(where, addresses, {})


def test_an_object_store_gives_what_a_box_has_brought(tmp_path: Path) -> None:
    """By S3; one that is away is named without its login."""
    still = picture(70)
    with s3_server(tmp_path) as address:
        options = {"bucket": BUCKET, "endpoint": address, "region": "us-east-1", **LOGIN}
        opendal.Operator("s3", root="/boxes", **options).write("box-01/inc-1/a.jpg", still)
        store = outside_store(f"s3://{BUCKET}/boxes?endpoint={address}&region=us-east-1", URLS, LOGIN)
        path = store.path_of(f"{URLS}box-01/inc-1/a.jpg", SOURCE.rpartition("/")[2])
        assert path is not None
        assert store.fetch(path, hashlib.sha256(still).hexdigest()) == still
    with pytest.raises(OutsideError) as error:
        store.fetch(path, "0" * 64)
    assert LOGIN["secret_access_key"] not in str(error.value)
