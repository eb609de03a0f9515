"""The figures, against numbers worked out by hand; and the files that they are taken away in."""

from __future__ import annotations

import csv
import io
import zipfile

import psycopg
import pytest
import requests

from centre.cases.shares import Share
from centre.cases.tables import as_csv, as_xlsx
from centre.ingest.keep import keep
from tests.centre.asking import Visitor
from tests.centre.stories import START, Street
from tests.centre.test_keep import arrived


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (48, 77, 0.5118, 0.7231)],
)
def test_the_interval_of_a_share(part: int, whole: int, low: float, high: float) -> None:
    """As in the tables of Wilson's interval at 95 %."""
    assert Share(part, whole).interval == pytest.approx((low, high), abs=1e-3)


def test_a_share_of_nothing_is_none() -> None:
    """No 0 % is made up."""
    assert (Share(0, 0).value, Share(0, 0).interval, str(Share(0, 0))) == (None, None, "–")


def test_no_cell_becomes_a_formula() -> None:
    """Neither in CSV nor in XLSX."""
    assert list(csv.reader(io.StringIO(as_csv(["a"], [["=1+1"], ["plain"]]).decode("utf-8-sig")))) == [
        ["a"],
        ["'=1+1"],
        ["plain"],
    ]
    with zipfile.ZipFile(io.BytesIO(as_xlsx("t", ["a"], [["=1+1"]]))) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
        assert b"=1+1" in book.read("xl/sharedStrings.xml")


def leaves(street: Street, warnings: int) -> list[dict[str, object]]:
    """An incident whose thing leaves after so many warnings."""
    events = [street.opened(), *(street.warned(n, 5 * n) for n in range(1, warnings + 1))]
    return [*events, street.event("resolved", 5 * warnings + 2, reason="left", stage=warnings)]


def test_the_figures_are_those_of_the_story(visitor: Visitor, connection: psycopg.Connection) -> None:
    """Two left after one warning, one after two, one had an order that was handled in 12 minutes."""
    streets = [Street(f"inc-{n}") for n in range(4)]
    events = [*leaves(streets[0], 1), *leaves(streets[1], 1), *leaves(streets[2], 2), *streets[3].ladder()]
    keep(connection, arrived(*events), START)
    rows = visitor.table("outcomes")
    assert rows[1] == ["Illegal parking", "4", "2", "1", "0", "1", "0", "75% (30–95), 3/4"]
    stages = visitor.table("stages")[1]
    assert stages[1:] == ["1", "15.0", "1.0", "1.0", "12.0", "12.0", "3.0"]
    limits = {row[1]: row[2] for row in visitor.table("limits")[1:]}
    assert limits["within 20 min"] == "100% (21–100), 1/1"
    page = visitor.get("/figures?from=2026-11-01&to=2026-11-30")
    assert "4 incidents" in page.text
    assert visitor.get("/figures/outcomes.xlsx?from=2026-11-01&to=2026-11-30").content.startswith(b"PK")


def test_the_share_of_false_reports_is_of_those_that_a_person_judged(
    visitor: Visitor, connection: psycopg.Connection
) -> None:
    """Three confirmed, one of them rejected after all; one rejected; one without an answer; an order says nothing."""
    events: list[dict[str, object]] = []
    for n, (event, more) in enumerate(
        [
            ("confirmed", {"review": "confirmed"}),
            ("escalated", {"review": "confirmed", "work_order": "wo-1"}),
            ("cancelled", {"review": "confirmed", "verb": "reject", "reason": "not_there"}),
            ("cancelled", {"verb": "reject", "reason": "permitted"}),
            ("cancelled", {"review": "unanswered", "reason": "unreviewed"}),
            ("escalated", {"work_order": "wo-5"}),
            ("referred", {"review": "before_order"}),
        ]
    ):
        street = Street(f"inc-{n}")
        events += [street.opened(), street.event(event, 5, **more)]
    keep(connection, arrived(*events), START)
    assert visitor.table("reviews")[1:] == [["Illegal parking", "kerb", "2", "2", "1", "50% (15–85), 2/4"]]


@pytest.mark.parametrize("query", ["from=tomorrow", "from=2026-11-02&to=2026-11-01", "from=1900-01-01"])
def test_days_that_do_not_fit_are_refused_in_words(visitor: Visitor, query: str) -> None:
    """With a page, not an error of ours."""
    answer = visitor.get(f"/figures?{query}")
    assert answer.status_code == requests.codes.bad_request
    assert "day" in answer.text.lower()


def test_parties_are_ranked_by_what_they_handle_in_time(visitor: Visitor, connection: psycopg.Connection) -> None:
    """The one that was quick before the one that was slow; equals have the same rank."""
    for number, (party, minutes) in enumerate([("slow", 90), ("quick", 5), ("as quick", 5)]):
        street = Street(f"inc-{number}", more={"responsible": party})
        events = [street.opened(), street.event("escalated", 15, work_order=street.order)]
        events += [street.ordered("opened", 15), street.ordered("handled", 15 + minutes)]
        for each in events:
            each["data"]["responsible"] = party
        keep(connection, arrived(*events), START)
    rows = visitor.table("ranking")
    assert rows[0] == ["Rank", "Responsible", "Orders", "Handled", "Share", "order → handled"]
    assert sorted(rows[1:3]) == [
        [*"1", "as quick", "1", "1", "100% (21–100), 1/1", "5.0"],
        [*"1", "quick", "1", "1", "100% (21–100), 1/1", "5.0"],
    ]
    assert rows[3] == ["3", "slow", "1", "1", "0% (0–79), 0/1", "90.0"]


def test_a_month_is_reported_on(visitor: Visitor, connection: psycopg.Connection) -> None:
    """All its days and no others; zone by weekday and hour in a file."""
    keep(connection, arrived(Street("inc-1").opened()), START)
    page = visitor.get("/figures?month=2026-11").text
    assert "2026-11-01 to 2026-11-30" in page
    assert "1 incidents" in page
    assert "0 incidents" in visitor.get("/figures?month=2026-10").text
    assert visitor.get("/figures?month=winter").status_code == requests.codes.bad_request
    assert visitor.table("hours")[1:] == [["320402", "the kerb of Campus Road", "Su", "16", "1"]]
