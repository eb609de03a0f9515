"""Which address of a broker is tried first: the one that took us last, so that all connections of a process agree.

A box has two connections, one that delivers and one that hears commands. Where a broker has several addresses and no
common memory behind them, a centre is at one of them, and so both must go to the same. They stay where they are until
that connection breaks; then they look from there on, in a circle.

An address that has said nothing at all to MQTT 5, and then spoke 3.1.1, is remembered too: its silence costs seconds.
"""

from __future__ import annotations

from threading import Lock
from typing import Final

Where = tuple[str, int]  # a host and a port

_guard: Final = Lock()
_last: Final[dict[tuple[Where, ...], int]] = {}
_old: Final[set[Where]] = set()


def in_turn(addresses: tuple[Where, ...]) -> tuple[Where, ...]:
    """The addresses in the order in which they are to be tried."""
    with _guard:
        first = _last.get(addresses, 0)
    return addresses[first:] + addresses[:first]


def took_us(addresses: tuple[Where, ...], where: Where) -> None:
    """Begin there next time."""
    with _guard:
        _last[addresses] = addresses.index(where)


def speaks_old(where: Where) -> bool:
    """Whether to begin with MQTT 3.1.1 there."""
    with _guard:
        return where in _old


def remember_old(where: Where, *, old: bool) -> None:
    """Begin with MQTT 3.1.1 there from now on, or with 5 again."""
    with _guard:
        (_old.add if old else _old.discard)(where)
