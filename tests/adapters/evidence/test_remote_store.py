"""Files reach real servers, and what a store does wrong is one sentence each, without its address or login."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from hashlib import shake_256
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final

import pytest

from edge_agent.adapters.evidence.remote_store import OpendalStore
from edge_agent.config.fields.secret import Secret
from edge_agent.config.site.evidence_store import EvidenceStoreSettings
from edge_agent.core.errors import BadInputError, OutsideError
from tests.adapters.evidence.dav_server import LOGIN, dav_server
from tests.adapters.evidence.s3_server import BUCKET, s3_server
from tests.adapters.evidence.s3_server import LOGIN as S3_LOGIN

if TYPE_CHECKING:
    from collections.abc import Iterator

opendal = pytest.importorskip("opendal")
PICTURE: Final = shake_256(b"a picture").digest(100_000)
PLACE: Final = "box-01/inc-1/20261101T080100.200Z-opened-annotated.jpg"


def store(service: str, options: dict[str, str], *, timeout_s: int = 10) -> OpendalStore:
    """A store with these options."""
    options_of = {name: Secret("a test", value) for name, value in options.items()}
    return OpendalStore(EvidenceStoreSettings(service=service, options=options_of, timeout_s=timeout_s))  # type: ignore[arg-type]


def refusal(store_of: OpendalStore) -> str:
    """The sentence that a file is refused with."""
    with pytest.raises(OutsideError) as caught:
        store_of.put(PLACE, PICTURE, "image/jpeg")
    return str(caught.value)


def test_a_folder_keeps_a_file(tmp_path: Path) -> None:
    """Twice is once."""
    store_of = store("fs", {"root": str(tmp_path)})
    store_of.put(PLACE, b"half of it", "image/jpeg")
    store_of.put(PLACE, PICTURE, "image/jpeg")
    assert [path.read_bytes() for path in tmp_path.rglob("*.jpg")] == [PICTURE]


def test_a_webdav_server_keeps_a_file(tmp_path: Path) -> None:
    """Folders are made on the way."""
    with dav_server(tmp_path) as address:
        store("webdav", {"endpoint": address, **LOGIN}).put(PLACE, PICTURE, "image/jpeg")
    assert (tmp_path / PLACE).read_bytes() == PICTURE


def test_a_login_that_is_refused_is_named_and_not_shown(tmp_path: Path) -> None:
    """One sentence."""
    with dav_server(tmp_path) as address:
        sentence = refusal(store("webdav", {"endpoint": address} | LOGIN | {"password": "wrong-one"}))
    assert sentence == f"evidence store webdav: {PLACE}: the login is refused"


def test_a_store_that_is_away_or_hangs_is_named() -> None:
    """Nobody listens; somebody listens and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        address = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        assert refusal(store("webdav", {"endpoint": address}, timeout_s=1)).endswith("does not answer in time")
    assert refusal(store("webdav", {"endpoint": address})).endswith("cannot be reached")


@pytest.mark.parametrize(
    ("status", "sentence"), [(507, "it is full"), (403, "writing is not allowed"), (500, "answers 500")]
)
def test_a_store_that_refuses_is_named(status: int, sentence: str) -> None:
    """By what it answers."""
    with answering(f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n") as address:
        assert refusal(store("webdav", {"endpoint": address})).endswith(sentence)


def test_a_store_that_gives_back_other_bytes_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says that all is well, and it is not."""
    monkeypatch.setattr(opendal.Operator, "read", lambda _self, _path: PICTURE[:-1] + bytes([PICTURE[-1] ^ 1]))
    assert refusal(store("fs", {"root": str(tmp_path)})).endswith("gives back other bytes than it was sent")


def test_options_that_are_none_are_refused_at_once() -> None:
    """Before the first file."""
    with pytest.raises(BadInputError, match=r"^evidence store s3: its options are not taken: The bucket"):
        store("s3", {})


def test_an_s3_server_keeps_a_file(tmp_path: Path) -> None:
    """SeaweedFS, with signed requests; twice is once."""
    with s3_server(tmp_path) as address:
        options = {"endpoint": address, "bucket": BUCKET, "region": "us-east-1", **S3_LOGIN}
        store_of = store("s3", options, timeout_s=60)
        store_of.put(PLACE, b"half of it", "image/jpeg")
        store_of.put(PLACE, PICTURE, "image/jpeg")
        reader = opendal.Operator("s3", **options)
        assert bytes(reader.read(PLACE)) == PICTURE
        assert reader.stat(PLACE).content_type == "image/jpeg"
        folder = PLACE.rpartition("/")[0] + "/"
        assert [entry.path for entry in reader.list(folder) if entry.path != folder] == [PLACE]


@contextmanager
def answering(text: str) -> Iterator[str]:
    """The address of a server that gives the same answer to everything."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                with client:
                    client.recv(65536)
                    client.sendall(text.encode())

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=10)
