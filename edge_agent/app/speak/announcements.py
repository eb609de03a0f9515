"""Announcements: what a speaker is given to say, of one request or of several neighbours that are due together."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.core.feed.incidents import derived_id
from edge_agent.ports import Sound
from edge_agent.ports.outlets import Announcement

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from edge_agent.core.effects import Speak

    Sounds = Callable[[Speak], Mapping[str, Sound]]

PAUSE: Final = timedelta(milliseconds=500)  # between the words of two neighbours


def announced(
    requests: tuple[Speak, ...], sounds: tuple[Mapping[str, Sound], ...], *, at: datetime, volume: float = 1.0
) -> Announcement:
    """One announcement of ``requests``, at least one, each with its sounds by language; the same words once.

    It carries the name of the first, and ends with the one that expires first.
    """
    first = requests[0]
    ids = tuple(request.id for request in requests)
    return Announcement(
        id=first.id if len(requests) == 1 else derived_id("say", *ids),
        incident=first.incident,
        zone=first.zone,
        kind=first.kind,
        n=first.n,
        at=at,
        until=min(request.expires_at for request in requests),
        text=_texts(requests),
        sounds=sounds[0] if len(requests) == 1 else _sounds(requests, sounds),
        volume=volume,
    )


def _texts(requests: tuple[Speak, ...]) -> dict[str, str]:
    """The words by language, in the order in which the languages are first spoken."""
    texts: dict[str, list[str]] = {}
    for request in requests:
        for language, text in request.text.items():
            words = texts.setdefault(language, [])
            words += [] if text in words else [text]
    return {language: " ".join(words) for language, words in texts.items()}


def _sounds(requests: tuple[Speak, ...], sounds: tuple[Mapping[str, Sound], ...]) -> dict[str, Sound]:
    """The sounds by language, those of the same words once."""
    sounds_by_name: dict[str, dict[str, Sound]] = {}
    for request, heard in zip(requests, sounds, strict=True):
        for language, sound in heard.items():
            sounds_by_name.setdefault(language, {}).setdefault(request.text.get(language, ""), sound)
    return {language: _joined(tuple(parts.values())) for language, parts in sounds_by_name.items()}


def _joined(sounds: tuple[Sound, ...]) -> Sound:
    if len(sounds) == 1:
        return sounds[0]
    # numpy and FFmpeg, which a single message need not wait for:
    from edge_agent.adapters.speakers.voice.loudness import resampled  # noqa: PLC0415
    from edge_agent.core.speak import sound as numbers  # noqa: PLC0415

    rate = sounds[0].rate
    parts = [resampled(numbers.from_bytes(each.samples), each.rate, rate) for each in sounds]
    return Sound(rate=rate, samples=numbers.to_bytes(numbers.joined(parts, pause=PAUSE, rate=rate)))
