"""Taking ahead changes neither what comes, nor its order, nor what goes wrong; and it leaves no thread behind."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from itertools import count, islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.app.stream.looks import ahead


def workers() -> int:
    """How many threads take ahead just now."""
    return sum(thread.name == "ahead" for thread in threading.enumerate())


def breaking(items: Iterable[int], error: BaseException) -> Iterator[int]:
    """The items, and then an error."""
    yield from items
    raise error


@settings(max_examples=30)
@given(st.lists(st.integers(), max_size=40), st.integers(1, 6))
def test_the_same_items_in_the_same_order(items: list[int], depth: int) -> None:
    """However many are taken ahead."""
    assert list(ahead(items, depth=depth)) == items
    assert workers() == 0


@pytest.mark.parametrize("error", [ValueError("torn"), KeyboardInterrupt()], ids=["error", "interrupt"])
def test_an_error_comes_where_it_happened(error: BaseException) -> None:
    """After the items before it, and as it was."""
    taken: list[int] = []
    with pytest.raises(type(error)) as caught:
        taken.extend(ahead(breaking(range(9), error)))
    assert caught.value is error
    assert workers() == 0


def test_what_came_before_an_error_is_given_first() -> None:
    """One by one."""
    items = ahead(breaking(range(9), ValueError("torn")))
    assert list(islice(items, 9)) == list(range(9))
    with pytest.raises(ValueError, match="torn"):
        next(items)


def test_no_more_than_depth_is_taken_ahead() -> None:
    """Frames are large: one in hand, `depth` in the queue, one waiting for its place."""
    seen: list[int] = []
    items = ahead((seen.append(n) or n for n in count()), depth=3)  # type: ignore[func-returns-value]
    assert next(items) == 0
    assert len(seen) <= 1 + 3 + 1
    items.close()


def test_a_consumer_that_leaves_ends_the_thread() -> None:
    """Also where the items never end, and also one behind the other."""
    items = ahead(ahead(iter(count())))
    assert list(islice(items, 3)) == [0, 1, 2]
    assert workers() == 2
    del items
    assert workers() == 0


def test_nothing_is_taken_before_it_is_asked_for() -> None:
    """Making it starts no thread."""
    items = ahead(count())
    assert workers() == 0
    assert next(items) == 0
    del items
    assert workers() == 0
