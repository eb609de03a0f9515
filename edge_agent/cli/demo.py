"""``edge-agent demo``: the main job on three sample clips, from pixels to a subscriber, in under a minute."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import IO, TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console

from edge_agent.adapters.evidence.scene import save_scene
from edge_agent.adapters.state_folder import DATABASE
from edge_agent.adapters.store.outbox import payloads
from edge_agent.app.agent.embedded_broker import LOGIN
from edge_agent.app.agent.recordings import log_name, run_agent
from edge_agent.app.detect.detectors import detector_for
from edge_agent.app.plan import Plan
from edge_agent.app.speak.announcers import into_files
from edge_agent.app.stream.recording import Recording
from edge_agent.cli.demo_page import write_page
from edge_agent.cli.feed.watch import LISTENING
from edge_agent.cli.options import refusing, span, stopping
from edge_agent.cli.run import broker_of, media_time
from edge_agent.cli.tables import Told, event_line, incidents_table
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.config.site.loading import LoadedSite, load_site
from edge_agent.config.site.shipped import shipped
from edge_agent.config.yaml.rewriting import write_whole
from edge_agent.core.errors import BadInputError, OutsideError

if TYPE_CHECKING:
    from collections.abc import Iterator

LENGTH: Final = timedelta(minutes=17)
MARK: Final = ".edge-agent-demo"  # only a folder with this in it is ever emptied
ARRIVE_S: Final = 20.0
INCIDENTS: Final = "incidents.jsonl"
ORDERS: Final = "work_orders.jsonl"
SHOWN: Final = ("incident.", "work_order.")  # of all that the box says


def demo(
    site: Annotated[Path | None, typer.Option(help="The site file; else the shipped one of three cameras.")] = None,
    out: Annotated[Path, typer.Option(help="Where everything it makes goes.")] = Path("demo-out"),
    length: Annotated[timedelta, typer.Option(parser=span, metavar="DURATION", hidden=True)] = LENGTH,
) -> None:
    """Watch three sample clips for 17 minutes of media time: warnings, a work order, every event over MQTT.

    A second process subscribes to the embedded broker and prints what arrives. Cut it off at any moment and start it
    again: it goes on where it was.
    """
    console = Console()
    with refusing():
        site = site or shipped("demo.yaml")
        loaded = _prepared(load_site(site), out)
        with stopping() as stop, broker_of(loaded) as broker, _listening(loaded, out, console) as heard:
            plan = Plan(loaded=loaded, broker=broker, loops=length, logs=out)
            with media_time(plan, console) as progress:
                run_agent(plan, progress=progress, stop=stop)
            heard.wait_for(_to_arrive(loaded))
        if stop.is_set():
            console.print(f"Stopped. Start it again with the same --out {out} and it goes on.")
            return
        heard.set_in_order()
        (out / MARK).write_text("finished\n", encoding="utf-8")
        _tell(heard.events, loaded, site, out, console)


def _prepared(loaded: LoadedSite, out: Path) -> LoadedSite:
    """The site with everything it writes inside ``out``, which is emptied if the last demo there was finished."""
    mark = out / MARK
    try:
        if out.exists() and not mark.exists() and any(out.iterdir()):
            raise BadInputError(f"--out {out}: expected a new folder or one of an earlier demo, found other files")
        if mark.exists() and mark.read_text(encoding="utf-8").startswith("finished"):
            shutil.rmtree(out)
        out.mkdir(parents=True, exist_ok=True)
        mark.write_text("begun\n", encoding="utf-8")
    except OSError as error:
        raise OutsideError(f"--out {out}: cannot be written: {error.strerror}") from error
    return replace(into_files(loaded, out / "warnings"), state=out / "state")


class SubscriberOutput:
    """What the subscriber's process has printed: kept in two files, one message an id, and shown as it comes.

    Args:
        out: The folder of the files: one of the events of incidents, one of the steps of work orders.
        console: Where it is shown.
        loaded: Whose time zone is used.
    """

    def __init__(self, out: Path, console: Console, loaded: LoadedSite) -> None:
        self._out = out
        self._console = console
        self._loaded = loaded
        self._arrived = Event()
        self.events: list[Told] = []
        self.orders: list[Told] = []
        self._ids: set[str] = set()
        for path in (out / INCIDENTS, out / ORDERS):
            for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
                self._add(json.loads(line))

    def follow(self, lines: IO[str]) -> None:
        """Take lines until their process ends."""
        for line in lines:
            message = json.loads(line)
            if message["id"] not in self._ids and str(message["type"]).startswith(SHOWN):
                with (self._out / (ORDERS if _is_order(message) else INCIDENTS)).open("a", encoding="utf-8") as file:
                    file.write(line)
                self._add(message)
                self._console.print(
                    event_line(message["data"], self._loaded.timezone),
                    highlight=False,
                    markup=False,
                    soft_wrap=not self._console.is_terminal,  # a terminal would break words
                )
                self._arrived.set()

    def wait_for(self, count: int) -> None:
        """Wait until so many messages have arrived."""
        while (arrived := len(self._ids)) < count:
            self._arrived.clear()
            if len(self._ids) == arrived and not self._arrived.wait(ARRIVE_S):
                raise OutsideError(f"{count - arrived} messages did not reach the subscriber within {ARRIVE_S:.0f} s")

    def set_in_order(self) -> None:
        """Put the files in the order in which things happened: cameras are watched side by side, none waits."""
        for path in (self._out / INCIDENTS, self._out / ORDERS):
            if path.exists():
                lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
                write_whole(path, "".join(sorted(lines, key=_when)).encode())
        self.events.sort(key=_moment)
        self.orders.sort(key=_moment)

    def _add(self, message: Told) -> None:
        self._ids.add(message["id"])
        (self.orders if _is_order(message) else self.events).append(message["data"])


def _when(line: str) -> tuple[str, str, int]:
    return _moment(json.loads(line)["data"])


def _moment(event: Told) -> tuple[str, str, int]:
    """When it happened, and where it belongs among what happened at once."""
    return event["at"], event["incident"], event["seq"]


def _is_order(message: Told) -> bool:
    return str(message["type"]).startswith("work_order.")


def _to_arrive(loaded: LoadedSite) -> int:
    """How many events of incidents and steps of work orders the agent has told."""
    kinds = (str(json.loads(payload)["type"]) for payload in payloads(loaded.state / DATABASE))
    return sum(1 for kind in kinds if kind.startswith(SHOWN))


@contextmanager
def _listening(loaded: LoadedSite, out: Path, console: Console) -> Iterator[SubscriberOutput]:
    """A subscriber in a process of its own, up and listening; it ends with the block."""
    command = [sys.executable, "-m", "edge_agent", "watch", "--json", "--with-input", *_broker_words(loaded)]
    heard = SubscriberOutput(out, console, loaded)
    with subprocess.Popen(  # noqa: S603 - our own command
        command,
        stdin=subprocess.PIPE,  # its end is ours, however we end
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        if process.stdout is None or process.stderr is None:
            raise OutsideError("the subscriber has no output to read")
        line = process.stderr.readline()
        if LISTENING not in line:
            raise OutsideError(f"the subscriber did not start: {line.strip()}")
        console.print(f"A subscriber is {line.strip()} (process {process.pid}).", highlight=False)
        reader = Thread(target=heard.follow, args=(process.stdout,), name="subscriber", daemon=True)
        reader.start()
        try:
            yield heard
        finally:
            process.terminate()
            reader.join()


def _broker_words(loaded: LoadedSite) -> list[str]:
    """How the subscriber is told where the broker is."""
    if isinstance(loaded.broker, BrokerSettings):
        return ["--host", loaded.broker.host, "--port", str(loaded.broker.port)]
    return ["--login", str(loaded.state / LOGIN)]


def _tell(events: list[Told], loaded: LoadedSite, site: Path, out: Path, console: Console) -> None:
    """The table of incidents, where the files lie, and what to try next."""
    camera = next(iter(loaded.cameras))
    console.print(incidents_table(events, loaded.timezone))
    page = write_page(out, out / "state" / "evidence", events, loaded.timezone)
    scene = out / "scene.jpg"
    _draw(loaded, camera, scene)
    for what, where in (
        ("events as the subscriber got them", out / INCIDENTS),
        *([("work orders as it got them", out / ORDERS)] if (out / ORDERS).exists() else []),
        ("warnings as they were spoken", out / "warnings"),
        ("a page of what was seen", page),
        ("pictures of every stage", out / "state" / "evidence"),
        ("the scene, its zone and what is seen", scene),
        *(("every detection, for replay", out / log_name(each)) for each in loaded.cameras),
    ):
        console.print(f"{what:<38} {where}", highlight=False)
    console.print("\nTry next, the same 17 minutes in a second, from the log of what was seen:", highlight=False)
    console.print(
        f"  {sys.argv[0]} replay --log {out / log_name(camera)} --site {site}", highlight=False, soft_wrap=True
    )


def _draw(loaded: LoadedSite, camera: str, path: Path) -> None:
    source = loaded.cameras[camera].source
    recording = Recording(loaded=loaded, camera=camera, path=source.path)  # type: ignore[union-attr]
    frame = next(iter(recording.opened().frames()))
    detections = detector_for(loaded).detect(frame.image)
    save_scene(path, frame.image, loaded.site.zones_of(camera), detections, loaded.site.policy.seeing.min_score)
