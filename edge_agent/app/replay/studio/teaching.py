"""Teaching in the studio: what is marked on the page, how well it is learned, and the fold that goes by it."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.video.still import as_jpeg
from edge_agent.app.detect.judging import judges_of
from edge_agent.app.replay.studio.seen import sides
from edge_agent.app.replay.taught_looks import JudgedPictures
from edge_agent.app.teach.examples import ExampleFolder, Proposals
from edge_agent.app.teach.training import trained, used
from edge_agent.config.camera.taught_file import read_taught
from edge_agent.core.errors import BadInputError
from edge_agent.core.geometry import Box
from edge_agent.core.teach.taught import Mark, refusal, shortfalls
from edge_agent.web.views import ExampleView, MarkAccuracy, TaughtView

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.app.teach.examples import Marked
    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.teach.taught import Taught
    from edge_agent.ports import Clock, Image

SIDES: Final = 4


class Teaching:
    """The examples of one camera, and what was last taught by them.

    Args:
        loaded: The site as it was read.
        camera: Which.
        picture: The picture of an instant, at its full size.
        clock: Says when it was taught.
        shown: What of a picture may be seen by whoever asks.
    """

    def __init__(
        self,
        loaded: LoadedSite,
        camera: str,
        picture: Callable[[datetime], Image],
        clock: Clock,
        shown: Callable[[Image], Image],
    ) -> None:
        self._loaded, self._camera, self._picture, self._clock = loaded, camera, picture, clock
        self._shown = shown
        self._examples = ExampleFolder(loaded.state, camera)
        self._proposals = Proposals(loaded.state, camera)
        self._judges = judges_of(loaded)
        self._taught: Taught | None = loaded.site.taught.get(camera)
        self._in_use = self._taught is not None
        self._judge: JudgedPictures | None = None
        self._hint: str | None = None
        self._lock = Lock()

    def view(self) -> TaughtView:
        """The examples, and how well they are told apart."""
        marked = self._examples.all()
        taught = self._taught
        accuracy = None if taught is None else taught.accuracy
        return TaughtView(
            marks=tuple(mark.value for mark in Mark),
            examples=tuple(map(_example_view, marked)),
            proposed=tuple(map(_example_view, self._proposals.all())),
            missing=shortfalls(tuple(each.example for each in marked)),
            balanced=None if accuracy is None else accuracy.balanced,
            low=None if accuracy is None else accuracy.low,
            high=None if accuracy is None else accuracy.high,
            right=()
            if accuracy is None
            else tuple(MarkAccuracy(mark=m.value, right=right, of=of) for m, (right, of) in accuracy.right.items()),
            refused=None if accuracy is None else refusal(accuracy),
            in_use=self._in_use,
            hint=self._hint,
        )

    def mark(self, what: object, box: object, at: datetime, source: str) -> TaughtView:
        """Keep what is at ``box`` at an instant as an example; raises BadInputError where it cannot be."""
        with self._lock:
            self._examples.add(_mark(what), self._picture(at), _box(box), at, source)
        return self.view()

    def take(self, ident: str, what: object) -> TaughtView:
        """Make an example of a proposed crop, as what a person sees in it."""
        with self._lock:
            self._proposals.take(ident, _mark(what), self._examples)
        return self.view()

    def refuse(self, ident: str) -> TaughtView:
        """Let a proposed crop go."""
        with self._lock:
            self._proposals.forget(ident)
        return self.view()

    def proposed(self, ident: str) -> bytes:
        """A JPEG of a proposed crop and what is around it; raises BadInputError where there is none of that id."""
        with self._lock:
            return as_jpeg(self._shown(self._proposals.picture(self._proposals.found(ident))))

    def forget(self, ident: str) -> TaughtView:
        """Take an example away."""
        with self._lock:
            self._examples.forget(ident)
        return self.view()

    def train(self) -> TaughtView:
        """Teach by all examples; what follows is folded by it where it is good enough."""
        with self._lock:
            self._taught = trained(self._loaded, self._camera, self._examples, self._clock.now())
            self._in_use, self._judge, self._hint = False, None, None
        return self.view()

    def use(self) -> TaughtView:
        """Put it beside the camera's zones; raises BadInputError where it is not good enough."""
        with self._lock:
            put = used(self._loaded, self._camera, self._examples)
            self._taught = read_taught(put.path, self._camera)
            self._in_use, self._hint = True, put.missing
        return self.view()

    def judge(self) -> JudgedPictures | None:
        """Who tells what things are, by what was taught last; None where nothing was, or it is not good enough."""
        taught = self._taught
        if taught is None or refusal(taught.accuracy) is not None:
            return None
        if self._judge is None:
            self._judge = JudgedPictures(taught, self._judges, self._picture)
        return self._judge


def moment(started: datetime, at_s: object) -> datetime:
    """The instant of so many seconds; raises BadInputError for what is no number of them."""
    if not isinstance(at_s, (int, float)) or not 0 <= at_s < timedelta.max.total_seconds() / 1000:
        raise BadInputError(f"at {str(at_s)[:40]!r}: expected seconds from the start of the recording")
    return started + timedelta(seconds=float(at_s))


def _example_view(marked: Marked) -> ExampleView:
    example = marked.example
    return ExampleView(
        id=example.id,
        mark=example.mark.value,
        at=example.at.isoformat(),
        box=sides(marked.box),
        source=marked.source,
    )


def _mark(what: object) -> Mark:
    try:
        return Mark(str(what))
    except ValueError as error:
        raise BadInputError(f"mark {what!r}: expected one of {', '.join(Mark)}") from error


def _box(given: object) -> Box:
    if not isinstance(given, list) or len(given) != SIDES or not all(isinstance(each, (int, float)) for each in given):
        raise BadInputError(f"box {str(given)[:60]}: expected [x0, y0, x1, y1] in fractions of the picture")
    try:
        return Box(*map(float, given))
    except ValueError as error:
        raise BadInputError(str(error)) from error
