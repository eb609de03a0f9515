"""Who asks the studio over the network sees no face and no plate; who sits at the machine sees the recording."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.evidence.redaction import faces
from edge_agent.app.replay.studio.camera_bench import Wanted, benches
from edge_agent.app.replay.studio.serving import PageAddress, serving
from edge_agent.app.replay.studio.site import StudioSite
from edge_agent.config.fields.secret import Secret
from edge_agent.web.server import StudioServer
from tests.app.live.judged_street import PLATES, film_judged, judged
from tests.cli.streets import street

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from edge_agent.ports import Image
    from edge_agent.web.routes import Router

TOKEN: Final = "a-token-of-this-test"  # noqa: S105


def shown(content: bytes) -> Image:
    """The picture in a JPEG."""
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture, np.uint8)


def test_what_leaves_over_the_network_is_redacted(tmp_path: Path) -> None:
    """The same moment of the same recording: all is there, and in the redacted picture nobody's."""
    site, video = street(tmp_path), film_judged(tmp_path / "judged.mp4", (1280, 720), seconds=1)
    seen = {}
    for redacted in (False, True):
        bench = benches(StudioSite(site), Wanted(camera="c1", video=video), SystemClock(), redacted=redacted)["c1"]
        seen[redacted] = judged(shown(bench.footage.picture(0)))
    assert seen[False].plates == frozenset(PLATES)
    assert seen[False].faces >= 2
    assert (seen[True].faces, seen[True].plates) == (0, frozenset())


def test_wherever_a_token_is_asked_for_pictures_are_redacted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also on the loopback, behind which a proxy may stand; without one they are as they are."""
    routers: list[Router] = []
    begin = StudioServer.__init__

    def noted(self: StudioServer, router: Router, *, host: str, port: int) -> None:
        routers.append(router)
        begin(self, router, host=host, port=port)

    monkeypatch.setattr(StudioServer, "__init__", noted)
    site, video = street(tmp_path), film_judged(tmp_path / "judged.mp4", (1280, 720), seconds=1)
    wanted, counts = Wanted(camera="c1", video=video), []
    for token in (None, Secret("this test", TOKEN)):
        with serving(site, wanted, PageAddress(host="127.0.0.1", port=0, token=token), SystemClock()):
            counts.append(len(faces(shown(routers[-1].workshop.picture("c1", 0)))))
    assert counts[0] >= 2
    assert counts[1] == 0
