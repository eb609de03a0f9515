"""A terminal that stands still fills no memory: the broker waits with what comes next."""

from __future__ import annotations

from threading import Thread

from edge_agent.cli.feed.waiting_messages import WAITING, WaitingMessages

SECONDS = 30.0


def test_no_more_wait_than_may_and_none_is_lost() -> None:
    """Who brings one more waits until there is room; in order."""
    waiting = WaitingMessages()

    def bring() -> None:
        for n in range(WAITING + 3):
            waiting.put("t", b"%d" % n)

    thread = Thread(target=bring)
    thread.start()
    thread.join(1)
    assert thread.is_alive()
    assert [waiting.get()[1] for _ in range(WAITING + 3)] == [b"%d" % n for n in range(WAITING + 3)]
    thread.join(SECONDS)
    assert not thread.is_alive()


def test_nobody_waits_once_it_is_closed() -> None:
    """A network thread that waits would keep the command from ending."""
    waiting = WaitingMessages()

    def bring() -> None:
        for _ in range(WAITING + 3):
            waiting.put("t", b"")

    thread = Thread(target=bring)
    thread.start()
    thread.join(0.5)
    waiting.close()
    thread.join(SECONDS)
    assert not thread.is_alive()
