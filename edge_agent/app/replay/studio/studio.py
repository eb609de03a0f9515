"""The studio: zones drawn and tuned on a page. It cannot act.

Nothing in here reaches a speaker, a broker or the agent's store; as for replay, an import contract says so. What it
writes are zone files, calibration files and its own detection logs.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Final

from edge_agent.app.feed.reports import CameraModel
from edge_agent.app.replay.replay import model_of
from edge_agent.app.replay.studio.fold import Folding, FoldRequest
from edge_agent.app.replay.studio.survey import fitted
from edge_agent.app.replay.studio.teaching import moment
from edge_agent.app.replay.taught_looks import judged
from edge_agent.app.stream.naming import Naming, renamed
from edge_agent.config.yaml.source import BadConfigError
from edge_agent.web.exchange import NotFoundError, OutdatedError
from edge_agent.web.views import CameraView, FoldView, SavedView

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_agent.app.replay.studio.camera_bench import CameraBench
    from edge_agent.app.replay.studio.site import StudioSite
    from edge_agent.web.views import DiffView, FitView, LookView, SeenView, SiteView, TaughtView
    from edge_agent.web.workshop import PageRequest

MOST_PAGES: Final = 8  # of which the latest question, and its fold, is remembered
FIRST: Final = 500  # events folded for the first answer, a quarter of a second; twice as many for each that follows
MOST: Final = 4000


class Studio:
    """Fulfils the page's ``Workshop``: one bench for each camera of the site."""

    def __init__(self, site: StudioSite, benches: Mapping[str, CameraBench]) -> None:
        self._site = site
        self._benches = dict(benches)
        self._latest: OrderedDict[str, int] = OrderedDict()
        self._folds: dict[PageRequest, Folding] = {}
        self._lock = Lock()

    def close(self) -> None:
        """Stop what is being detected; it goes on there another day."""
        for bench in self._benches.values():
            bench.seen.stop()

    def site(self) -> SiteView:
        """The cameras and kinds to choose from."""
        return self._site.view(tuple(bench.card for bench in self._benches.values()))

    def camera(self, camera: str) -> CameraView:
        """One camera, with its files as they are now."""
        bench = self._bench(camera)
        return CameraView(
            id=camera,
            started=bench.seen.started.isoformat(),
            total_s=bench.footage.total_s,
            step_s=bench.step_s,
            zones=bench.zones.view(),
            survey=bench.survey.view(),
            seen=self.seen(camera),
        )

    def picture(self, camera: str, at_s: float | None) -> bytes:
        """A JPEG of the moment."""
        return self._bench(camera).footage.picture(at_s)

    def look(self, camera: str, at_s: float) -> LookView:
        """What was seen at the moment."""
        policy = self._site.loaded.site.policy
        return self._bench(camera).seen.look(at_s, policy)

    def seen(self, camera: str) -> SeenView:
        """How far the detector has come."""
        bench = self._bench(camera)
        return bench.seen.view(bench.footage.total_s)

    def detect(self, camera: str, *, on: bool) -> SeenView:
        """Begin to detect, or go on where it was stopped; or stop."""
        seen = self._bench(camera).seen
        seen.start() if on else seen.stop()
        return self.seen(camera)

    def fold(self, camera: str, zones: object, request: PageRequest) -> FoldView:
        """What would have been by these zones, or what is wrong with them."""
        bench = self._bench(camera)
        self._note(request)
        try:
            loaded = self._site.drawn(bench.zones, zones)
        except BadConfigError as error:
            return FoldView(problems=error.problems)
        events = bench.seen.events()
        if not events:
            return FoldView()
        judge = bench.teaching.judge()
        trial = FoldRequest(
            events=events if judge is None else tuple(renamed(events, Naming(judge))),
            camera=camera,
            started=bench.seen.started,
            site=loaded.site,
            assumed=bench.seen.assumed() if judge is None else judged(bench.seen.assumed(), judge, events),
            sight=CameraModel(model_sha256=model_of(bench.seen.path), calibration=loaded.site.calibrations.get(camera)),
        )
        self._folds[request] = Folding(trial)
        return self.go_on(request)

    def go_on(self, request: PageRequest) -> FoldView:
        """The same, some way further."""
        folding = self._folds.get(request)
        if folding is None:
            raise OutdatedError("that fold is not under way any more")
        piece = min(MOST, max(FIRST, folding.folded))
        return folding.advance(lambda: self._latest.get(request.page) != request.number, count=piece)

    def compare(self, camera: str, zones: object) -> DiffView:
        """What saving these zones would change."""
        return self._bench(camera).zones.compare(zones)

    def save(self, camera: str, zones: object, base: str | None) -> SavedView:
        """Save them."""
        return SavedView(file=self._bench(camera).zones.save(zones, base))

    def fit(self, camera: str, survey: object) -> FitView:
        """What a calibration from these pairs is worth."""
        sheet = self._bench(camera).survey
        return fitted(sheet.path, sheet.draft(survey))

    def compare_survey(self, camera: str, survey: object) -> DiffView:
        """What saving this calibration would change."""
        return self._bench(camera).survey.compare(survey)

    def save_survey(self, camera: str, survey: object, base: str | None) -> SavedView:
        """Save it, and say what is missing for it to be used."""
        bench = self._bench(camera)
        saved = bench.survey.save(survey, base)
        return SavedView(file=saved, hint=self._site.missing_calibration(camera, bench.survey.path))

    def taught(self, camera: str) -> TaughtView:
        """The examples of a camera, and how well they are told apart."""
        return self._bench(camera).teaching.view()

    def mark(self, camera: str, given: Mapping[str, object]) -> TaughtView:
        """Keep an example."""
        bench = self._bench(camera)
        at = moment(bench.seen.started, given.get("at_s"))
        return bench.teaching.mark(given.get("mark"), given.get("box"), at, str(given.get("source") or "studio")[:80])

    def forget(self, camera: str, ident: str) -> TaughtView:
        """Take an example away."""
        return self._bench(camera).teaching.forget(ident)

    def take(self, camera: str, given: Mapping[str, object]) -> TaughtView:
        """Make an example of a proposed crop."""
        return self._bench(camera).teaching.take(str(given.get("id") or ""), given.get("mark"))

    def refuse(self, camera: str, ident: str) -> TaughtView:
        """Let a proposed crop go."""
        return self._bench(camera).teaching.refuse(ident)

    def proposed(self, camera: str, ident: str) -> bytes:
        """A JPEG of a proposed crop."""
        return self._bench(camera).teaching.proposed(ident)

    def train(self, camera: str) -> TaughtView:
        """Teach by all examples."""
        return self._bench(camera).teaching.train()

    def use(self, camera: str) -> TaughtView:
        """Put what was taught beside the zones."""
        return self._bench(camera).teaching.use()

    def _bench(self, camera: str) -> CameraBench:
        bench = self._benches.get(camera)
        if bench is None:
            raise NotFoundError(f"camera {camera!r}: not in the site, expected one of: {', '.join(self._benches)}")
        return bench

    def _note(self, request: PageRequest) -> None:
        """Remember which question of a page is its latest, and drop what is under way for earlier ones."""
        with self._lock:
            if request.number < self._latest.get(request.page, 0):
                raise OutdatedError("a later question came meanwhile")
            self._latest[request.page] = request.number
            self._latest.move_to_end(request.page)
            if len(self._latest) > MOST_PAGES:
                self._latest.popitem(last=False)
            for other in [each for each in self._folds if self._latest.get(each.page) != each.number]:
                del self._folds[other]
