"""The site of the studio: read anew for every question, with what is being drawn in the place of a file.

A camera whose zone file is not there yet is how every camera begins, so it is no mistake here: until zones are saved,
one that nobody sees stands for them.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from edge_agent.app.detect.detectors import opened_detector
from edge_agent.config.fields.spans_and_sizes import duration_text
from edge_agent.config.site.loading import load_site
from edge_agent.config.site.shipped import check_labels
from edge_agent.config.yaml.source import BadConfigError, read_source
from edge_agent.core.errors import OutsideError
from edge_agent.core.site.policy import Rule
from edge_agent.web.views import KindCard, SettingCard, SiteView, StudioCamera

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.app.replay.studio.files import EditedFile
    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.site.policy import Kind


class StudioSite:
    """A site file at ``path``, and what the texts of drawings make of it.

    Raises:
        BadConfigError: The site cannot be used, for another reason than zones nobody has drawn yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.loaded = load_site(path, drafts=self._not_yet(), secrets_needed=False)

    @property
    def folder(self) -> Path:
        """Where the site file lies."""
        return self._path.parent

    def view(self, cameras: tuple[StudioCamera, ...]) -> SiteView:
        """What there is to choose from."""
        site = self.loaded.site
        return SiteView(
            agent=site.agent,
            file=str(self._path),
            timezone=self.loaded.timezone.key,
            cameras=cameras,
            kinds=tuple(_kind(kind) for kind in site.policy.kinds.values()),
            settings=_settings(Rule()),
        )

    def drawn(self, sheet: EditedFile, zones: object) -> LoadedSite:
        """The site with these zones; raises BadConfigError with all that is wrong."""
        return self.with_text(sheet.path, sheet.draft(zones))

    def with_text(self, path: Path, text: str) -> LoadedSite:
        """The site with ``text`` in the place of one of its files."""
        return load_site(self._path, drafts=self._not_yet() | {path: text}, secrets_needed=False)

    def judge_zones(self, path: Path, text: str) -> None:
        """Raise BadConfigError for what ``check`` would refuse, were ``text`` saved."""
        problems = check_labels(self.with_text(path, text), self._labels)
        if self._labels and problems:
            raise BadConfigError(problems)

    def missing_calibration(self, camera: str, path: Path) -> str | None:
        """The line that the site file lacks for this calibration to be used, or None."""
        if load_site(self._path, drafts=self._not_yet(), secrets_needed=False).cameras[camera].calibration is not None:
            return None
        written = path.relative_to(self._path.parent).as_posix()
        return f"cameras.{camera}.calibration: {written}"

    @cached_property
    def _labels(self) -> frozenset[str]:
        """What the model can see; nothing where it cannot be asked, which is no fault of a drawing."""
        try:
            return opened_detector(self.loaded).labels
        except OutsideError:
            return frozenset()

    def _not_yet(self) -> dict[Path, str]:
        """A text for every zone file that is named and not there."""
        data = read_source(self._path).data
        cameras = data.get("cameras") if isinstance(data, dict) else None
        named = {
            name: self._path.parent / settings["zones"]
            for name, settings in (cameras.items() if isinstance(cameras, dict) else ())
            if isinstance(settings, dict) and isinstance(settings.get("zones"), str)
        }
        missing = ((name, path) for name, path in named.items() if not path.exists())
        return {path: _nothing_drawn(name, number) for number, (name, path) in enumerate(missing)}


def _nothing_drawn(camera: str, number: int) -> str:
    zone = f"{{id: not-drawn-{number}, polygon: [[0, 0], [1, 0], [1, 1]], kinds: {{illegal_parking: {{}}}}}}"
    return f"version: 1\ncamera: {camera}\nzones: [{zone}]\n"


def _kind(kind: Kind) -> KindCard:
    values = {each.name: _written(getattr(kind.rule, each.name)) for each in fields(kind.rule)}
    return KindCard(
        name=kind.name,
        title=kind.title,
        geometry=kind.geometry.value,
        labels=tuple(sorted(kind.labels | kind.containers)),
        rule={name: text for name, text in values.items() if text is not None},
    )


def _settings(rule: Rule) -> tuple[SettingCard, ...]:
    """The settings of the ladder that are one value: a span, a number or one of several words."""
    cards = []
    for each in fields(rule):
        value = getattr(rule, each.name)
        match value:
            case timedelta():
                cards.append(SettingCard(name=each.name, sort="span"))
            case Enum():
                cards.append(SettingCard(name=each.name, sort="word", words=tuple(w.value for w in type(value))))
            case int():
                cards.append(SettingCard(name=each.name, sort="number"))
            case _:
                pass
    return tuple(cards)


def _written(value: object) -> str | None:
    match value:
        case timedelta():
            return duration_text(value)
        case Enum():
            return str(value.value)
        case int():
            return str(value)
        case _:
            return None
