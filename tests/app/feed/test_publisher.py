"""The promises of a publisher, kept by the real one over TCP and by the one that the other tests use."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.mqtt import MqttPublisher
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.core.errors import OutsideError
from edge_agent.core.feed.broker_faults import MessageRefusedError
from edge_agent.ports import Message
from tests.adapters.mqtt.scripted_broker import HANG_UP, NOT_AUTHORIZED, SUCCESS, Script, scripted_broker
from tests.app.feed.publishers import ScriptedPublisher, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from edge_agent.ports import Publisher

    Stage = Callable[[Callable[[str], Verdict]], AbstractContextManager[tuple[Publisher, list[tuple[str, bytes]]]]]

SECONDS = 60.0  # no test waits this long unless it fails
REASONS = {Verdict.TAKEN: SUCCESS, Verdict.REFUSED: NOT_AUTHORIZED, Verdict.LOST: HANG_UP}


@contextmanager
def real(judge: Callable[[str], Verdict]) -> Iterator[tuple[Publisher, list[tuple[str, bytes]]]]:
    """Over TCP, to a broker that judges."""
    with scripted_broker(Script(publish=lambda topic: REASONS[judge(topic)])) as script:
        publisher = MqttPublisher(BrokerSettings(host="127.0.0.1", port=script.port), client_id="box")
        yield publisher, script.taken
        publisher.close()


@contextmanager
def fake(judge: Callable[[str], Verdict]) -> Iterator[tuple[Publisher, list[tuple[str, bytes]]]]:
    """In this process."""
    publisher = ScriptedPublisher(judge)
    yield publisher, publisher.taken


def deliver(publisher: Publisher, topic: str, payload: bytes) -> bool:
    """Send one message and wait for the answer."""
    return publisher.send(Message(id=topic, key=topic, topic=topic, payload=payload)).result(SECONDS)


@pytest.fixture(params=[real, fake], ids=["real", "fake"])
def stage(request: pytest.FixtureRequest) -> Stage:
    """Either of them."""
    chosen: Stage = request.param
    return chosen


def test_what_returns_is_delivered_in_order(stage: Stage) -> None:
    """Once it is answered, the broker has it, and has it behind what came before."""
    with stage(lambda _topic: Verdict.TAKEN) as (publisher, taken):
        for n in range(5):
            deliver(publisher, f"t/{n}", b"%d" % n)
            assert taken[-1] == (f"t/{n}", b"%d" % n)
    assert len(taken) == 5


def test_a_refusal_concerns_one_message(stage: Stage) -> None:
    """It says which, is an outside error, and the next message passes."""
    with stage(lambda topic: Verdict.REFUSED if topic == "bad" else Verdict.TAKEN) as (publisher, taken):
        with pytest.raises(MessageRefusedError, match="bad"):
            deliver(publisher, "bad", b"1")
        deliver(publisher, "good", b"2")
    assert taken == [("good", b"2")]


def test_a_loss_is_no_refusal_and_heals(stage: Stage) -> None:
    """The same publisher delivers once the broker is back."""
    verdicts = iter([Verdict.LOST, Verdict.TAKEN])
    with stage(lambda _topic: next(verdicts)) as (publisher, taken):
        with pytest.raises(OutsideError) as caught:
            deliver(publisher, "t", b"1")
        assert not isinstance(caught.value, MessageRefusedError)
        deliver(publisher, "t", b"1")
    assert taken == [("t", b"1")]
