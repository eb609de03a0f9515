"""A strike in words: how many-th it is of whom, at which step, and which earlier incidents counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_agent.core.feed.strikes import StrikesBy

if TYPE_CHECKING:
    from edge_agent.core.feed.strikes import Strike, StrikeCount

Words = dict[str, str]
STRIKE: Final[Words] = {
    "en": "strike {n} of {by} {party}, at the step '{step}'{because}",
    "zh-CN": "{by}{party}第{n}次违规，处于“{step}”{because}",
}
BY: Final[dict[StrikesBy, Words]] = {
    StrikesBy.SHOP: {"en": "shop", "zh-CN": "店铺"},
    StrikesBy.PLATE: {"en": "vehicle", "zh-CN": "车辆"},
    StrikesBy.PLACE: {"en": "place", "zh-CN": "地点"},
}
COUNTED: Final[Words] = {"en": ": {before} counted before", "zh-CN": "：此前计入{before}"}
EARLIER: Final[Words] = {"en": "{count} earlier", "zh-CN": "更早的{count}次"}
ELSEWHERE: Final[Words] = {"en": "{count} at other boxes", "zh-CN": "其他设备的{count}次"}


def counted_before(strike: StrikeCount, ledger: tuple[Strike, ...]) -> tuple[str, ...]:
    """The incidents that made it the ``n``-th, as far as ``ledger`` knows them, the oldest first.

    Those that count are the newest of the party's, for a window reaches back from now.
    """
    before = [each.incident for each in ledger if (each.by, each.party) == (strike.by, strike.party) and not each.void]
    here = strike.n - 1 - strike.elsewhere
    return tuple(before[-here:]) if here > 0 else ()


def strike_words(strike: StrikeCount, before: tuple[str, ...], language: str) -> str:
    """A strike in words, with the earlier incidents ``before`` that counted; those that are not known as a number.

    Of those at other boxes, which no ledger here knows, it says how many they are.
    """
    counts = ((EARLIER, strike.n - 1 - strike.elsewhere - len(before)), (ELSEWHERE, strike.elsewhere))
    names = [*before, *(_in(words, language).format(count=count) for words, count in counts if count > 0)]
    comma = "、" if language.startswith("zh") else ", "
    because = _in(COUNTED, language).format(before=comma.join(names)) if names else ""
    by = _in(BY[strike.by], language)
    return _in(STRIKE, language).format(n=strike.n, by=by, party=strike.party, step=strike.step, because=because)


def _in(words: Words, language: str) -> str:
    return words.get(language, words["en"])
