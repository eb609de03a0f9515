"""A thousand simulated agents at one mosquitto, and one centre that hears them all.

    .venv/bin/python -m lab.bench.feed_many [AGENTS] [EVENTS_A_SECOND] [SECONDS]

An agent here is a connection that speaks just enough MQTT 5: QoS 1, at most 20 messages under way. The real client
would cost more than the broker that is to be measured. Latency is from the moment an event is due to the moment the
centre has it, by the one clock of the machine. Where fewer were sent than asked for, the machine did not allow more.
"""

from __future__ import annotations

import os
import selectors
import socket
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from edge_agent.adapters.broker import HOST
from edge_agent.adapters.clock import counter_ns
from tests.feed.brokers import PLAIN, Mosquitto, version

WINDOW = 20
SIZE = 1000  # bytes of an event
TICK_S = 0.005
NANO = 1_000_000_000
PUBLISH, PUBACK = 3, 4


def main(agents: str = "1000", rate: str = "10000", seconds: str = "120") -> None:
    """Run, and print what was measured."""
    settings = f"{PLAIN}max_inflight_messages 0\n"
    with TemporaryDirectory() as folder, Mosquitto(folder=Path(folder), settings=settings) as broker:
        command = [sys.executable, "-m", "lab.bench.feed_many", "centre", str(broker.port)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as centre:
            assert centre.stdout is not None  # noqa: S101
            centre.stdout.readline()
            crowd = AgentCrowd(broker.port, int(agents))
            busy, begun = _cpu_s(broker.pid), counter_ns()
            crowd.run(float(rate), float(seconds))
            passed = (counter_ns() - begun) / NANO
            busy = _cpu_s(broker.pid) - busy
            output, _ = centre.communicate("end\n")
    print(f"broker: {version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end")
    print(f"agents: {agents}, {passed:.0f} s, asked for {float(rate):.0f} events a second")
    print(f"sent {crowd.sent / passed:.0f} a second, acknowledged {crowd.acknowledged} of {crowd.sent}")
    print(f"broker: {100 * busy / passed:.0f} % of one core")
    print(output.strip())


class AgentCrowd:
    """The agents, in one loop."""

    def __init__(self, port: int, agents: int) -> None:
        self._selector = selectors.DefaultSelector()
        self._agents = [self._joined(port, number) for number in range(agents)]
        self.sent = self.acknowledged = 0

    def _joined(self, port: int, number: int) -> Agent:
        agent = Agent(connected(port, f"box-{number}"), number)
        self._selector.register(agent.socket, selectors.EVENT_READ, agent)
        return agent

    def run(self, rate: float, seconds: float) -> None:
        """Send what is due, one agent after another, and hear the answers."""
        begun = counter_ns()
        while (passed := (counter_ns() - begun) / NANO) < seconds:
            for number in range(self.sent, int(passed * rate)):
                agent = self._agents[number % len(self._agents)]
                if agent.under_way >= WINDOW:
                    break
                agent.send(begun + int(number / rate * NANO))
                self.sent += 1
            self._hear(TICK_S)
        for _ in range(20_000):
            if self.acknowledged == self.sent:
                break
            self._hear(0.05)

    def _hear(self, wait_s: float) -> None:
        for key, _ in self._selector.select(wait_s):
            self.acknowledged += key.data.hear()


class Agent:
    """One of them."""

    def __init__(self, connection: socket.socket, number: int) -> None:
        self.socket = connection
        self.under_way = 0
        self._topic = f"cityops/v1/320402/box-{number}/incident/illegal_parking/opened".encode()
        self._buffer = b""
        self._packet = 0

    def send(self, due_ns: int) -> None:
        """Publish one event, dated when it was due."""
        self._packet = self._packet % 65_000 + 1
        topic = len(self._topic).to_bytes(2, "big") + self._topic
        body = topic + self._packet.to_bytes(2, "big") + b"\0" + due_ns.to_bytes(8, "big").ljust(SIZE, b" ")
        self.socket.sendall(b"\x32" + _length(len(body)) + body)
        self.under_way += 1

    def hear(self) -> int:
        """Count the answers that have come."""
        self._buffer += self.socket.recv(65_536)
        kinds, self._buffer = packets(self._buffer)
        answers = sum(kind >> 4 == PUBACK for kind, _ in kinds)
        self.under_way -= answers
        return answers


def hear_all(port: int) -> None:
    """The centre: hear until told to end, then say how late the events came."""
    centre = connected(port, "centre")
    body = b"\0\1\0" + len(b"cityops/v1/#").to_bytes(2, "big") + b"cityops/v1/#" + b"\1"
    centre.sendall(b"\x82" + _length(len(body)) + body)
    centre.recv(65_536)
    print("listening", flush=True)
    late: list[int] = []
    Thread(target=_listen, args=(centre, late), daemon=True).start()
    sys.stdin.readline()
    late.sort()
    at = [late[int(len(late) * part)] / 1e6 for part in (0.5, 0.99, 0.999)] if late else [0.0] * 3
    print(f"heard {len(late)}; delivery p50 {at[0]:.1f} ms, p99 {at[1]:.1f} ms, p99.9 {at[2]:.1f} ms")


def _listen(centre: socket.socket, late: list[int]) -> None:
    buffer = b""
    while piece := centre.recv(1 << 20):
        messages, buffer = packets(buffer + piece)
        now, answers = counter_ns(), bytearray()
        for kind, body in messages:
            if kind >> 4 == PUBLISH:
                end = 2 + int.from_bytes(body[:2], "big")
                answers += b"\x40\x02" + body[end : end + 2]
                late.append(now - int.from_bytes(body[end + 3 : end + 11], "big"))
        centre.sendall(answers)


def connected(port: int, name: str) -> socket.socket:
    """A connection that has logged in."""
    connection = socket.create_connection((HOST, port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    body = b"\0\4MQTT\5\2\0\0\0" + len(name).to_bytes(2, "big") + name.encode()
    connection.sendall(b"\x10" + _length(len(body)) + body)
    connection.recv(1024)
    return connection


def packets(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The whole packets in ``data``, and what is left."""
    messages, at = [], 0
    while at + 2 <= len(data):
        length, shift, begin = 0, 0, at + 1
        while begin < len(data):
            byte = data[begin]
            length, shift, begin = length | (byte & 0x7F) << shift, shift + 7, begin + 1
            if byte < 0x80:
                break
        if begin + length > len(data):
            break
        messages.append((data[at], data[begin : begin + length]))
        at = begin + length
    return messages, data[at:]


def _length(size: int) -> bytes:
    return bytes([size]) if size < 0x80 else bytes([size & 0x7F | 0x80, size >> 7])


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    if sys.argv[1:2] == ["centre"]:
        hear_all(int(sys.argv[2]))
    else:
        main(*sys.argv[1:])
