"""``docs/feed/README.md`` names what a receiver meets: every topic, type, reason, state, status and verb."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Final

import pytest

from edge_agent.app.feed.contract import BOX, CHANNELS
from edge_agent.app.feed.messages import EVERY_INCIDENT
from edge_agent.app.feed.notices import Notice
from edge_agent.config.wire.feed_schemas import VERBS
from edge_agent.config.wire.incident_data import ALWAYS
from edge_agent.core.commands import CommandOutcome, RejectReason, ReturnReason, VerifyReason
from edge_agent.core.feed.incidents import Happening, National, ReviewStatus
from edge_agent.core.feed.work_orders import OrderStatus
from edge_agent.core.incident.ladder_states import OrderReason
from edge_agent.core.incident.person_review import UNREVIEWED
from edge_agent.core.site.policy import Review
from edge_agent.core.stream.trouble import Trouble
from tests.architecture import ROOT
from tests.docs.pages import fences, text
from tests.feed.contract import faults

PAGE: Final = text("docs/feed/README.md")
CODED: Final = frozenset(re.findall(r"`([^`\n]+)`", PAGE))
MODULES: Final = ("incident/case_actions", "incident/order_book", "incident/order_answers", "feed/work_orders")
COMMANDS: Final = text("docs/feed/commands.md")


def reasons() -> set[str]:
    """The machine's own words for why, wherever the core writes one."""
    sources = "\n".join(text(f"edge_agent/core/{name}.py") for name in MODULES)
    written = set(re.findall(r'reason(?:=| = )"(\w+)"', sources))
    return written | set(OrderReason) | {Review.BEFORE_WARNING, Review.BEFORE_ORDER, UNREVIEWED}


def rows(heading: str) -> tuple[str, ...]:
    """The first cell of each row of the tables between one heading and the next."""
    section = PAGE.split(f"\n## {heading}", 1)[1].split("\n## ", 1)[0]
    return tuple(re.findall(r"^\| (`[^|]+`) \|", section, re.MULTILINE))


def test_the_topics_are_those_of_the_contract() -> None:
    """In its order, below the box's own."""
    assert rows("Topics") == tuple(f"`{each.address}`" for each in CHANNELS)
    assert {BOX, EVERY_INCIDENT} <= CODED


def test_every_happening_is_there_with_what_it_always_has() -> None:
    """In the order of the code."""
    assert rows("Incidents")[: len(Happening)] == tuple(f"`{each}`" for each in Happening)
    for happening, always in ALWAYS.items():
        (row,) = re.findall(rf"^\| `{happening}` .*$", PAGE, re.MULTILINE)
        assert all(f"`{key}`" in row for key in always), row


@pytest.mark.parametrize("words", [RejectReason, VerifyReason, ReturnReason])
def test_every_word_of_a_list_is_on_the_page_of_commands(words: Iterable[str]) -> None:
    """Whoever builds a form finds what it may send."""
    assert set(words) <= set(re.findall(r"`(\w+)`", COMMANDS.split("\n## Reasons", 1)[1]))


@pytest.mark.parametrize(
    "words", [Trouble, Notice, OrderStatus, CommandOutcome, ReviewStatus, National.__dataclass_fields__]
)
def test_every_word_that_a_message_may_hold_is_there(words: object) -> None:
    """A receiver's people must find what it means."""
    assert {str(each) for each in words} <= CODED  # type: ignore[attr-defined]


def test_every_reason_is_there() -> None:
    """Those that the core writes by itself."""
    assert len(reasons()) > 8
    assert reasons() <= CODED


def test_every_verb_is_there() -> None:
    """In the order of the code."""
    verbs = re.findall(r"^\| `(\w+)` \|.*\|.*\|$", text("docs/feed/commands.md").split("| `cmd/` |")[1], re.MULTILINE)
    assert [f"command.{verb}" for verb in verbs] == list(VERBS)


def test_the_command_shown_is_one() -> None:
    """By its own schema."""
    shown = json.loads(fences(PAGE, "json")[0])
    assert faults("command.accept", shown) == []


def test_every_file_of_the_folder_is_named() -> None:
    """What nobody is led to is not read."""
    folder = ROOT / "docs" / "feed"
    linked = set(re.findall(r"\]\(([\w.-]+)\)", PAGE))
    assert {path.name for path in folder.iterdir()} - {"README.md", "__pycache__"} == linked


@pytest.mark.parametrize("page", ["README", "commands"])
def test_the_chinese_page_says_the_same(page: str) -> None:
    """Every topic, type, key, state and reason, and as many headings, rows and points as the English one."""
    english, chinese = text(f"docs/feed/{page}.md"), text(f"docs/feed/{page}.zh-CN.md")
    coded = [set(re.findall(r"`([^`\n]+)`", each)) for each in (english, chinese)]
    assert coded[0] == coded[1]
    for mark in (r"^## ", r"^\| ", r"^- ", r"^\d\. ", r"^```"):
        assert len(re.findall(mark, english, re.MULTILINE)) == len(re.findall(mark, chinese, re.MULTILINE)), mark


SAME: Final = """kind, incident, work order, zone, second look, dwell, command, receipt, evidence, subject, policy,
recipient, health, silence, permit, operations centre, feed, calibration"""


@pytest.mark.parametrize("word", re.split(r",\s+", SAME))
def test_the_chinese_pages_use_the_words_of_the_glossary(word: str) -> None:
    """One word for one thing, in Chinese too."""
    (row,) = re.findall(rf"^\| {word} \| ([^|]+) \|", text("docs/glossary.md"), re.MULTILINE)
    pages = text("docs/feed/README.zh-CN.md") + text("docs/feed/commands.zh-CN.md")
    assert any(each in pages for each in re.split(r"[（）、]", row.strip()) if each), row
