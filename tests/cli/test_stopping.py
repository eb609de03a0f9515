"""Stopping: no signal is lost, whatever the main thread is doing, and no end takes for ever."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import textwrap
from threading import Event, Thread, get_ident

import pytest

from edge_agent.cli.options import CUT_SHORT, ECHO_S, stopping

PATIENCE_S = 30.0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_each_of_them_stops(number: signal.Signals) -> None:
    """SIGHUP too, where nobody would read anything again; and the handlers of before are back afterwards."""
    before = signal.getsignal(number)
    with stopping() as stop:
        signal.raise_signal(number)
        assert stop.wait(PATIENCE_S)
    assert signal.getsignal(number) is before


def test_a_hangup_asks_for_the_files_to_be_read_again() -> None:
    """And stops nothing."""
    reread = Event()
    with stopping(reread) as stop:
        for _ in range(3):
            reread.clear()
            signal.raise_signal(signal.SIGHUP)
            assert reread.wait(PATIENCE_S)
        assert not stop.is_set()
        signal.raise_signal(signal.SIGTERM)
        assert stop.wait(PATIENCE_S)


def test_a_signal_given_to_another_thread_wakes_the_main_one() -> None:
    """Python alone would hear it once the main thread has the lock that it waits for."""
    ready, end, ident = Event(), Event(), list[int]()

    def other() -> None:
        ident.append(get_ident())
        ready.set()
        end.wait(PATIENCE_S)

    thread = Thread(target=other)
    thread.start()
    assert ready.wait(PATIENCE_S)
    with stopping() as stop:
        signal.pthread_kill(ident[0], signal.SIGTERM)
        assert stop.wait(PATIENCE_S)
    end.set()
    thread.join()


def test_a_signal_that_finds_the_main_thread_with_the_lock_is_not_lost() -> None:
    """An event's own lock, held at the moment at which the event is to be set."""
    with stopping() as stop:
        with stop._cond:  # type: ignore[attr-defined] # noqa: SLF001 - it is what ``wait`` holds for a moment
            signal.raise_signal(signal.SIGTERM)
        assert stop.wait(PATIENCE_S)


STUCK = """
    import signal, sys, time
    from edge_agent.cli.options import stopping
    with stopping(longest_s={longest}) as stop:
        print("ready", flush=True)
        stop.wait()
        print("stopping", flush=True)
        time.sleep(60)
"""


def stuck(longest: float) -> subprocess.Popen[str]:
    """A process that is told to stop and does not."""
    command = [sys.executable, "-c", textwrap.dedent(STUCK.format(longest=longest))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_an_end_has_a_bound() -> None:
    """Whatever it waits for."""
    with stuck(0.5) as process:
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == CUT_SHORT


def test_told_once_more_it_ends_at_once_but_not_by_an_echo() -> None:
    """``timeout`` sends each signal twice."""
    with stuck(1000) as process:
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(2 * ECHO_S)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == CUT_SHORT


HUNG_UP = """
    import threading
    from edge_agent.cli.options import stopping
    reread = threading.Event()
    with stopping(reread) as stop:
        print("ready", flush=True)
        stop.wait(20)
        print(stop.is_set(), reread.is_set(), flush=True)
"""


def test_a_terminal_that_goes_ends_what_was_started_in_it() -> None:
    """Nobody could end it afterwards; a hangup while the terminal is there is somebody who asks for a reload."""
    main, side = pty.openpty()
    command = [sys.executable, "-c", textwrap.dedent(HUNG_UP)]
    with subprocess.Popen(command, stdin=side, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        os.close(side)
        os.close(main)
        process.send_signal(signal.SIGHUP)
        assert process.stdout.readline() == "True False\n"


@pytest.mark.parametrize(("command", "ended"), [("run", 0), ("check", -signal.SIGTERM)])
def test_who_is_told_to_stop_before_it_is_loaded_has_begun_nothing(command: str, ended: int) -> None:
    """What ends in order ends so from its first moment; any other command as programs do."""
    slow = textwrap.dedent(
        f"""
        import importlib.abc, sys, threading
        import edge_agent.__main__ as door
        class Slow(importlib.abc.MetaPathFinder):
            def find_spec(self, name, path, target=None):
                if name == "edge_agent.cli.commands":
                    print("loading", flush=True)
                    threading.Event().wait({PATIENCE_S})
        sys.meta_path.insert(0, Slow())
        sys.argv = ["edge-agent", "{command}"]
        door.main()
        """
    )
    with subprocess.Popen([sys.executable, "-c", slow], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "loading\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == ended
