"""The pause before another try doubles, has an end, and differs from box to box."""

from edge_agent.core.feed.broker_faults import FIRST_PAUSE_S, LONGEST_PAUSE_S, pause_s


def test_pauses_double_up_to_half_a_minute_and_spread() -> None:
    """The same box pauses the same way each time; two boxes do not come back in step."""
    pauses = [pause_s(n, "box") for n in range(1, 20)]
    assert FIRST_PAUSE_S * 0.75 <= pauses[0] <= FIRST_PAUSE_S
    assert all(LONGEST_PAUSE_S * 0.75 <= pause <= LONGEST_PAUSE_S for pause in pauses[8:])
    assert pauses == [pause_s(n, "box") for n in range(1, 20)]
    assert pauses != [pause_s(n, "other") for n in range(1, 20)]
