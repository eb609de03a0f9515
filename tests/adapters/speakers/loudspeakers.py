"""The loudspeakers of two makers as their documents describe them, and what they heard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from tests.adapters.speakers.digest import Doorkeeper
from tests.adapters.speakers.http_device import Answers, DeviceRequest, HttpDevice

if TYPE_CHECKING:
    import ssl

CHANNELS: Final = "/ISAPI/System/TwoWayAudio/channels"
OPEN: Final = f"{CHANNELS}/1/open"
AUDIO: Final = f"{CHANNELS}/1/audioData"
CLOSE: Final = f"{CHANNELS}/1/close"
TRANSMIT: Final = "/axis-cgi/audio/transmit.cgi"
PARAM: Final = "/axis-cgi/param.cgi"
NAMESPACE: Final = "http://www.hikvision.com/ver20/XMLSchema"


def status(code: int, word: str, detail: str) -> bytes:
    """A ``ResponseStatus``."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><ResponseStatus version="2.0" xmlns="{NAMESPACE}">'
        f"<requestURL></requestURL><statusCode>{code}</statusCode><statusString>{word}</statusString>"
        f"<subStatusCode>{detail}</subStatusCode></ResponseStatus>"
    ).encode()


class Isapi(HttpDevice):
    """A Hikvision camera with one two-way audio channel; ``open_session`` is the one that is open."""

    def __init__(self, *, doorkeeper: Doorkeeper | None = None, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(doorkeeper=doorkeeper or Doorkeeper(), tls=tls)
        self.codec = "G.711ulaw"
        self.kilohertz: str | None = None
        self.numbered = True  # whether it gives sessions an id
        self.open_session: str | None = None
        self.opened = 0
        self.heard: list[bytes] = []

    def answer(self, request: DeviceRequest) -> Answers:
        """As the Developer Guide has it."""
        parts = urlsplit(request.target)
        match request.method, parts.path:
            case "GET", path if path == CHANNELS:
                return Answers(200, self._channels())
            case "PUT", path if path == OPEN:
                return self._open()
            case "PUT", path if path == AUDIO:
                return self._audio(request, parse_qs(parts.query).get("sessionId", [""])[0])
            case "PUT", path if path == CLOSE:
                self.open_session = None
                return Answers(200, status(1, "OK", "ok"))
            case _:
                return Answers(404, status(4, "Invalid Operation", "notSupport"))

    def broke_off(self, body: bytes) -> None:
        """What came until then was heard."""
        self.heard.append(body)

    def _channels(self) -> bytes:
        rate = f"<audioSamplingRate>{self.kilohertz}</audioSamplingRate>" if self.kilohertz else ""
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><TwoWayAudioChannelList version="2.0" xmlns="{NAMESPACE}">'
            f'<TwoWayAudioChannel version="2.0" xmlns="{NAMESPACE}"><id>1</id><enabled>false</enabled>'
            f"<audioCompressionType>{self.codec}</audioCompressionType><speakerVolume>60</speakerVolume>{rate}"
            "<audioInputType>MicIn</audioInputType></TwoWayAudioChannel></TwoWayAudioChannelList>"
        ).encode()

    def _open(self) -> Answers:
        if self.open_session is not None:
            return Answers(403, status(2, "Device Busy", "deviceBusy"))
        self.opened += 1
        self.open_session = str(2093716360 + self.opened) if self.numbered else ""
        if not self.numbered:
            return Answers(200, status(1, "OK", "ok"))
        return Answers(
            200,
            f'<TwoWayAudioSession version="2.0" xmlns="{NAMESPACE}"><sessionId>{self.open_session}</sessionId>'
            "</TwoWayAudioSession>".encode(),
        )

    def _audio(self, request: DeviceRequest, session: str) -> Answers:
        if self.open_session is None or session != self.open_session:
            return Answers(403, status(4, "Invalid Operation", "invalidOperation"))
        if request.headers.get("Content-Type") != "application/octet-stream":
            return Answers(400, status(5, "Invalid XML Format", "badXmlFormat"))
        self.heard.append(request.body)
        return Answers(200, status(1, "OK", "ok"))


class Axis(HttpDevice):
    """An Axis horn; ``formats`` are what its decoder takes."""

    def __init__(self, *, doorkeeper: Doorkeeper | None = None, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(doorkeeper=doorkeeper or Doorkeeper(), tls=tls)
        self.formats: str | None = "g711,g726,axis-mulaw-128"
        self.heard: list[bytes] = []

    def answer(self, request: DeviceRequest) -> Answers:
        """As the VAPIX Audio API has it."""
        parts = urlsplit(request.target)
        match request.method, parts.path:
            case "GET", path if path == PARAM and "Properties.Audio.Decoder" in parts.query:
                if self.formats is None:
                    return Answers(200, b"# Error: Error -1 getting param in group 'Properties.Audio.Decoder'\r\n")
                return Answers(200, f"root.Properties.Audio.Decoder.Format={self.formats}\r\n".encode())
            case "POST", path if path == TRANSMIT and request.headers.get("Content-Type") == "audio/basic":
                self.heard.append(request.body)
                return Answers(204)
            case "POST", path if path == TRANSMIT:
                return Answers(415)
            case _:
                return Answers(404)

    def broke_off(self, body: bytes) -> None:
        """What came until then was heard."""
        self.heard.append(body)
