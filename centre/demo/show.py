"""``centre demo``: everything on one machine, with a real agent that watches the sample clip as a live camera.

The ladder's spans are shortened, so that the whole way from the first sight to a work order takes about a minute and
every button of the page can be tried. The agent is started by its command line; nothing of it is imported.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import psycopg

from centre.database.embedded import EmbeddedDatabase
from centre.database.migrate import migrate
from centre.demo.broker import running_broker
from centre.demo.camera import running_camera
from centre.errors import OutsideError
from centre.ingest.listener import BrokerAddress
from centre.serving import ingesting, notifying, page_at
from centre.web.outside_store import OutsideStore
from centre.web.people import EVERYWHERE, add_account
from centre.web.setting import Settings

LOGIN: Final = "demo"
ADDRESSES: Final = "https://evidence.invalid/"  # of the folder that stands for the city's store: nobody asks there
RULES: Final = {"dwell": "10s", "interval": "12s", "final_grace": "12s", "leave_grace": "10s"}
REVIEWS: Final = ("off", "before_warning", "before_order")
SITE: Final = """\
version: 1
agent: box-01
adcode: "320402"
timezone: Asia/Shanghai
model: {model}
state: {state}
cameras:
  campus:
    source: {{env: CENTRE_DEMO_CAMERA}}
    zones: {zones}
    looks_per_second: 2
    name: {{zh-CN: 校园路 12 号杆, en: "pole 12, Campus Road"}}
    position: [119.9742, 31.8106]
    public_notice: a sign at the pole
broker: {{host: {host}, port: {port}, username: {user}, password: {{env: CENTRE_DEMO_PASSWORD}}}}
speakers:
  files: {{driver: files, folder: {warnings}}}
evidence:
  store: {{service: fs, options: {{root: {store}}}, url: {address}}}
"""
ZONES: Final = """\
version: 1
camera: campus
zones:
  - id: kerb
    name: {zh-CN: 校园路路边, en: the kerb of Campus Road}
    polygon: [[0.83, 0.1], [0.953, 0.1], [0.953, 0.19], [0.83, 0.19]]
    address: 常州市天宁区校园路12号门前
    kinds:
      illegal_parking: %s
"""
PEOPLE: Final = (("officer-1", "一号巡查员"), ("officer-2", "二号巡查员"), ("officer-3", "三号巡查员"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What the demo is made of: the project's folder, the agent's command, a folder of its own, and the page's port.

    ``review`` says before what a person must confirm an incident.
    """

    project: Path
    agent: str
    folder: Path
    port: int
    review: str = "off"


def run_demo(demo: Demo, tell: Callable[[str], None], wait: Callable[[], object]) -> None:
    """Start everything, tell where the page is and how to get in, and wait; ends all that it has started.

    Raises:
        OutsideError: A part of it does not come up; the message says which.
    """
    demo.folder.mkdir(parents=True, exist_ok=True)
    password = secrets.token_urlsafe(9)
    with ExitStack() as stack:
        database = stack.enter_context(EmbeddedDatabase(demo.folder / "database"))
        migrate(database.url)
        _people(database.url, password)
        broker = stack.enter_context(running_broker(demo.folder))
        stack.enter_context(ingesting(broker, database.url, worker="centre-demo"))
        stack.enter_context(notifying(database.url))
        store = OutsideStore("fs", {"root": str(demo.folder / "store")}, ADDRESSES)
        settings = Settings(database=database.url, timezone=ZoneInfo("Asia/Shanghai"), outside=store)
        address = stack.enter_context(page_at(settings, "127.0.0.1", demo.port))
        clip = demo.project / "sample_videos" / "campus_road.mp4"
        camera = stack.enter_context(running_camera(clip))
        stack.enter_context(_running_agent(demo, broker, camera))
        tell(f"The page:  {address}")
        tell(f"Log in as: {LOGIN}")
        tell(f"Password:  {password}")
        tell(
            "The first incident is there within a minute; a work order follows a minute later. Ctrl-C ends everything."
        )
        wait()


@contextmanager
def _running_agent(demo: Demo, broker: BrokerAddress, camera: str) -> Iterator[None]:
    """The agent, as a program of its own that is told to end with the block."""
    folder = demo.folder / "box"
    folder.mkdir(exist_ok=True)
    (folder / "zones.yaml").write_text(ZONES % _rules(demo.review), encoding="utf-8")
    site = folder / "site.yaml"
    places = {
        "model": demo.project / "models" / "street.onnx",
        "state": folder / "state",
        "zones": "zones.yaml",
        "warnings": folder / "warnings",
    }
    # The agent takes paths that are relative to the site's file.
    relative = {
        name: os.path.relpath(path, folder) if isinstance(path, Path) else path for name, path in places.items()
    }
    store = {"store": json.dumps(str((demo.folder / "store").absolute())), "address": ADDRESSES}
    login = {"host": broker.host, "port": broker.port, "user": broker.user}
    site.write_text(SITE.format(**relative, **store, **login), encoding="utf-8")
    secret = {"CENTRE_DEMO_CAMERA": camera, "CENTRE_DEMO_PASSWORD": str(broker.password)}
    log = (demo.folder / "agent.log").open("ab")
    try:
        child = subprocess.Popen(  # noqa: S603 - the command that the person has named
            [demo.agent, "run", str(site)], env=os.environ | secret, stdout=log, stderr=log, start_new_session=True
        )
    except OSError as error:
        raise OutsideError(f"--agent {demo.agent}: cannot be started: {error.strerror}") from error
    try:
        yield
    finally:
        child.terminate()
        child.wait()
        log.close()


def _rules(review: str) -> str:
    """The ladder's settings of the zone, as one line of YAML."""
    return json.dumps(RULES | ({} if review == "off" else {"review": review})).replace('"', "")


def _people(url: str, password: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        add_account(connection, LOGIN, title="Demo", password=password, roles={EVERYWHERE: "admin"})
        for ident, name in PEOPLE:
            connection.execute("INSERT INTO person (id, name) VALUES (%s, %s) ON CONFLICT DO NOTHING", (ident, name))


def agent_command() -> str:
    """The agent that is installed beside this interpreter."""
    return str(Path(sys.executable).with_name("edge-agent"))
