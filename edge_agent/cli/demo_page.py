"""The demo's page: of each incident the pictures that its evidence kept, beside what was told at that moment.

One HTML file without scripts; the pictures stay where the evidence is, and are those in which faces are pixelated.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from edge_agent.cli.tables import event_line
from edge_agent.config.yaml.rewriting import write_whole
from edge_agent.core.errors import OutsideError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo
    from pathlib import Path

    from edge_agent.cli.tables import Told

PAGE: Final = "pictures.html"
_SHOWN: Final = "*-annotated.jpg"
_HEAD: Final = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>edge-agent demo: what was seen</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }
section { border-top: 1px solid #bbb; margin-top: 2rem; }
ol { font: 13px/1.6 ui-monospace, monospace; list-style: none; padding: 0; }
div { display: flex; flex-wrap: wrap; gap: 1rem; }
figure { margin: 0; width: 24rem; }
img { width: 100%; }
figcaption { color: #555; }
</style>
<h1>What the demo saw</h1>
"""


def write_page(out: Path, evidence: Path, events: Iterable[Told], zone: tzinfo) -> Path:
    """Write the page into ``out``; raises OutsideError where that cannot be."""
    by_incident: dict[str, list[Told]] = {}
    for event in events:
        by_incident.setdefault(event["incident"], []).append(event)
    sections = (
        line for incident, told in by_incident.items() for line in _section(out, evidence / incident, told, zone)
    )
    path = out / PAGE
    try:
        write_whole(path, "".join((_HEAD, *sections)).encode())
    except OSError as error:
        raise OutsideError(f"{path}: cannot be written: {error.strerror}") from error
    return path


def _section(out: Path, folder: Path, told: list[Told], zone: tzinfo) -> Iterator[str]:
    """One incident: what was told of it, and its pictures in the order in which they were taken."""
    first = told[0]
    yield f"<section>\n<h2>{escape(first['zone'])}: {escape(first['kind'])} (camera {escape(first['camera'])})</h2>\n"
    yield "<ol>\n"
    for event in told:
        yield f"<li>{escape(event_line(event, zone))}</li>\n"
    yield "</ol>\n<div>\n"
    for picture in sorted(folder.glob(_SHOWN)):
        stage = picture.name.removesuffix("-annotated.jpg").partition("-")[2]
        yield (
            f'<figure><img src="{escape(picture.relative_to(out).as_posix())}" alt="{escape(stage)}">'
            f"<figcaption>{escape(stage)}</figcaption></figure>\n"
        )
    yield "</div>\n</section>\n"
