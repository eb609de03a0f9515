"""What a smaller input costs in what is found: the model card's figures, at each size of input.

    .venv/bin/python -m lab.bench.input_size --data <folder with images/ and videos/> 245760 147456 114688

Needs the agent's own dependencies only. Prints one row a figure and one column a size.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from edge_agent.adapters.detect.onnx import OnnxDetector
from edge_agent.core.track.settings import Seeing
from lab.training.figures import Figure, ModelPair, garbage_figures, pasted_figures, scene_figures, stored_figures

_EVERY_SCORE = 0.01  # as in lab.training.evaluate: for AP every box counts


def main() -> None:
    """Measure each size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with images/ and videos/")
    parser.add_argument("--model", type=Path, default=Path("models/street.onnx"))
    parser.add_argument("pixels", type=int, nargs="+", help="how many pixels the input may have")
    given = parser.parse_args()
    columns = [_measured(given.model, given.data, pixels) for pixels in given.pixels]
    print("| figure | " + " | ".join(f"{pixels:,}" for pixels in given.pixels) + " |")
    print("| --- |" + " --- |" * len(columns))
    for row in zip(*columns, strict=True):
        print(f"| {row[0].name} | " + " | ".join(f"{figure.value:.{figure.digits}f}" for figure in row) + " |")


def _measured(model: Path, data: Path, pixels: int) -> list[Figure]:
    every, street = (_alone(model, pixels, score) for score in (_EVERY_SCORE, Seeing().min_score))
    return list(_figures(every, street, data))


def _alone(model: Path, pixels: int, score: float) -> ModelPair:
    """The model held against nothing but itself."""
    detector = OnnxDetector(model, min_score=score, pixels=pixels)
    return ModelPair(detector, detector)


def _figures(every: ModelPair, street: ModelPair, data: Path) -> Iterator[Figure]:
    yield from chain(
        garbage_figures(every, data),
        stored_figures(every, data),
        scene_figures(street, data),
        pasted_figures(street, data),
    )


if __name__ == "__main__":
    main()
