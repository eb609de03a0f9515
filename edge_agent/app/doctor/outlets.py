"""Does what the agent says arrive at the broker?"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.broker import HOST, EmbeddedBroker
from edge_agent.adapters.mqtt.probe import probe
from edge_agent.app.doctor.findings import Finding, doubtful, well
from edge_agent.app.feed import status_topic
from edge_agent.config.deployment import BrokerSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.config.loading import LoadedSite
    from edge_agent.ports import Clock

DOCTOR: Final = "doctor"
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


def _ms(span: timedelta) -> float:
    return round(span / timedelta(milliseconds=1), 1)
