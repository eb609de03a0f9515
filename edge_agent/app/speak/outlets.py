"""The outlets of a site, made of its settings: one for each speaker, opened once and used by one thread at a time.

What only some drivers need (requests, a broker) is loaded where a site has such a speaker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, assert_never

from edge_agent.adapters.speakers.files import FileOutlet
from edge_agent.config.speaker.files_speaker import FilesSpeaker
from edge_agent.config.speaker.speakers import (
    AlsaSpeaker,
    AxisSpeaker,
    CommandSpeaker,
    FileRelay,
    HookRelay,
    IsapiSpeaker,
    OnvifSpeaker,
    PipewireSpeaker,
    RelaySpeaker,
    TopicRelay,
    WebhookSpeaker,
)

if TYPE_CHECKING:
    from edge_agent.config.broker.broker_settings import BrokerSettings
    from edge_agent.config.speaker.speakers import SpeakerSettings
    from edge_agent.ports import Clock
    from edge_agent.ports.outlets import Outlet

LAMPS: Final = "lamps"
TimedSpeaker = (
    CommandSpeaker | AlsaSpeaker | PipewireSpeaker | IsapiSpeaker | AxisSpeaker | OnvifSpeaker | WebhookSpeaker
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletFactory:
    """What outlets are made with: a clock that paces them, the broker that lamps listen to, and our name there."""

    clock: Clock
    broker: BrokerSettings
    name: str

    def outlet(self, settings: SpeakerSettings) -> Outlet:
        """The outlet of one speaker."""
        match settings:
            case FilesSpeaker():
                return FileOutlet(folder=settings.folder)
            case CommandSpeaker() | AlsaSpeaker() | PipewireSpeaker():
                return _program(settings)
            case IsapiSpeaker() | AxisSpeaker() | WebhookSpeaker():
                return _over_http(settings, self.clock)
            case OnvifSpeaker():
                from edge_agent.adapters.speakers.onvif.outlet import OnvifOutlet  # noqa: PLC0415

                return OnvifOutlet(
                    address=settings.address,
                    seconds=_seconds(settings),
                    clock=self.clock,
                    openly=settings.basic_auth,
                )
            case RelaySpeaker():
                return self._lamp(settings)
            case _:
                assert_never(settings)

    def _lamp(self, settings: RelaySpeaker) -> Outlet:
        from edge_agent.adapters.speakers.lamps import FileLamp, TopicLamp  # noqa: PLC0415

        lit, clock = settings.lit, self.clock
        match settings.way:
            case FileRelay(path=path, on=on, off=off):
                return FileLamp(file=path, on=on, off=off, lit=lit, clock=clock)
            case TopicRelay(topic=topic, on=on, off=off):
                return TopicLamp(publish=self._publish, topic=topic, on=on, off=off, lit=lit, clock=clock)
            case HookRelay() as hook:
                return _hook_lamp(hook, settings, clock)
            case _ as never:
                assert_never(never)

    def _publish(self, topic: str, payload: bytes) -> None:
        """Hand a message to the broker over a connection of its own, and hang up: lamps are switched rarely."""
        from edge_agent.adapters.mqtt import MqttPublisher  # noqa: PLC0415

        hand = MqttPublisher(self.broker, client_id=self.broker.client(self.name, LAMPS))
        try:
            hand.publish(topic, payload)
        finally:
            hand.close()


def _program(settings: CommandSpeaker | AlsaSpeaker | PipewireSpeaker) -> Outlet:
    from edge_agent.adapters.speakers.command import CommandOutlet, alsa, pipewire  # noqa: PLC0415

    match settings:
        case AlsaSpeaker():
            command = alsa(settings.device)
        case PipewireSpeaker():
            command = pipewire(settings.target)
        case CommandSpeaker():
            command = settings.command
        case _:
            assert_never(settings)
    return CommandOutlet(command=command, seconds=_seconds(settings))


def _over_http(settings: IsapiSpeaker | AxisSpeaker | WebhookSpeaker, clock: Clock) -> Outlet:
    match settings:
        case IsapiSpeaker():
            from edge_agent.adapters.speakers.isapi import IsapiOutlet  # noqa: PLC0415

            return IsapiOutlet(
                address=settings.address,
                channel=settings.channel,
                username=settings.username,
                password=settings.password,
                seconds=_seconds(settings),
                clock=clock,
            )
        case AxisSpeaker():
            from edge_agent.adapters.speakers.axis import AxisOutlet  # noqa: PLC0415

            return AxisOutlet(
                address=settings.address,
                username=settings.username,
                password=settings.password,
                seconds=_seconds(settings),
                clock=clock,
            )
        case WebhookSpeaker():
            return _webhook(settings)
        case _:
            assert_never(settings)


def _webhook(settings: WebhookSpeaker) -> Outlet:
    from edge_agent.adapters.speakers.webhook import WebhookOutlet  # noqa: PLC0415

    return WebhookOutlet(
        url=settings.url.reveal(),
        method=settings.method,
        headers={name: value.reveal() for name, value in settings.headers.items()},
        body=settings.body,
        accepts=settings.accepts,
        username=settings.username,
        password=settings.password,
        seconds=_seconds(settings),
    )


def _hook_lamp(relay: HookRelay, settings: RelaySpeaker, clock: Clock) -> Outlet:
    from edge_agent.adapters.speakers.lamps import HookLamp  # noqa: PLC0415

    return HookLamp(
        on=relay.on.reveal(),
        off=relay.off.reveal(),
        on_body=relay.on_body,
        off_body=relay.off_body,
        method=relay.method,
        username=relay.username,
        password=relay.password,
        seconds=relay.timeout.total_seconds(),
        lit=settings.lit,
        clock=clock,
    )


def _seconds(settings: TimedSpeaker) -> float:
    return settings.timeout.total_seconds()
