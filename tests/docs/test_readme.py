"""Both front pages say the same, name every command, and show what the demo really prints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import pytest
from typer.core import TyperGroup

from edge_agent.adapters.detection_log import read_header
from edge_agent.app.stream.recording import digest
from edge_agent.cli.commands import COMMANDS, loaded
from edge_agent.cli.tables import event_line
from edge_agent.core.site.policy import Rule
from tests.docs.pages import READMES, fences, text, without_fences
from tests.docs.sample import DEMO, LOGS, SAMPLE, demo_events, sample_events


def commands() -> Iterator[str]:
    """Every command that can be typed."""
    for name in COMMANDS:
        command = loaded(name)
        if isinstance(command, TyperGroup):
            yield from (f"edge-agent {name} {part}" for part in command.commands)
        else:
            yield f"edge-agent {name}"


def in_one(line: str, texts: Any, language: str) -> str:  # noqa: ANN401 - JSON
    """A line of the demo with its text in one language."""
    return line[: line.index(texts["en"])] + str(texts[language])


TYPED: Final = tuple(commands())


@pytest.mark.parametrize("name", READMES)
@pytest.mark.parametrize("command", TYPED)
def test_every_command_is_on_the_front_page(name: str, command: str) -> None:
    """One row of the table each."""
    assert f"\n| `{command}` | " in text(name)


@pytest.mark.parametrize("name", READMES)
def test_no_command_is_made_up(name: str) -> None:
    """Nor any that was renamed since."""
    rows = re.findall(r"^\| `(edge-agent [^`]+)` \|", text(name), re.MULTILINE)
    assert sorted(rows) == sorted(TYPED)


def test_both_front_pages_have_the_same_shape() -> None:
    """As many headings of each depth, rows, steps and points, the same links and the same shell commands."""
    shapes = [
        {
            "headings": re.findall(r"^(#+) ", without_fences(text(name)), re.MULTILINE),
            "rows": len(re.findall(r"^\|", text(name), re.MULTILINE)),
            "points": re.findall(r"^(\d\.|-) ", text(name), re.MULTILINE),
            "links": sorted(set(re.findall(r"\]\(([^)]+)\)", text(name))) - set(READMES)),
            "shell": [re.sub(r" *#.*", "", block) for block in fences(text(name), "sh")],
        }
        for name in READMES
    ]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("name", READMES)
def test_the_two_commands_are_targets_of_the_makefile(name: str) -> None:
    """And the second is all that CI runs."""
    two = re.findall(r"^make (\w+)", fences(text(name), "sh")[0], re.MULTILINE)
    assert two == ["demo", "test"]
    for target in two:
        assert re.search(rf"^{target}:.*## ", text("Makefile"), re.MULTILINE), target
    ran = [line for line in text(".ci/run").splitlines() if line.startswith(("make", "pytest", "ruff"))]
    assert ran == ["make test"]


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md", "lab/training/README.md", "models/street.md"])
def test_every_target_named_is_one(name: str) -> None:
    """`make` alone lists them."""
    named = set(re.findall(r"(?:^|[`$] ?|\bPYTHON=\S+ )make ([a-z-]+)", text(name), re.MULTILINE))
    assert named <= set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))


@pytest.mark.parametrize(("name", "language"), [("README.md", "en"), ("README.zh-CN.md", "zh-CN")])
def test_the_demo_prints_what_the_front_page_shows(name: str, language: str) -> None:
    """Line by line, from what was seen of its four clips."""
    lines = [in_one(event_line(event, DEMO.timezone), event["text"], language) for event in demo_events()]
    assert fences(text(name), "")[0].splitlines() == lines


def test_what_was_seen_of_the_demo_is_of_the_shipped_model() -> None:
    """Another model sees otherwise: then the demo is run again, and its logs are kept anew."""
    shipped = digest(DEMO.model)
    assert {read_header(log).model for log in LOGS.values()} == {shipped}


def test_the_demo_shows_three_kinds() -> None:
    """Once each; one ends at its first warning, one at its last, one is handed to a person."""
    ways: dict[str, list[str]] = {}
    for event in demo_events():
        ways.setdefault(event["kind"], []).append(event["type"].removeprefix("incident."))
    assert ways == {
        "illegal_parking": ["opened", "warned", "warned", "warned", "escalated"],
        "prohibited_stall": ["opened", "warned", "resolved"],
        "out_of_store_trading": ["opened", "warned", "warned", "warned", "resolved"],
    }


def test_the_van_of_the_demo_is_that_of_the_sample_site() -> None:
    """But for its box, and for the policy by which it is judged: the demo's has `object` among its labels."""
    van = [told_without_box(event) for event in demo_events() if event["camera"] == "campus"]
    assert van == [told_without_box(event) for event in sample_events()]


def told_without_box(event: dict[str, Any]) -> dict[str, Any]:
    """What both sites must tell alike."""
    return {
        key: value for key, value in event.items() if key in {"type", "at", "opened", "zone", "kind", "text", "dwell_s"}
    }


@pytest.mark.parametrize("name", READMES)
def test_the_kinds_and_their_dwells_are_those_of_the_policy(name: str) -> None:
    """In the order of the file."""
    shown = re.findall(r"^\| `(\w+)` \S+ \| .* \| (\d+) ?(?:s|秒) \|$", text(name), re.MULTILINE)
    kinds = SAMPLE.site.policy.kinds.values()
    assert shown == [(kind.name, f"{kind.rule.dwell.total_seconds():.0f}") for kind in kinds]


@pytest.mark.parametrize(("name", "lasts"), [("README.md", r"(\d+) minutes?"), ("README.zh-CN.md", r"(\d+) 分钟")])
def test_the_spans_of_the_loop_are_the_defaults(name: str, lasts: str) -> None:
    """Warnings, grace, return: the table says what a site gets that sets nothing."""
    table = next(part for part in text(name).split("\n\n") if "`dwell`" in part)
    rule = Rule()
    steps = [rule.interval] * (rule.warnings - 1) + [rule.final_grace, rule.return_window]
    assert [timedelta(minutes=int(span)) for span in re.findall(lasts, table)] == steps
    assert f"{rule.leave_grace.total_seconds():.0f} " in table
