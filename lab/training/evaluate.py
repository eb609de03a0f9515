"""Measures the shipped model against its start and its floors: `make evaluate`.

Prints the table of the model card, writes it there and into the register, and exits with 1 when a floor is missed.
Needs the agent's own dependencies only.
"""

from __future__ import annotations

import argparse
from itertools import chain
from pathlib import Path

from edge_agent.core.track.settings import Seeing
from lab.training.card import as_table, write_table
from lab.training.enter import enter
from lab.training.figures import (
    bin_figures,
    cost_figures,
    garbage_figures,
    open_pair,
    pasted_figures,
    phantom_figures,
    scene_figures,
    stored_figures,
)

_EVERY_SCORE = 0.01  # for AP every box counts; a threshold would hide what lies under it


def main() -> int:
    """Measure, print, write; 1 when a floor is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with images/, videos/ and weights/")
    parser.add_argument("--model", type=Path, default=Path("models/street.onnx"))
    parser.add_argument("--min-score", type=float, default=Seeing().min_score, help="from which a box counts in scenes")
    parser.add_argument("--print-only", action="store_true", help="leave the model card and the register as they are")
    given = parser.parse_args()
    start = given.data / "weights" / "yolox_nano.onnx"
    every = open_pair(given.model, start, min_score=_EVERY_SCORE)
    street = open_pair(given.model, start, min_score=given.min_score)
    figures = tuple(
        chain(
            garbage_figures(every, given.data),
            bin_figures(street, given.data),
            stored_figures(every, given.data),
            scene_figures(street, given.data),
            phantom_figures(given.model, given.data, min_score=given.min_score),
            pasted_figures(street, given.data),
            cost_figures(street, given.data, given.model, start),
        )
    )
    table = as_table([figure.row() for figure in figures])
    print(table)
    if not given.print_only:
        write_table(table, given.model.with_suffix(".md"))
        enter(given.model, {figure.key: round(figure.value, figure.digits) for figure in figures})
    missed = [figure.name for figure in figures if figure.met is False]
    for name in missed:
        print(f"floor missed: {name}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
