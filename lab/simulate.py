"""``python -m lab.simulate``: days of a street that never were, with the truth about them."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from edge_agent.adapters.clock import SystemClock
from edge_agent.cli.options import refusing
from edge_agent.cli.output import show
from lab.simulation.street_file import read_street
from lab.simulation.written import WrittenDay, write_days, write_site


def simulate(
    street: Annotated[Path, typer.Argument(help="The street file: who does what on it, and how well it is seen.")],
    out: Annotated[Path, typer.Option(help="The folder for the logs, their truths, the zone and the site file.")],
    days: Annotated[int, typer.Option(min=1, max=3660, help="How many days, one log each.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="Another seed is another week; the same one the same bytes.")] = 0,
    model: Annotated[Path, typer.Option(help="The model the site names; nothing is detected with it.")] = Path(
        "models/street.onnx"
    ),
) -> None:
    """Make up days of a street with all that is hard to see, and the exact truth about them.

    Try it:  python -m lab.simulate lab/bench/streets/kerb.yaml --out kerb-out

    and then:  edge-agent replay --log kerb-out/kerb-2026-11-02.detections.jsonl.gz --site kerb-out/site.yaml
    """
    with refusing():
        written = read_street(street)
        site = write_site(written, out, model=model)
        digest = sha256(street.read_bytes()).hexdigest()
        show(f"{site}: camera {written.street.camera}")
        clock = SystemClock()
        begun = clock.now()
        for day in write_days(written, out, days=days, seed=seed, digest=digest):
            now = clock.now()
            show(_line(day, (now - begun).total_seconds()))
            begun = now


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
app.command()(simulate)


def _line(day: WrittenDay, took: float) -> str:
    speed = f"{took:.1f} s, {day.looks / took:,.0f} looks a second"
    return (
        f"{day.log.name}: {day.looks} looks, {day.detections} detections, {day.incidents} stands in its truth ({speed})"
    )
