"""``edge-agent doctor``: is everything a site needs in order, and what to do where it is not?"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from edge_agent.app.doctor.findings import Finding, Verdict
from edge_agent.app.doctor.rounds import examine
from edge_agent.cli.options import SiteArgument
from edge_agent.cli.output import show

WIDTH: Final = 20  # of the column that names the thing


def doctor(
    site: SiteArgument = Path("site.yaml"),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for machines.")] = False,
    silent: Annotated[bool, typer.Option("--silent", help="Look for the speakers, and play nothing on them.")] = False,
) -> None:
    """Look at everything a site needs, also while an agent runs: cameras, clock, disk, broker, speaker, model.

    Each speaker plays a second of a tone, or is lit. Says of each thing whether it is in order, and what to do where it
    is not. Exits with 1 if anything fails.
    """
    found = []
    for finding in examine(site, silent=silent):
        found.append(finding.verdict)
        for line in [json.dumps(asdict(finding), ensure_ascii=False)] if as_json else _lines(finding):
            show(line)
    if not as_json:
        show(", ".join(f"{found.count(verdict)} {verdict}" for verdict in Verdict))
    if Verdict.FAIL in found:
        raise typer.Exit(code=1)


def _lines(finding: Finding) -> list[str]:
    line = f"{finding.verdict:<5} {finding.check:<{WIDTH}} {finding.said}"
    return [line, *([f"{'':<6}{'':<{WIDTH}} → {finding.todo}"] if finding.todo else [])]
