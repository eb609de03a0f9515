"""An S3 server on the loopback: SeaweedFS, with one login and one bucket."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Final

import pytest
import requests

from tests.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

BUCKET: Final = "evidence"
LOGIN: Final = {"access_key_id": "box", "secret_access_key": "a-long-secret"}
ATTEMPTS: Final = 240
HOST: Final = "127.0.0.1"
_RPC: Final = 10_000  # what SeaweedFS adds to a port for its own use


@contextmanager
def s3_server(folder: Path) -> Iterator[str]:
    """Its address, while it serves."""
    # It comes in a wheel: it lies beside this interpreter, whether or not that folder is on the PATH.
    weed = shutil.which("weed", path=Path(sys.executable).parent)
    if weed is None:
        pytest.skip("no S3 server: weed is not installed")
    master, volume, filer, s3 = _ports(4)
    credentials = [{"accessKey": LOGIN["access_key_id"], "secretKey": LOGIN["secret_access_key"]}]
    identity = {"name": "box", "credentials": credentials, "actions": ["Admin", "Read", "Write", "List"]}
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    (folder / "data").mkdir()
    command = [weed, "server", f"-dir={folder / 'data'}", f"-ip={HOST}", f"-ip.bind={HOST}", "-volume.max=5"]
    command += [f"-master.port={master}", f"-volume.port={volume}", "-filer", f"-filer.port={filer}"]
    command += ["-s3", f"-s3.port={s3}", f"-s3.config={folder / 's3.json'}"]
    command += ["-s3.port.iceberg=0", "-s3.port.lance=0"]  # what else it would serve, on ports that may be taken
    command += [f"-filer.localSocket={folder / 'f.sock'}", f"-s3.localSocket={folder / 's.sock'}"]
    with (folder / "weed.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        _await(f"http://{HOST}:{filer}/buckets/{BUCKET}/", f"http://{HOST}:{s3}/")
        yield f"http://{HOST}:{s3}"
    finally:
        process.kill()  # there is nothing to be kept
        process.wait(timeout=30)


def _await(bucket: str, s3: str) -> None:
    """Make the bucket, as soon as everything is there."""
    pause = Event()
    for _ in range(ATTEMPTS):
        try:
            made = requests.post(bucket, timeout=5)
            requests.get(s3, timeout=5)
        except requests.RequestException:
            made = None
        if made is not None and (made.ok or made.status_code == requests.codes.conflict):  # it was made before
            return
        pause.wait(0.5)
    pytest.fail("SeaweedFS is not ready")


def _ports(count: int) -> list[int]:
    """Free ones, whose companions are ports too."""
    ports: list[int] = []
    while len(ports) < count:
        port = free_port()
        with socket.socket() as other:
            try:
                other.bind((HOST, port + _RPC))
            except OSError:
                continue
            ports.append(port)
    return ports
