"""Every redacted file arrives once, whatever is cut off or refused, and nothing else ever leaves."""

from __future__ import annotations

import json
import os
import signal
import tracemalloc
from dataclasses import replace
from pathlib import Path
from random import Random  # noqa: TID251 - seeded: draws when the power goes
from select import select
from threading import Event
from typing import Final

import pytest

from edge_agent.adapters.evidence.upload_queue import UploadQueue
from edge_agent.adapters.store.incident_messages import IncidentMessages
from edge_agent.adapters.store.sqlite import SqliteStore
from edge_agent.app.evidence.upload import IDLE_S, LONGEST_PAUSE_S, Uploader
from edge_agent.app.feed.evidence_messages import evidence_stored
from edge_agent.config.site.evidence_store import EvidenceStoreSettings
from edge_agent.ports.uploads import Upload
from tests.app.evidence.shelf import Shelf
from tests.app.evidence.test_sealing import Street
from tests.app.recorded_metrics import RecordedMetrics

FOLDER: Final = EvidenceStoreSettings(service="fs", per_second=10**9)


def uploader(street: Street, shelf: Shelf, *, settings: EvidenceStoreSettings = FOLDER) -> Uploader:
    """As a live agent has it; what was told is in the store of the street."""
    store = street.store

    def tell(uploads: tuple[Upload, ...]) -> None:
        at = max(each.stored or each.at for each in uploads)
        message = evidence_stored(street.sealer.loaded.site, uploads, at, "https://files.example.org")
        store.queue((message,), street.clock.now())

    return Uploader(
        state=street.state,
        agent="box-01",
        queue=UploadQueue(street.state / "uploads.db"),
        store=shelf,
        undelivered=IncidentMessages(street.state / "agent.db").undelivered,
        tell=tell,
        clock=street.clock,
        settings=settings,
        metrics=RecordedMetrics(),
    )


def incidents(street: Street, count: int) -> dict[str, str]:
    """So many sealed incidents; the SHA-256 of every file that may leave, by its place in the store."""
    wanted: dict[str, str] = {}
    for number in range(count):
        name = f"inc-{number}"
        street.shows(name, "opened")
        street.tells(name, 1)
        files = [each for each in street.manifest(name).files if each.redacted]
        wanted |= {f"box-01/{name}/{each.name}": each.sha256 for each in files}
    return wanted


def delivered(street: Street) -> None:
    """The centre has taken all that waits."""
    street.store.delivered(tuple(each.order for each in street.store.pending(10_000)))


def until_idle(sends: Uploader, *, most: int = 1000) -> None:
    """Take turns until nothing is left to do."""
    for _ in range(most):
        wait_s = sends.turn()
        sends.clock.sleep(wait_s)
        if wait_s == IDLE_S:
            return
    pytest.fail("never idle")


def stored_events(street: Street) -> list[dict[str, object]]:
    """The `evidence.stored` events that wait for the centre."""
    messages = [json.loads(each.message.payload) for each in street.store.pending(10_000)]
    return [each for each in messages if each["type"] == "evidence.stored"]


@pytest.fixture
def street(tmp_path: Path) -> Street:
    """A box without evidence."""
    return Street(tmp_path)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """An empty store."""
    (tmp_path / "shelf").mkdir()
    return Shelf(tmp_path / "shelf")


def test_what_is_redacted_arrives_after_its_message(street: Street, shelf: Shelf) -> None:
    """Not before the centre has the incident, never an original, and told once it is there, with hash and address."""
    wanted = incidents(street, 1)
    sends = uploader(street, shelf)
    until_idle(sends)
    assert shelf.kept() == {}
    delivered(street)
    until_idle(sends)
    assert shelf.kept() == wanted
    assert not any("frame" in place for place in wanted)
    (event,) = stored_events(street)
    assert (event["subject"], event["data"]["incident"]) == ("inc-0", "inc-0")  # type: ignore[index]
    files = event["data"]["evidence"]  # type: ignore[index]
    assert {each["url"].removeprefix("https://files.example.org/"): each["sha256"] for each in files} == wanted
    assert {each["role"] for each in files} == {"redacted", "subject"}
    assert all(each["redacted"] for each in files)
    until_idle(sends)
    assert len(stored_events(street)) == 1


def test_ten_minutes_without_the_store_lose_nothing(street: Street, shelf: Shelf) -> None:
    """It is asked less and less often; what happened meanwhile waits on the disk, takes no memory, and arrives."""
    wanted = incidents(street, 30)
    delivered(street)
    sends = uploader(street, shelf)
    shelf.trouble = "cannot be reached"
    begun, waits, held = street.clock.now(), [], []
    tracemalloc.start()
    while (street.clock.now() - begun).total_seconds() < 600:
        waits.append(sends.turn())
        street.clock.sleep(waits[-1])
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert held[-1] - held[1] < 100_000  # bytes; 60 files of 9 kB wait
    assert len(waits) < 12
    assert max(waits) <= LONGEST_PAUSE_S
    assert shelf.kept() == {}
    shelf.trouble = ""
    until_idle(sends)
    assert shelf.kept() == wanted
    assert len(stored_events(street)) == 30
    assert sends.queue.counts() == (0, len(wanted), 0)


def test_one_file_that_is_refused_does_not_hold_up_the_others(street: Street, shelf: Shelf) -> None:
    """It is tried after them, again and again, and arrives when it may."""
    wanted = incidents(street, 5)
    delivered(street)
    shelf.refuses = "inc-0/"
    sends = uploader(street, shelf)
    for _ in range(30):
        street.clock.sleep(sends.turn())
    assert set(shelf.kept()) == {place for place in wanted if "inc-0/" not in place}
    shelf.refuses = ""
    until_idle(sends)
    assert shelf.kept() == wanted


def test_too_much_that_waits_is_dropped_and_said(
    street: Street, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    """The oldest first; the rest arrives, and is told."""
    wanted = incidents(street, 4)
    delivered(street)
    sizes = {place: (street.evidence / place.removeprefix("box-01/")).stat().st_size for place in wanted}
    room = sum(size for place, size in sizes.items() if "inc-0/" not in place)
    sends = uploader(street, shelf, settings=EvidenceStoreSettings(service="fs", per_second=10**9, waiting=room))
    until_idle(sends)
    assert set(shelf.kept()) == {place for place in wanted if "inc-0/" not in place}
    assert "is not uploaded: more than" in caplog.text
    assert isinstance(sends.metrics, RecordedMetrics)
    assert sends.metrics.counts["uploads", "dropped"] == 2
    assert len(stored_events(street)) == 3


def test_clips_are_dropped_before_pictures(tmp_path: Path, street: Street) -> None:
    """However young they are."""
    incidents(street, 1)
    picture = next(each for each in street.manifest("inc-0").files if each.redacted)
    queue = UploadQueue(tmp_path / "queue.db")
    for name, role in (("a.jpg", "annotated"), ("b.mp4", "clip"), ("c.mp4", "clip")):
        queue.take("inc-0", [replace(picture, name=name, role=role, bytes=100)], street.clock.now())
    assert [each.name for each in queue.excess(250)] == ["b.mp4"]
    assert [each.name for each in queue.excess(100)] == ["b.mp4", "c.mp4"]
    assert [each.name for each in queue.excess(0)] == ["b.mp4", "c.mp4", "a.jpg"]
    queue.close()


def test_what_is_gone_or_was_changed_is_dropped_and_said(
    street: Street, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    """Housekeeping was there first; somebody was at it: that never leaves under the name of the sealed file."""
    wanted = sorted(incidents(street, 1))
    delivered(street)
    gone, changed = (street.evidence / place.removeprefix("box-01/") for place in wanted)
    gone.unlink()
    changed.write_bytes(b"another picture")
    until_idle(uploader(street, shelf))
    assert shelf.kept() == {}
    assert "is not there any more" in caplog.text
    assert "was changed since it was sealed" in caplog.text
    assert stored_events(street) == []


def test_no_more_is_sent_in_a_second_than_is_allowed(street: Street, shelf: Shelf) -> None:
    """There and back."""
    incidents(street, 3)
    delivered(street)
    sends = uploader(street, shelf, settings=EvidenceStoreSettings(service="fs", per_second=10_000))
    begun = street.clock.now()
    until_idle(sends)
    sent = sum((shelf.folder / place).stat().st_size for place in shelf.kept())
    assert (street.clock.now() - begun).total_seconds() >= 2 * sent / 10_000


def test_a_queue_that_is_damaged_is_begun_anew(street: Street, shelf: Shelf, caplog: pytest.LogCaptureFixture) -> None:
    """From the manifests: all arrives, under the same names, and the centre is told under the same id."""
    wanted = incidents(street, 2)
    delivered(street)
    until_idle(uploader(street, shelf))
    before = {str(event["id"]) for event in stored_events(street)}
    for path in street.state.glob("uploads.db*"):
        path.write_bytes(b"no database at all" * 500)
    sends = uploader(street, shelf)
    delivered(street)
    until_idle(sends)
    assert "is damaged; it is begun anew" in caplog.text
    assert shelf.kept() == wanted
    assert stored_events(street) == []  # the same messages as before: they are not sent twice
    assert len(before) == 2


@pytest.mark.uncounted
def test_two_hundred_kills_lose_nothing_and_double_nothing(street: Street, shelf: Shelf) -> None:
    """A process that uploads is killed at a random moment, 200 times; the next goes on where it was."""
    wanted = incidents(street, 60)
    delivered(street)
    street.store.close()
    drawn, pause, torn = Random(17), Event(), 0  # noqa: S311 - draws faults
    for _ in range(200):
        heard, written = os.pipe()
        child = os.fork()
        if child == 0:
            _uploads_for_ever(street, replace(shelf, began=lambda: os.write(written, b"."), slow_s=0.001))  # noqa: B023
        select([heard], [], [], 0.5)  # until it sends a file, or where nothing is left to send
        pause.wait(drawn.uniform(0.0, 0.008))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(heard)
        os.close(written)
        torn += any(wanted[place] != digest for place, digest in shelf.kept().items())
    assert torn  # some were cut off in the middle of a file
    assert shelf.kept()  # it was killed while it uploaded, not before it began
    street.store = SqliteStore(street.state / "agent.db")
    until_idle(uploader(street, shelf))
    assert shelf.kept() == wanted
    events = stored_events(street)
    files = [file["sha256"] for event in events for file in event["data"]["evidence"]]  # type: ignore[index]
    assert len(events) == len({event["id"] for event in events}) == 60
    assert sorted(files) == sorted(wanted.values())


def _uploads_for_ever(street: Street, shelf: Shelf) -> None:
    """What a process does from its start until it is killed; it opens everything itself."""
    pause = Event()
    try:
        street.store = SqliteStore(street.state / "agent.db")
        sends = uploader(street, shelf)
        while True:
            sends.turn()
            pause.wait(0.002)
    finally:
        os._exit(1)
