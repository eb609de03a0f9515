"""The broken network breaks as it is told, and only so."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.adapters.clock import counter_ns
from tests.cameras.fault_proxy import FaultProxy
from tests.cameras.faults import Corrupt, Cut, Delay, Drop, Pass, Refuse, Stall, Throttle
from tests.cameras.interleaved import Interleaved, is_rtp, spoilt

if TYPE_CHECKING:
    from collections.abc import Iterator

REPLY = b"RTSP/1.0 200 OK\r\nContent-Length: 5\r\n\r\na=b\r\n"


def rtp(n: int, size: int = 100) -> bytes:
    """The n-th packet of pictures."""
    return b"$\0" + (size + 14).to_bytes(2, "big") + bytes([n]) * (size + 14)


@pytest.fixture
def camera() -> Iterator[socket.socket]:
    """Somebody who listens, and says what a test makes it say."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def network(camera: socket.socket) -> Iterator[FaultProxy]:
    """The network before the camera."""
    with FaultProxy(camera.getsockname()) as proxy:
        yield proxy


def connect(network: FaultProxy, camera: socket.socket) -> tuple[socket.socket, socket.socket]:
    """Both ends of a connection through the network, which knows of it."""
    client = socket.create_connection(("127.0.0.1", network.port), timeout=30)
    server = camera.accept()[0]
    client.sendall(b"?")
    assert server.recv(1) == b"?"
    return client, server


def received(client: socket.socket, size: int) -> bytes:
    """So many bytes, or fewer if it ends."""
    data = b""
    while len(data) < size and (more := client.recv(size - len(data))):
        data += more
    return data


@given(st.lists(st.sampled_from([REPLY, rtp(1), rtp(2, 0), b"$\1\0\4abcd", b"RTSP/1.0 401 No\r\n\r\n"])), st.data())
def test_a_stream_comes_apart_into_its_pieces_however_it_is_cut(pieces: list[bytes], data: st.DataObject) -> None:
    """Replies with their bodies, and packets, whole."""
    whole, split = b"".join(pieces), Interleaved()
    piece_list: list[bytes] = []
    while whole:
        size = data.draw(st.integers(1, len(whole)))
        piece_list.extend(split.pieces(whole[:size]))
        whole = whole[size:]
    assert piece_list == pieces


def test_a_spoilt_packet_keeps_its_frame_and_its_headers() -> None:
    """So what reads it goes on in step."""
    packet = rtp(7)
    assert spoilt(packet)[:18] == packet[:18]
    assert len(spoilt(packet)) == len(packet)
    assert spoilt(packet) != packet
    assert is_rtp(packet)
    assert not is_rtp(REPLY)


def test_a_whole_network_changes_nothing(network: FaultProxy, camera: socket.socket) -> None:
    """In both directions."""
    client, server = connect(network, camera)
    with client, server:
        client.sendall(b"DESCRIBE")
        assert server.recv(100) == b"DESCRIBE"
        server.sendall(REPLY + rtp(1))
        assert received(client, len(REPLY) + 118) == REPLY + rtp(1)


def test_every_nth_packet_is_dropped_or_spoilt(network: FaultProxy, camera: socket.socket) -> None:
    """Packets only; replies pass."""
    client, server = connect(network, camera)
    with client, server:
        network.fault = Drop(one_in=3)
        server.sendall(b"".join(rtp(n) for n in range(1, 7)) + REPLY)
        expected = b"".join(rtp(n) for n in (1, 2, 4, 5)) + REPLY
        assert received(client, len(expected)) == expected
        network.fault = Corrupt(one_in=2)
        server.sendall(rtp(7) + rtp(8))  # the seventh and eighth of this connection
        assert received(client, 236) == rtp(7) + spoilt(rtp(8))
        network.fault = Pass()
        server.sendall(rtp(1))
        assert received(client, 118) == rtp(1)


def test_what_is_stalled_is_held_and_not_lost(network: FaultProxy, camera: socket.socket) -> None:
    """It comes when the network does."""
    client, server = connect(network, camera)
    with client, server:
        network.fault = Stall()
        server.sendall(rtp(1) + rtp(2))
        client.settimeout(0.2)
        with pytest.raises(TimeoutError):
            client.recv(1)
        client.settimeout(30)
        network.fault = Pass()
        assert received(client, 236) == rtp(1) + rtp(2)


def test_a_cut_ends_what_is_connected_and_nothing_else(network: FaultProxy, camera: socket.socket) -> None:
    """Without a goodbye; who comes back gets through."""
    client, server = connect(network, camera)
    with client, server:
        network.fault = Cut()
        with pytest.raises(ConnectionResetError):
            assert client.recv(1) == b"unless it ended politely"
    again, server = connect(network, camera)
    with again, server:
        server.sendall(REPLY)
        assert received(again, len(REPLY)) == REPLY
    assert network.accepted == 2


def test_a_camera_without_power_is_refused_until_it_is_back(network: FaultProxy, camera: socket.socket) -> None:
    """On the same port."""
    network.fault = Refuse()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", network.port), timeout=30)
    network.fault = Pass()
    client, server = connect(network, camera)
    client.close()
    server.close()


@pytest.mark.parametrize("fault", [Delay(0.2), Throttle(1_000)])
def test_a_slow_network_is_slow(network: FaultProxy, camera: socket.socket, fault: Delay | Throttle) -> None:
    """Two hundred bytes come a fifth of a second later than they were sent, or than they would have been."""
    client, server = connect(network, camera)
    with client, server:
        network.fault = fault
        started = counter_ns()
        server.sendall(rtp(1, 82) + rtp(2, 82) + rtp(3, 82))
        assert received(client, 300) == rtp(1, 82) + rtp(2, 82) + rtp(3, 82)
        assert counter_ns() - started >= 190_000_000
