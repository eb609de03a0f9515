"""``edge-agent models``: which models there are, whether they are what they should be, and which runs best here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from edge_agent.app.detect.model_timing import Benchmark, benchmark, pictures_of
from edge_agent.app.detect.models import register, unsought
from edge_agent.app.detect.models import verify as hold_against_entry
from edge_agent.cli.options import refusing
from edge_agent.cli.output import cell, show
from edge_agent.config.policy.model_register import REGISTER, ModelEntry, read_register
from edge_agent.core.detect.suppression import ACCEPTED
from edge_agent.core.errors import BadInputError, OutsideError

app: Final = typer.Typer(
    name="models", no_args_is_help=True, help="The detectors of this box: list, verify, add, bench."
)

FolderOption = Annotated[Path, typer.Option("--folder", help="The folder with models.toml.")]
MOST_SHOWN: Final = 10
MODELS: Final = Path("models")


@app.command("list")
def list_models(folder: FolderOption = MODELS) -> None:
    """Say which models there are, what they see and under which licence."""
    with refusing():
        models = read_register(folder).models
    table = Table(title=f"Models in {folder}", title_justify="left")
    for column in ("name", "sha256", "input", "labels", "sees", "licence"):
        table.add_column(column)
    for entry in models:
        sees = ", ".join(entry.objects) or "–"
        row = (entry.name, entry.sha256[:12], entry.input, len(entry.labels), sees, entry.license)
        table.add_row(*map(cell, row))
    Console().print(table)


@app.command()
def verify(
    name: Annotated[str | None, typer.Argument(help="One model; all of them by default.")] = None,
    folder: FolderOption = MODELS,
) -> None:
    """Hold every model file against its entry: hash, labels, input and output. Exits with 1 if one does not fit."""
    with refusing():
        entries = read_register(folder).models if name is None else (read_register(folder).entry(name),)
        if not entries:
            raise BadInputError(f"{folder / REGISTER}: no models, expected at least one")
    refused = 0
    for entry in entries:
        try:
            facts = hold_against_entry(entry, folder)
        except OutsideError as error:
            show(str(error), err=True)
            refused += 1
        else:
            show(f"{entry.name}: {facts.spec.layout} with {len(facts.labels)} labels, as registered.")
            _tell_unsought(entry)
    if refused:
        raise typer.Exit(code=1)


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="An .onnx, or a .pt where the tool that made it is installed.")],
    name: Annotated[str | None, typer.Option(help="What to call it; the file's name by default.")] = None,
    license_name: Annotated[str | None, typer.Option("--license", help="Its licence; what it says by default.")] = None,
    names: Annotated[str | None, typer.Option(help="Labels for a file without: car,person, in its order.")] = None,
    folder: FolderOption = MODELS,
) -> None:
    """Copy a model into the folder, run it once, and enter it in models.toml with its hash, labels and shape."""
    labels = tuple(label.strip() for label in names.split(",")) if names else ()
    with refusing():
        entry = register(file, folder, name=name, license_name=license_name, names=labels)
    _tell_unsought(entry)
    show(f"Added {entry.name}: {len(entry.labels)} labels, input {entry.input}, licence {entry.license}.")
    show(f"Use it with:  model: {folder / entry.file}  in site.yaml")


def _tell_unsought(entry: ModelEntry) -> None:
    if others := unsought(entry):
        shown = ", ".join(others[:MOST_SHOWN]) + (", …" if len(others) > MOST_SHOWN else "")
        show(f"No shipped kind looks for {len(others)} of its labels: {shown}", err=True)


@app.command()
def bench(
    name: Annotated[str, typer.Argument(help="Which model.")] = "street",
    video: Annotated[Path, typer.Option(help="A recording to look at.")] = Path("sample_videos/campus_road.mp4"),
    int8: Annotated[Path | None, typer.Option(help="A quantised copy, to be judged beside it.")] = None,
    pictures: Annotated[int, typer.Option(min=1, help="How many pictures, one a second.")] = 30,
    threads: Annotated[int, typer.Option(min=1, help="Threads of one inference.")] = 1,
    folder: FolderOption = MODELS,
) -> None:
    """Time what this box can run, on real pictures, and recommend one.

    A runtime is recommended only if it finds the same boxes as ONNX Runtime in fp32 (98 of 100). Exits with 1 if
    the quantised copy does not.
    """
    with refusing():
        entry = read_register(folder).entry(name)
        result = benchmark(folder / entry.file, pictures_of(video, pictures), int8=int8, threads=threads)
    _tell(result)
    if int8 is not None and not result.timings[-1].usable:
        raise typer.Exit(code=1)


def _tell(result: Benchmark) -> None:
    table = Table(title_justify="left")
    for column in ("runtime", "ms a look", "boxes", "same boxes", "usable"):
        table.add_column(column)
    for timing in result.timings:
        same = "–" if timing.agrees is None else f"{timing.agrees:.3f}"
        usable = "yes" if timing.usable else f"no: under {ACCEPTED}"
        table.add_row(timing.runtime, f"{timing.milliseconds:.1f}", str(timing.boxes), same, usable)
    Console().print(table)
    for reason in result.absent:
        show(f"Not tried: {reason}")
    best = result.recommended
    show(f"Recommended: {best.runtime}" if best else "No recommendation: nothing was found in these pictures.")
