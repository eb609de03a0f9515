"""Says an announcement through a camera's own loudspeaker, and knows whether it was said.

``played`` is what the camera has confirmed: it accepted the session, took every packet at the pace of the sound, and
answered the leave that came after the last of them on the same connection. What it cannot confirm is whether its
loudspeaker is plugged in.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.speakers.answering import MidwayError, answer, forgotten
from edge_agent.adapters.speakers.onvif.backchannel import Backchannel
from edge_agent.adapters.speakers.onvif.connection import PACKET, packets
from edge_agent.adapters.speakers.onvif.offer import RATE
from edge_agent.adapters.speakers.voice.loudness import as_heard
from edge_agent.config.fields.addresses import camera_address
from edge_agent.core.errors import OutsideError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from edge_agent.adapters.speakers.onvif.offer import Backtrack
    from edge_agent.config.fields.secret import Secret
    from edge_agent.ports import Clock, SpeakerAnswer
    from edge_agent.ports.outlets import Announcement

SECONDS: Final = 5.0
SPAN: Final = timedelta(seconds=PACKET / RATE)
BEHIND: Final = timedelta(milliseconds=100)  # a box that was held up does not send more than this in one burst
TAIL_S: Final = 0.5  # a camera plays some tenths of a second later than it hears, and forgets the rest at the leave


class OnvifOutlet:
    """A camera's loudspeaker, reached through the backchannel of its stream.

    Args:
        address: The camera's rtsp:// address, with its login if it has one; a sub-stream is enough.
        clock: Paces the sound.
        seconds: How long the camera may take for a reply.
        openly: Whether the password may be given in the clear.

    Raises:
        BadInputError: The address is none.
    """

    def __init__(self, *, address: Secret, clock: Clock, seconds: float = SECONDS, openly: bool = False) -> None:
        self._address = camera_address(address.reveal())
        self._clock = clock
        self._seconds = seconds
        self._openly = openly

    def play(self, announcement: Announcement) -> SpeakerAnswer:
        """Say it in each of its languages; returns when the last has been said, or why it was not."""
        return answer(lambda: self._play(announcement))

    def recall(self, announcement: Announcement) -> SpeakerAnswer:  # noqa: ARG002 - the camera keeps no record
        """Unknown: nobody can tell what was heard."""
        return forgotten(str(self._address))

    def probe(self) -> str:
        """Ask the camera what it offers; raises OutsideError with the reason where that is no loudspeaker."""
        session = self._session()
        try:
            track = session.describe()
        except OutsideError as error:
            raise OutsideError(f"{self._address}: {error}") from error
        finally:
            session.close()
        return f"{self._address}: an ONVIF backchannel, {track.codec}"

    def close(self) -> None:
        """Nothing is held between announcements."""

    def _play(self, announcement: Announcement) -> None:
        samples = as_heard(announcement, RATE)
        session = self._session()
        try:
            track = self._opened(session, announcement.until)
            stream = packets(samples, track, channel=session.channel, announcement=announcement.id)
            self._send(session, stream)
            session.end()
        except OutsideError as error:
            befell = MidwayError if session.begun else OutsideError
            raise befell(f"{self._address}: {error}") from error
        finally:
            session.close()

    def _session(self) -> Backchannel:
        return Backchannel(self._address, clock=self._clock, seconds=self._seconds, openly=self._openly)

    def _opened(self, session: Backchannel, until: datetime) -> Backtrack:
        track = session.open()
        if self._clock.now() >= until:
            raise OutsideError(f"the camera was ready too late, expected before {until:%H:%M:%S} UTC")
        return track

    def _send(self, session: Backchannel, stream: Iterator[bytes]) -> None:
        due = self._clock.now()
        for packet in stream:
            self._clock.sleep((due - self._clock.now()).total_seconds())
            session.send(packet)
            due = max(due + SPAN, self._clock.now() - BEHIND)
        self._clock.sleep(SPAN.total_seconds() + TAIL_S)
