"""``edge-agent teach``: mark what things of one camera are, see how well that can be told apart, and have it used."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from edge_agent.cli.options import chosen_camera, refusing
from edge_agent.cli.output import show
from edge_agent.core.errors import BadInputError
from edge_agent.core.teach.taught import Mark, refusal

if TYPE_CHECKING:
    from edge_agent.app.teach.examples import ExampleFolder, Proposals
    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.geometry import Box
    from edge_agent.core.teach.taught import Taught

app: Final = typer.Typer(
    name="teach",
    no_args_is_help=True,
    help="Teach a camera by examples: mark, train, use.",
)

SiteOption = Annotated[Path, typer.Option("--site", help="The site file of the box.")]
CameraOption = Annotated[str | None, typer.Option(help="Which camera; the only one if there is one.")]
SITE: Final = Path("site.yaml")


@app.command()
def mark(
    what: Annotated[Mark, typer.Argument(help="What the crop shows.")],
    site: SiteOption = SITE,
    camera: CameraOption = None,
    incident: Annotated[str | None, typer.Option(help="An incident of which there is evidence.")] = None,
    video: Annotated[Path | None, typer.Option(help="A recording; the camera's own by default.")] = None,
    at: Annotated[float | None, typer.Option(help="Seconds from the start of the recording.")] = None,
    box: Annotated[str | None, typer.Option(help="Where: x0,y0,x1,y1 in fractions of the picture.")] = None,
) -> None:
    """Keep one crop as an example: of an incident, or of a moment and place of a recording.

    Try it:  edge-agent teach mark nothing --at 20 --box 0.2,0.5,0.3,0.7
    """
    from edge_agent.app.teach.sources import mark_incident, mark_moment  # noqa: PLC0415 - decoders

    with refusing():
        loaded, name, examples = _opened(site, camera)
        if incident is not None:
            marked = mark_incident(loaded, examples, what, incident)
        elif at is None or box is None:
            raise BadInputError("mark: expected --incident, or --at and --box")
        else:
            marked = mark_moment(loaded, name, examples, what, _box(box), timedelta(seconds=at), video)
        show(f"{marked.example.id}: {what}, {marked.source}; {_counted(examples)}")


@app.command("list")
def list_examples(site: SiteOption = SITE, camera: CameraOption = None) -> None:
    """Say which examples there are, and what they come from."""
    with refusing():
        _, _, examples = _opened(site, camera)
        for each in examples.all():
            at = each.example.at.isoformat(timespec="seconds")
            show(f"{each.example.id}  {each.example.mark:<16} {at}  {each.source}")
        show(_counted(examples))


@app.command()
def forget(
    example: Annotated[str, typer.Argument(help="The id of an example, or how it begins.")],
    site: SiteOption = SITE,
    camera: CameraOption = None,
) -> None:
    """Take an example away that was marked by mistake."""
    with refusing():
        _, _, examples = _opened(site, camera)
        gone = examples.forget(example)
        show(f"{gone.example.id}: forgotten; {_counted(examples)}")


@app.command()
def proposed(site: SiteOption = SITE, camera: CameraOption = None) -> None:
    """Say which crops are proposed: second looks in which the witnesses disagreed, and what the centre judged."""
    with refusing():
        loaded, name, _ = _opened(site, camera)
        known = _proposals(loaded, name)
        for each in known.all():
            at, picture = each.example.at.isoformat(timespec="seconds"), known.folder / f"{each.example.id}.png"
            show(f"{each.example.id}  {each.example.mark:<16} {at}  {picture}  {each.source}")
        show(f"{len(known.all())} proposed; say what one is with: edge-agent teach take ID MARK, or: teach refuse ID")


@app.command()
def take(
    example: Annotated[str, typer.Argument(help="The id of a proposed crop, or how it begins.")],
    what: Annotated[Mark, typer.Argument(help="What it shows.")],
    site: SiteOption = SITE,
    camera: CameraOption = None,
) -> None:
    """Make an example of a proposed crop, as what you see in it."""
    with refusing():
        loaded, name, examples = _opened(site, camera)
        taken = _proposals(loaded, name).take(example, what, examples)
        show(f"{taken.example.id}: {what}; {_counted(examples)}")


@app.command()
def refuse(
    example: Annotated[str, typer.Argument(help="The id of a proposed crop, or how it begins.")],
    site: SiteOption = SITE,
    camera: CameraOption = None,
) -> None:
    """Let a proposed crop go."""
    with refusing():
        loaded, name, _ = _opened(site, camera)
        gone = _proposals(loaded, name).forget(example)
        show(f"{gone.example.id}: refused; {len(_proposals(loaded, name).all())} proposed")


@app.command()
def train(site: SiteOption = SITE, camera: CameraOption = None) -> None:
    """Teach by all examples, and say how many would be named rightly by what was taught on other moments."""
    from edge_agent.adapters.clock import SystemClock  # noqa: PLC0415 - help needs none of it
    from edge_agent.app.teach.training import trained  # noqa: PLC0415 - as above

    with refusing():
        loaded, name, examples = _opened(site, camera)
        taught = trained(loaded, name, examples, SystemClock().now())
        for line in _lines(taught):
            show(line)


@app.command()
def use(site: SiteOption = SITE, camera: CameraOption = None) -> None:
    """Put what was trained beside the camera's zones; refused where it is not good enough."""
    from edge_agent.app.teach.training import used  # noqa: PLC0415 - as above

    with refusing():
        loaded, name, examples = _opened(site, camera)
        put = used(loaded, name, examples)
        show(f"{put.path}: written")
        if put.missing is not None:
            show(f"add to the site file: {put.missing}")


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Where the data set is written, in YOLO's layout.")],
    site: SiteOption = SITE,
    camera: CameraOption = None,
) -> None:
    """Write all examples as a data set, for a fine-tuning of the detector."""
    with refusing():
        _, _, examples = _opened(site, camera)
        show(f"{folder}: {examples.export(folder)} pictures")


def _opened(site: Path, camera: str | None) -> tuple[LoadedSite, str, ExampleFolder]:
    from edge_agent.app.teach.examples import ExampleFolder  # noqa: PLC0415 - as above
    from edge_agent.config.site.loading import load_site  # noqa: PLC0415 - as above

    loaded = load_site(site, secrets_needed=False)
    name = chosen_camera(loaded, camera)
    return loaded, name, ExampleFolder(loaded.state, name)


def _proposals(loaded: LoadedSite, camera: str) -> Proposals:
    from edge_agent.app.teach.examples import Proposals  # noqa: PLC0415 - as above

    return Proposals(loaded.state, camera)


def _box(text: str) -> Box:
    from edge_agent.core.geometry import Box  # noqa: PLC0415 - as above

    try:
        x0, y0, x1, y1 = map(float, text.split(","))
        made = Box(x0, y0, x1, y1)
    except ValueError as error:
        raise BadInputError(f"--box {text[:40]!r}: expected x0,y0,x1,y1 in fractions of the picture") from error
    if not (0 <= made.x0 < made.x1 <= 1 and 0 <= made.y0 < made.y1 <= 1):
        raise BadInputError(f"--box {text[:40]!r}: expected fractions of the picture, x0 below x1 and y0 below y1")
    return made


def _counted(examples: ExampleFolder) -> str:
    known = [each.example.mark for each in examples.all()]
    return ", ".join(f"{known.count(mark)} {mark}" for mark in sorted(set(known))) or "no examples"


def _lines(taught: Taught) -> tuple[str, ...]:
    accuracy = taught.accuracy
    rows = [f"  {mark:<16} {right} of {of}" for mark, (right, of) in sorted(accuracy.right.items())]
    why = refusal(accuracy)
    verdict = f"not to be used: {why}" if why else "good enough; have it used with: edge-agent teach use"
    return (
        f"named rightly when taught by other moments ({accuracy.moments} at the least a mark):",
        *rows,
        f"balanced accuracy {accuracy.balanced:.2f}, in 95 of 100 cases {accuracy.low:.2f} to {accuracy.high:.2f}",
        verdict,
    )
