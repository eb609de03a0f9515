"""Report: a replay of a log as one page, with pictures from its recording and figures where the truth is known.

It cannot act. The log is folded once for what it tells, and read once more for who was in the pictures.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge_agent import __version__
from edge_agent.adapters.detection_log import LogHeader, read_header
from edge_agent.adapters.evidence.redaction import pixelated
from edge_agent.adapters.evidence.small_pictures import moment_picture
from edge_agent.adapters.reports.sheet import KindSettings, ReportSheet, Words
from edge_agent.adapters.video.video_file import VideoFile
from edge_agent.app.evidence.pictures import redaction_of
from edge_agent.app.replay.replay import accounted, assumed_of_all
from edge_agent.app.replay.score import judged, messages_of, whole_score
from edge_agent.app.replay.stories import events_of
from edge_agent.config.truth_file import read_truth
from edge_agent.core.effects import Note, Notify, OpenWorkOrder, PublishIncident, ReportHealth, UpdateWorkOrder
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.core.events import FrameSeen
from edge_agent.core.explain.stories import BESIDE, gathered_stories
from edge_agent.core.explain.timeline import outages, timeline_of
from edge_agent.core.geometry import PICTURE
from edge_agent.core.incident.grouping import PERSON
from edge_agent.core.site.policy import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.effects import Effect
    from edge_agent.core.events import Event
    from edge_agent.core.explain.stories import Moment, Story
    from edge_agent.core.score.scoring import Score
    from edge_agent.ports import Image

MOST_PICTURES: Final = 120  # of about 30 kB: a page that can be sent by mail
Place = tuple[int, int]  # of a moment: its story's, its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a report is made of: the files of one camera's log, and what else there is of the same recording."""

    loaded: LoadedSite
    camera: str
    logs: tuple[Path, ...]
    video: Path | None = None
    truth: Path | None = None
    people_visible: bool = False
    most_pictures: int = MOST_PICTURES

    @property
    def header(self) -> LogHeader:
        """What the first file says of the recording."""
        return read_header(self.logs[0])

    def recording(self) -> VideoFile | None:
        """The recording; raises BadInputError where its pictures cannot be those of the log."""
        if self.video is None:
            return None
        file = VideoFile(self.video, started=self.header.started, looks_per_second=1)
        if file.size != self.header.size:
            sizes = ["x".join(map(str, size)) for size in (file.size, self.header.size)]
            raise BadInputError(f"{self.video}: pictures of {sizes[0]}, expected those of the log, {sizes[1]}")
        return file


@dataclass(slots=True)
class Passed:
    """Passes events on and counts them: how many looks, from when to when."""

    events: Iterable[Event]
    looks: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def __iter__(self) -> Iterator[Event]:
        """The events."""
        for event in self.events:
            self.looks += isinstance(event, FrameSeen)
            self.first, self.last = self.first or event.at, event.at
            yield event


def sheet_of(material: Material) -> ReportSheet:
    """All that the report shows; raises BadInputError where a file is not what it should be."""
    loaded, camera = material.loaded, material.camera
    passed = Passed(events_of(material.logs))
    effects = tuple(filter(_matters, accounted(passed, camera, loaded.site, assumed_of_all(material.logs))))
    begin, until = passed.first or material.header.started, passed.last or material.header.started
    stories = gathered_stories(effects)
    return ReportSheet(
        agent=loaded.site.agent,
        begin=begin,
        until=until,
        timezone=loaded.timezone,
        made_of=tuple(_made_of(material, passed)),
        stories=stories,
        strips=timeline_of(stories, until),
        outages=outages((each for each in effects if isinstance(each, ReportHealth)), until),
        names=_names(loaded),
        settings=_settings(loaded, camera),
        pictures=dict(_pictures(material, stories)),
        score=_score(material, effects, until),
        people_visible=material.people_visible,
    )


def _matters(effect: Effect) -> bool:
    return isinstance(effect, PublishIncident | Note | Notify | OpenWorkOrder | UpdateWorkOrder | ReportHealth)


def _score(material: Material, effects: tuple[Effect, ...], until: datetime) -> Score | None:
    if material.truth is None:
        return None
    truth, started = read_truth(material.truth, material.loaded.site), material.header.started
    return whole_score((judged(truth, messages_of(effects), material.loaded.site, started, until - started),))


def _pictures(material: Material, stories: tuple[Story, ...]) -> Iterator[tuple[Place, bytes]]:
    """A picture of each moment that has a place, as far as the room for them reaches; incidents go first."""
    file = material.recording()
    if file is None:
        return
    wanted = sorted(_wanted(stories), key=lambda each: stories[each[0]].near_miss)[: material.most_pictures]
    moments = {place: stories[place[0]].moments[place[1]] for place in wanted}
    looks = _looks_at(material, {_shown_at(moment) for moment in moments.values()})
    polygons = {zone.id: zone.polygon for zone in material.loaded.site.zones_of(material.camera)}
    for place, moment in moments.items():
        look = looks.get(_shown_at(moment))
        frame = None if look is None else file.frame_at(look.at)
        if look is not None and frame is not None:
            image = frame.image if material.people_visible else _redacted(material, frame.image, look, moment)
            yield place, moment_picture(image, polygons.get(stories[place[0]].zone), moment.box)


def _wanted(stories: tuple[Story, ...]) -> Iterator[Place]:
    """The moments of each story that have a place, one an instant."""
    for number, story in enumerate(stories):
        shown: datetime | None = None
        for n, moment in enumerate(story.moments):
            if moment.box is not None and moment.what not in BESIDE and _shown_at(moment) != shown:
                shown = _shown_at(moment)
                yield number, n


def _shown_at(moment: Moment) -> datetime:
    """When a moment is best seen: as the thing was last there, which for what is over was before."""
    return min(moment.last_seen or moment.at, moment.at)


def _looks_at(material: Material, instants: set[datetime]) -> dict[datetime, FrameSeen]:
    """The last look at or before each of the instants."""
    waiting = sorted(instants, reverse=True)
    frames: dict[datetime, FrameSeen] = {}
    last: FrameSeen | None = None
    for event in events_of(material.logs):
        while waiting and event.at > waiting[-1]:
            instant = waiting.pop()
            if last is not None:
                frames[instant] = last
        if isinstance(event, FrameSeen):
            last = event
    return frames | (dict.fromkeys(waiting, last) if last is not None else {})


def _redacted(material: Material, image: Image, look: FrameSeen, moment: Moment) -> Image:
    """The picture as it may leave: whole people, and what else the site wants nobody to see."""
    keep = material.loaded.site.policy.seeing.keep_score
    people = tuple(each.box for each in look.detections if each.label == PERSON and each.score >= keep)
    redaction = redaction_of(material.loaded, material.camera)
    hidden = pixelated(redaction.masked(image), people)
    return redaction.redacted(hidden, look.detections, moment.box or PICTURE).image


def _made_of(material: Material, passed: Passed) -> Iterator[tuple[Words, str]]:
    loaded, header = material.loaded, material.header
    span = (passed.first or header.started, passed.last or header.started)
    yield {"en": "camera", "zh-CN": "摄像机"}, f"{loaded.site.agent} / {material.camera}"
    yield {"en": "from – to", "zh-CN": "起止"}, " – ".join(_local(at, loaded) for at in span)
    yield {"en": "looks", "zh-CN": "分析帧数"}, str(passed.looks)
    for log in material.logs:
        yield {"en": "detection log", "zh-CN": "检测日志"}, _hashed(log)
    if material.video is not None:
        yield {"en": "recording", "zh-CN": "录像"}, _hashed(material.video)
    if material.truth is not None:
        yield {"en": "truth", "zh-CN": "真值"}, _hashed(material.truth)
    yield {"en": "model", "zh-CN": "模型"}, f"sha256 {header.model}"
    yield {"en": "policy in force", "zh-CN": "生效策略"}, f"sha256 {loaded.site.policy.sha256}"
    for file in loaded.files:
        yield {"en": "site, zones, policy", "zh-CN": "点位、区域、策略文件"}, _hashed(file)
    yield {"en": "edge-agent", "zh-CN": "edge-agent"}, __version__


def _local(at: datetime, loaded: LoadedSite) -> str:
    return f"{at.astimezone(loaded.timezone):%Y-%m-%d %H:%M:%S %z}"


def _hashed(path: Path) -> str:
    """The name of a file and its sha256; never where it lies, which is nobody else's business."""
    try:
        with path.open("rb") as file:
            return f"{path.name} sha256 {file_digest(file, 'sha256').hexdigest()}"
    except OSError as error:
        raise OutsideError(f"{path}: cannot be read: {error.strerror}") from error


def _names(loaded: LoadedSite) -> dict[str, Words]:
    kinds = {kind.name: kind.title for kind in loaded.site.policy.kinds.values()}
    return kinds | {zone.id: zone.name for zone in loaded.site.zones if zone.name}


def _settings(loaded: LoadedSite, camera: str) -> tuple[KindSettings, ...]:
    return tuple(
        KindSettings(zone=zone_rule.zone.id, kind=zone_rule.kind.name, values=_values(zone_rule.rule))
        for zone_rule in loaded.site.watch(camera).zone_rules
    )


def _values(rule: Rule) -> tuple[tuple[str, str], ...]:
    values = ((each.name, getattr(rule, each.name)) for each in fields(rule))
    return tuple((name, _written(value)) for name, value in values if value is not None)


def _written(value: object) -> str:
    return f"{value.total_seconds():g}s" if isinstance(value, timedelta) else str(value)
