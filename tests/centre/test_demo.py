"""``centre demo`` with a real agent: a camera, a broker, a database and a page that one command starts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import Page, expect

from tests.architecture import ROOT
from tests.centre.console import Console, shoot

SLOWEST_S = 300


@pytest.fixture
def demo(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Path, subprocess.Popen[bytes]]]:
    """The demo as a process, with the options that a test asks for; what it says goes to a file."""
    agent = tmp_path / "edge-agent"
    agent.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m edge_agent "$@"\n', encoding="utf-8")
    agent.chmod(0o755)
    log = tmp_path / "demo.log"
    command = [*(sys.executable, "-m", "centre", "demo"), "--agent", str(agent), "--project", str(ROOT)]
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*command, "--out", str(tmp_path / "out"), "--port", "0", *getattr(request, "param", ())],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=file,
            stderr=file,
        )
    yield log, process
    process.kill()
    process.wait()


def entered(page: Page, demo: tuple[Path, subprocess.Popen[bytes]]) -> tuple[Console, subprocess.Popen[bytes]]:
    """Somebody who has logged in to the demo, once it is up."""
    log, process = demo
    output = ""
    for _ in range(SLOWEST_S * 5):
        output = log.read_text(encoding="utf-8")
        if "Ctrl-C" in output or process.poll() is not None:
            break
        Event().wait(0.2)
    match = re.search(r"page:\s+(\S+)\nLog in as: (\S+)\nPassword:\s+(\S+)", output)
    assert match is not None, output
    url, name, password = match.groups()
    console = Console(page, url)
    console.enters(name, password)
    return console, process


def test_the_first_incident_comes_with_its_picture_and_is_dispatched(
    page: Page, demo: tuple[Path, subprocess.Popen[bytes]]
) -> None:
    """A real agent sees the van, is sent somebody by a click, answers, and brings its still; all ends in order."""
    console, process = entered(page, demo)
    row = page.locator(".entry").first
    expect(row).to_be_visible(timeout=SLOWEST_S * 1000)
    row.locator("a").click()
    picture = page.locator("figure img.large")
    expect(picture).to_be_visible(timeout=SLOWEST_S * 1000)
    assert picture.evaluate("each => each.decode().then(() => each.naturalWidth)") >= 160
    console.does("dispatch", to="officer-1")
    console.sees_receipt("dispatch")
    console.sees_stage("dispatched")
    expect(page.locator("figure figcaption")).to_contain_text("annotated", timeout=SLOWEST_S * 1000)
    assert picture.evaluate("each => each.decode().then(() => each.naturalWidth)") == 768
    process.terminate()
    assert process.wait(60) == 0


@pytest.mark.parametrize("demo", [("--review", "before_order")], indirect=True)
def test_a_real_agent_waits_for_a_person_before_the_order(
    page: Page, demo: tuple[Path, subprocess.Popen[bytes]]
) -> None:
    """Three warnings, then it waits at the top; no order before the click, one after; returned, then verified."""
    console, process = entered(page, demo)
    row = page.locator(".entry").first
    expect(row).to_be_visible(timeout=SLOWEST_S * 1000)
    expect(row.locator(".chip.referred")).to_be_visible(timeout=SLOWEST_S * 1000)
    row.locator("a").click()
    expect(page.locator("#review")).to_contain_text("no order is made before a person confirms it")
    expect(page.locator(".facts dl code")).to_have_count(1)  # of the incident; there is no order
    picture = page.locator("figure img.large")
    expect(picture).to_be_visible(timeout=SLOWEST_S * 1000)
    shoot(page, "review_waits")
    console.does("confirm", note="nobody at the wheel")
    console.sees_receipt("confirm")
    console.sees_stage("escalated")
    console.does("dispatch", to="officer-1")
    console.sees_receipt("dispatch")
    console.sees_stage("dispatched")
    console.does("resolve")
    console.sees_stage("handled")
    shoot(page, "review_handled")
    console.does("return", reason="still_there", photo="photo-0118")
    console.sees_receipt("return")
    console.sees_stage("dispatched")
    console.does("resolve")
    console.sees_stage("handled")
    console.does("verify", reason="on_site", note="seen from the pavement", photo="photo-0119")
    console.sees_receipt("verify")
    console.sees_stage("closed")
    expect(page.locator(".facts")).to_contain_text("a person")
    shoot(page, "review_verified")
    process.terminate()
    assert process.wait(60) == 0


def test_a_missing_package_is_a_sentence() -> None:
    """Somebody who has installed the agent alone is told what the centre needs."""
    code = "import sys; sys.modules['psycopg'] = None; from centre.__main__ import main; main()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.strip() == "centre needs psycopg, which is not installed: pip install 'edge-agent[centre]'"
