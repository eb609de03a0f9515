"""Rendering: what a site will say, spoken beforehand by a voice that is too slow to be waited for.

Each text once, kept under the hash of the text and of the voice: a start after a kill goes on where the last one was
cut, and a change of the site's files renders only what is new. A text that is not rendered (yet), or cannot be, is
said by the offline voice at once; that is counted, and the log tells it of each text once.
"""

from __future__ import annotations

import logging
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol

from edge_agent.adapters.speakers.voice.loudness import levelled
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.ports import Measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from edge_agent.adapters.speakers.voice.recorded import PhraseFolder
    from edge_agent.ports import Metrics, Sound

    Text = tuple[str, str]  # language and text

MOST_KEPT: Final = 500_000_000  # bytes of phrases: some two thousand texts
TOLD: Final = 1000  # texts of which is remembered that the log has told them
TOLD_EACH: Final = 10  # texts rendered
_log = logging.getLogger(__name__)


class Renderer(Protocol):
    """A voice that is too slow to be waited for."""

    def called(self, language: str) -> str | None:
        """Which voice speaks a language, and how; None where there is none."""

    def speak(self, text: str, language: str) -> Sound:
        """The sound of ``text``; raises BadInputError where this text cannot be said, OutsideError where none can."""

    def close(self) -> None:
        """Break off what it is at."""


class Rendering:
    """What a renderer has rendered; safe from any thread.

    Args:
        renderer: Who speaks.
        kept: Where its sounds are kept.
        key: The key of a text, of these parts.
        metrics: Who is told how much is missing.
        most_kept: How many bytes of sounds may lie there.
    """

    def __init__(
        self,
        renderer: Renderer,
        kept: PhraseFolder,
        key: Callable[..., str],
        *,
        metrics: Metrics | None = None,
        most_kept: int = MOST_KEPT,
    ) -> None:
        self._renderer = renderer
        self._kept = kept
        self._hash = key
        self._metrics = metrics
        self._most_kept = most_kept
        self._lock = Lock()
        self._missed: set[str] = set()
        self._unreadable: dict[str, str] = {}

    def sound(self, text: str, language: str) -> Sound | None:
        """What is to be heard of a text now; None, and counted, where it is not rendered."""
        key = self._key(text, language)
        sound = None if key is None else self._kept.get(key)
        if sound is None:
            self._miss(key, text, language)
        return sound

    def has(self, text: str, language: str) -> bool:
        """Whether a text is rendered."""
        key = self._key(text, language)
        return key is not None and self._kept.get(key) is not None

    def close(self) -> None:
        """Break off what it is at."""
        self._renderer.close()

    def render(
        self, texts: Iterable[Text], *, pause: Callable[[], bool], told: Callable[[int, int], None] | None = None
    ) -> int:
        """Render what is missing; returns how many texts were. ``pause`` waits between two, and says when to end.

        ``told`` gets how many of those that were missing are done, and how many they were; the log if None.
        """
        texts = tuple(dict.fromkeys(texts))
        waiting, needed = self._waiting(texts), frozenset(self._key(text, language) or "" for language, text in texts)
        done, mute = 0, set[str]()
        for number, (language, text) in enumerate(waiting):
            self._level(len(waiting) - number)
            if language in mute:
                continue
            try:
                if not self._one(text, language, needed):
                    break
            except BadInputError as error:  # of this text alone
                self._refuse(text, language, str(error))
                continue
            except OutsideError as error:
                _log.warning("texts in %s are not rendered, another voice says them: %s", language, error)
                mute.add(language)
                continue
            done += 1
            (told or _tell)(number + 1, len(waiting))
            if pause():
                break
        self._level(len(self._waiting(waiting)))
        return done

    def _one(self, text: str, language: str, needed: frozenset[str]) -> bool:
        """Render one; False where no more may be kept."""
        key = self._key(text, language)
        if key is None:
            return True
        if self._kept.size() > self._most_kept and not self._kept.shed(self._most_kept, needed):
            limit = self._most_kept // 1_000_000
            _log.warning("no more texts are rendered: found %d MB of them, expected at most that; empty it", limit)
            return False
        self._kept.keep(key, levelled(self._renderer.speak(text, language)))
        return True

    def _waiting(self, texts: Iterable[Text]) -> tuple[Text, ...]:
        """Those to be rendered, each once. That one which is there was wanted is noted as its date."""
        return tuple(
            (language, text)
            for language, text in texts
            if self._renderer.called(language) is not None
            and text not in self._unreadable
            and not self.has(text, language)
        )

    def _refuse(self, text: str, language: str, why: str) -> None:
        self._unreadable[text] = why
        _log.warning("a text in %s is not rendered, another voice says it: %s: %s", language, why, text)

    def _miss(self, key: str | None, text: str, language: str) -> None:
        if self._metrics is not None:
            self._metrics.count(Measure.UNRENDERED, language=language)
        with self._lock:
            if key in self._missed or len(self._missed) >= TOLD:
                return
            self._missed.add(key or language)
        _log.warning("not rendered by the natural voice (yet), the offline voice says it in %s: %s", language, text)

    def _level(self, waiting: int) -> None:
        if self._metrics is not None:
            self._metrics.level(Measure.TO_RENDER, waiting)

    def _key(self, text: str, language: str) -> str | None:
        called = self._renderer.called(language)
        return None if called is None else self._hash(called, language, text)


def _tell(done: int, of: int) -> None:
    if done % TOLD_EACH == 0 or done in {1, of}:
        _log.info("the natural voice has rendered %d of %d texts that were missing", done, of)
