"""``edge-agent init``: a folder with a commented site to start from."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Annotated, Final

import typer

from edge_agent.cli.options import refusing
from edge_agent.config.fields.stream_address import host_and_port
from edge_agent.config.site.shipped import shipped
from edge_agent.config.yaml.rewriting import write_whole
from edge_agent.core.errors import BadInputError, OutsideError

ADDRESS: Final = Path("secrets/street.url")
MODEL: Final = ("models/models.toml", "models/street.onnx", "models/street.md")

SITE: Final = """\
# The site: one box and its cameras. `edge-agent check site.yaml` reads it and says everything that is wrong with it.
# All keys: docs/configuration.md. What must be changed before the box goes to work is marked CHANGE.
version: 1
agent: box-01              # CHANGE: the id of this box on the feed; unique in its district
adcode: "320402"           # CHANGE: the six digits of the district
timezone: Asia/Shanghai
model: models/street.onnx
state: state/              # what the box must not forget: its database and its evidence
cameras:
  street:
    # The camera's sub-stream (640×360, H.264, a keyframe every two seconds is enough). Its login stays out of files.
    source: {source}
    zones: zones/street.yaml
broker: embedded           # a broker inside the box, to begin with; the centre's own: {{host: …, port: 8883, …}}
speakers:
  files: {{driver: files, folder: warnings/}}   # warnings are written as WAV files until a speaker is named
"""

ZONES: Final = """\
# The zones of one camera. Corners are fractions of the picture: x to the right, y down, [0, 0] is its top left corner.
# `edge-agent look site.yaml` takes a picture and draws them on it; `edge-agent studio site.yaml` lets you draw them.
version: 1
camera: street
zones:
  - id: kerb                                      # CHANGE: this zone is drawn anywhere
    name: {zh-CN: 路边, en: the kerb}
    polygon: [[0.4, 0.4], [0.6, 0.4], [0.6, 0.6], [0.4, 0.6]]
    kinds:
      illegal_parking: {dwell: 60s}
      # prohibited_stall: {}                      # stalls where none may stand
      # exposed_garbage: {}                       # garbage beside a bin
      # bin_overflow: {}                          # a bin that overflows; a work order, and nobody is spoken to
      # fire_lane: {}                             # vehicles in a fire lane
      # bicycle_parking: {}                       # bicycles and e-bikes strewn about
      # out_of_store_trading: {}                  # needs `shops` with their front lines
"""


def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make; it must be empty or not exist.")],
    camera: Annotated[str, typer.Option(metavar="URL", help="The address of the first camera, rtsp://…")] = "",
) -> None:
    """Write a commented site with one camera, one zone and the default model into a folder. Asks for nothing."""
    with refusing():
        source = _source(camera)
        _refuse_used(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if camera:
                _keep(camera, folder)
            write_whole(folder / "site.yaml", SITE.format(source=source).encode())
            write_whole(folder / "zones" / "street.yaml", ZONES.encode())
            (folder / "models").mkdir(exist_ok=True)
            for name in MODEL:
                shutil.copyfile(shipped(name), folder / name)
        except OSError as error:
            raise OutsideError(f"{folder}: cannot be written: {error.strerror}") from error
    typer.echo(f"{folder / 'site.yaml'} is a site to start from. Next:")
    if not camera:
        typer.echo("  export CAMERA_STREET='rtsp://user:password@192.0.2.10/sub'   # the address of your camera")
    typer.echo(f"  edge-agent look {folder / 'site.yaml'}      # a picture with the zone, to draw it by")
    typer.echo(f"  edge-agent doctor {folder / 'site.yaml'}    # everything the box needs")
    typer.echo(f"  edge-agent run {folder / 'site.yaml'}")


def _source(camera: str) -> str:
    """The camera's source as YAML: the file that its address is kept in, or a variable to export."""
    if not camera:
        return "{env: CAMERA_STREET}"
    if host_and_port(camera) is None:
        raise BadInputError(
            "--camera: an address that is none (not shown: it may hold a login), expected rtsp://host/path or "
            "rtsps://user:password@host:port/path"
        )
    return f"{{file: {ADDRESS.as_posix()}}}"


def _keep(address: str, folder: Path) -> None:
    """Keep a camera's address, which may hold a login, where only its owner may read it."""
    (folder / ADDRESS.parent).mkdir(mode=0o700)
    with open(folder / ADDRESS, "x", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(address + "\n")


def _refuse_used(folder: Path) -> None:
    try:
        used = folder.exists() and any(folder.iterdir())
    except OSError as error:
        raise OutsideError(f"{folder}: expected a folder: {error.strerror}") from error
    if used:
        raise BadInputError(f"{folder}: expected a new or empty folder, found files in it")
