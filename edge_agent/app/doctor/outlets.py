"""Does what the agent says arrive: at the broker, and out of the loudspeaker?"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.broker import HOST, EmbeddedBroker
from edge_agent.adapters.mqtt.probe import probe
from edge_agent.adapters.speakers.files import FileSpeaker
from edge_agent.adapters.state_folder import standing
from edge_agent.app.doctor.findings import Finding, doubtful, ill, well
from edge_agent.app.feed import status_topic
from edge_agent.config.deployment import BrokerSettings
from edge_agent.core.effects import Speak
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.config.loading import LoadedSite
    from edge_agent.ports import Clock

DOCTOR: Final = "doctor"
PHRASES: Final = {"zh-CN": "测试，测试", "en": "test, test"}
ADVICE: Final = "look at host, port and login in the site file, and at the broker's access list"


def broker(loaded: LoadedSite, clock: Clock) -> Iterator[Finding]:
    """A message to oneself, under an id of one's own: two clients of one id throw each other out."""
    topic = f"{status_topic(loaded.site).removesuffix('/status')}/{DOCTOR}"
    with _broker(loaded) as settings:
        tried = probe(settings, topic, client_id=f"{loaded.site.agent}-{DOCTOR}", clock=clock)
    where = "embedded" if settings is not loaded.broker else f"{settings.host}:{settings.port}"
    login, taken = _ms(tried.login), _ms(tried.acknowledged)
    if tried.back is None:
        said = f"{where}: login {login:.0f} ms, message taken after {taken:.0f} ms; listening is refused"
        yield doubtful("broker", said, f"if you want the way back tested, allow reading {topic}", taken_ms=taken)
        return
    back = _ms(tried.back)
    said = f"{where}: login {login:.0f} ms, message taken after {taken:.0f} ms and back after {back:.0f} ms"
    yield well("broker", said, login_ms=login, taken_ms=taken, back_ms=back)


@contextmanager
def _broker(loaded: LoadedSite) -> Iterator[BrokerSettings]:
    """The site's broker; of the embedded one another copy, for the agent's own may be at work."""
    if isinstance(loaded.broker, BrokerSettings):
        yield loaded.broker
        return
    with EmbeddedBroker() as embedded:
        yield BrokerSettings(host=HOST, port=embedded.port)


def speaker(loaded: LoadedSite, clock: Clock) -> Iterator[Finding]:
    """A test phrase in every language, all the way through the driver."""
    folder = loaded.speaker.folder
    languages = sorted({language for kind in loaded.site.policy.kinds.values() for language in kind.words.warnings})
    text = {language: PHRASES.get(language, PHRASES["en"]) for language in languages}
    try:
        with TemporaryDirectory(dir=standing(folder), prefix=f".{DOCTOR}-") as test:
            began = clock.now()
            answer = FileSpeaker(Path(test)).say(_request(clock, text))
            taken = _ms(clock.now() - began)
    except OSError as error:
        raise OutsideError(f"{folder} cannot be written: {error.strerror}") from error
    if answer.result is Result.PLAYED:
        yield well("speaker", f"files: {', '.join(languages)} spoken in {taken:.0f} ms", taken_ms=taken)
    else:
        yield ill("speaker", f"files: {answer.reason}", "install the voice (pip install 'edge-agent[voice]')")


def _request(clock: Clock, text: dict[str, str]) -> Speak:
    now = clock.now()
    return Speak(
        id=DOCTOR,
        at=now,
        incident=DOCTOR,
        zone=DOCTOR,
        kind=DOCTOR,
        n=1,
        attempt=1,
        expires_at=now + timedelta(minutes=1),
        text=text,
    )


def _ms(span: timedelta) -> float:
    return round(span / timedelta(milliseconds=1), 1)
