"""Hours by kinds of days, by the sun, and over nights in which clocks are set."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import acos, cos, degrees, pi, radians, sin, tan
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.config.fields.day_selectors import DaySelectorError, written_out
from edge_agent.config.fields.hours import BadHoursError, HoursReader, OsmHours
from edge_agent.core.site.day_table import DayTable, laid_over, ranges

SHANGHAI = "Asia/Shanghai"
BERLIN = "Europe/Berlin"
CHINA = HoursReader(timezone=SHANGHAI, coords=(31.81, 119.97))
SMALL = DayTable(
    years=frozenset({2026}),
    off=frozenset({date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 3)}),
    work=frozenset({date(2026, 1, 4)}),
    school=frozenset({date(2026, 1, 5)}),
)


def local(text: str, zone: str = SHANGHAI) -> datetime:
    """An instant by a clock on the wall."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


# Of 2026, as the packages chinesecalendar and holidays have it, which were put together apart from each other.
@pytest.mark.parametrize(
    ("day", "off", "worked"),
    [
        ("2026-01-01", True, False),
        ("2026-01-04", False, True),  # a Sunday that is worked
        ("2026-02-14", False, True),  # a Saturday that is worked
        ("2026-02-17", True, False),  # 春节
        ("2026-02-22", True, False),  # a Sunday of the break
        ("2026-02-24", False, True),
        ("2026-02-28", False, True),
        ("2026-05-05", True, False),
        ("2026-05-09", False, True),
        ("2026-09-20", False, True),
        ("2026-10-01", True, False),  # 国庆节
        ("2026-10-07", True, False),
        ("2026-10-08", False, True),
        ("2026-10-10", False, True),
        ("2026-10-11", False, False),
    ],
)
def test_the_holidays_and_swapped_days_of_2026_are_right(day: str, off: bool, worked: bool) -> None:  # noqa: FBT001
    """Every break and every weekend that is worked."""
    noon = local(f"{day}T12:00")
    assert CHINA("PH 00:00-24:00").covers(noon) is off
    assert CHINA("workdays 00:00-24:00").covers(noon) is worked
    assert CHINA("restdays 00:00-24:00").covers(noon) is not worked
    assert CHINA("24/7; PH off").covers(noon) is not off


def test_what_begins_on_a_holiday_runs_past_its_midnight() -> None:
    """And what began the day before runs into it."""
    hours = CHINA("PH 22:00-02:00")
    assert hours.covers(local("2026-10-08T01:00"))
    assert not hours.covers(local("2026-10-08T23:00"))
    assert not hours.covers(local("2026-10-01T01:00"))
    assert hours.next_change(local("2026-10-07T23:00")) == local("2026-10-08T02:00")


def test_a_list_of_days_means_each_of_them() -> None:
    """Weekdays and holidays beside each other, as OpenStreetMap writes them."""
    hours = CHINA("Sa,Su,PH 08:00-20:00")
    assert hours.covers(local("2026-10-05T09:00"))  # a Monday of the break
    assert hours.covers(local("2026-10-10T09:00"))  # a Saturday is a Saturday, worked or not
    assert not hours.covers(local("2026-10-12T09:00"))


def test_years_that_nobody_knows_are_plain_weeks() -> None:
    """No holidays, and Monday to Friday are worked."""
    assert written_out("workdays 09:00-18:00", SMALL).endswith(
        "; 1900-2025 Mo-Fr 09:00-18:00; 2027-9998 Mo-Fr 09:00-18:00"
    )
    assert CHINA("workdays 09:00-18:00").covers(local("2099-01-01T10:00"))
    gap = written_out("restdays off", DayTable(years=frozenset({2026, 2028})))
    assert gap.endswith("; 1900-2025 Sa-Su off; 2027 Sa-Su off; 2029-9998 Sa-Su off")


def test_days_are_written_out_as_dates() -> None:
    """Runs of days as runs; what has no such word stays to the letter."""
    assert written_out("PH off; Mo-Fr 09:00-18:00", SMALL) == "2026 Jan 01-2026 Jan 03 off; Mo-Fr 09:00-18:00"
    assert written_out("Mo,SH 09:00-10:00 || PH", SMALL) == (
        "Mo 09:00-10:00; 2026 Jan 05 09:00-10:00 || 2026 Jan 01-2026 Jan 03"
    )
    assert written_out("Mo[1,3] 09:00-10:00", SMALL) == "Mo[1,3] 09:00-10:00"


@pytest.mark.parametrize(
    "text", ["Apr PH 10:00-12:00", "PH 10:00-12:00, Mo 13:00-14:00", "week 1 workdays", "09:00 PH"]
)
def test_kinds_of_days_elsewhere_are_refused(text: str) -> None:
    """With an example of where they may stand."""
    with pytest.raises(DaySelectorError, match="among other selectors in"):
        written_out(text, SMALL)


def test_a_table_without_such_days_is_no_answer() -> None:
    """Somebody must say them."""
    nobody = HoursReader(timezone=SHANGHAI, country=False)
    with pytest.raises(BadHoursError, match="PH, and no public holidays known here"):
        nobody("PH off")
    with pytest.raises(BadHoursError, match="SH, and no days without school known here"):
        CHINA("SH off")
    assert nobody("workdays 09:00-18:00").covers(local("2026-10-01T10:00"))


def test_a_citys_file_is_laid_over() -> None:
    """A single day, and a whole year."""
    own = DayTable(years=frozenset({2025}), off=frozenset({date(2026, 6, 1)}), work=frozenset({date(2026, 10, 1)}))
    table = HoursReader(timezone=SHANGHAI, own=own).days
    assert date(2026, 6, 1) in table.off
    assert table.is_workday(date(2026, 10, 1))
    assert table.is_workday(date(2025, 10, 1))
    assert date(2026, 10, 2) in table.off
    assert laid_over(SMALL, DayTable(off=frozenset({date(2026, 1, 4)}))).work == frozenset()


@given(st.sets(st.dates(date(2020, 1, 1), date(2020, 3, 1))))
def test_runs_of_days_hold_the_days_and_no_others(days: set[date]) -> None:
    """Whatever the days, in as few runs as there are."""
    runs = list(ranges(days))
    held = [first + timedelta(days=n) for first, last in runs for n in range((last - first).days + 1)]
    assert held == sorted(days)
    assert all(after[0] - before[1] > timedelta(days=1) for before, after in pairwise(runs))


@given(st.permutations(["2026-02-14", "2026-02-17", "2026-02-28", "2026-10-01", "2026-10-10", "2030-01-01"]))
def test_the_answer_depends_on_the_instant_alone(days: list[str]) -> None:
    """However it is asked: what is remembered of the last answer changes none."""
    hours = CHINA("workdays 09:00-18:00")
    covered_by_day = {day: hours.covers(local(f"{day}T10:00")) for day in days}
    assert covered_by_day == {
        "2026-02-14": True,
        "2026-02-17": False,
        "2026-02-28": True,
        "2026-10-01": False,
        "2026-10-10": True,
        "2030-01-01": True,
    }


def noaa(day: date, lat: float, lon: float) -> tuple[datetime, datetime]:
    """Sunrise and sunset by NOAA's "General Solar Position Calculations" (fractional year, zenith 90.833°)."""
    g = 2 * pi / 365 * (day.timetuple().tm_yday - 1)
    equation = 229.18 * (
        0.000075 + 0.001868 * cos(g) - 0.032077 * sin(g) - 0.014615 * cos(2 * g) - 0.040849 * sin(2 * g)
    )
    tilt = 0.006918 - 0.399912 * cos(g) + 0.070257 * sin(g) - 0.006758 * cos(2 * g) + 0.000907 * sin(2 * g)
    tilt += -0.002697 * cos(3 * g) + 0.00148 * sin(3 * g)
    angle = degrees(acos(cos(radians(90.833)) / (cos(radians(lat)) * cos(tilt)) - tan(radians(lat)) * tan(tilt)))
    noon = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=720 - 4 * lon - equation)
    return noon - timedelta(minutes=4 * angle), noon + timedelta(minutes=4 * angle)


@pytest.mark.parametrize("day", [date(2026, month, 21) for month in range(1, 13)], ids=str)
@pytest.mark.parametrize(("lat", "lon"), [(31.81, 119.97), (45.8, 126.5), (20.0, 110.3)])
def test_the_sun_of_the_position_rises_and_sets(day: date, lat: float, lon: float) -> None:
    """In Changzhou, Harbin and Haikou, each month, within four minutes of another formula."""
    hours = HoursReader(timezone=SHANGHAI, coords=(lat, lon))("sunrise-sunset")
    rises = hours.next_change(local(f"{day}T00:30"))
    assert rises is not None
    ends = hours.next_change(rises)
    assert ends is not None
    for instant, wanted in zip((rises, ends), noaa(day, lat, lon), strict=True):
        assert abs(instant - wanted) <= timedelta(minutes=4), (instant, wanted)


def changes(hours: OsmHours, begin: datetime, count: int) -> list[str]:
    """The next changes, in UTC."""
    changes_seen = []
    for _ in range(count):
        begin = hours.next_change(begin) or begin
        changes_seen.append(f"{begin:%d %H:%M}")
    return changes_seen


def test_the_doubled_hour_counts_twice() -> None:
    """Hours until 02:30 stop at the first 02:30, begin at the second 02:00 again, and stop at the second 02:30."""
    hours = OsmHours("Mo-Su 01:00-02:30", BERLIN)
    begin = datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert changes(hours, begin, 6) == ["24 23:00", "25 00:30", "25 01:00", "25 01:30", "26 00:00", "26 01:30"]
    assert [hours.covers(datetime(2026, 10, 25, 0, minute, tzinfo=UTC)) for minute in (15, 45)] == [True, False]
    assert [hours.covers(datetime(2026, 10, 25, 1, minute, tzinfo=UTC)) for minute in (15, 45)] == [True, False]


def test_the_missing_hour_is_missing() -> None:
    """Hours that lie in it do not run, and hours that begin in it begin after it."""
    begin = datetime(2026, 3, 28, 12, tzinfo=UTC)
    lost = OsmHours("Mar 29 02:10-02:50", BERLIN).next_change(begin)
    assert lost == datetime(2027, 3, 29, 0, 10, tzinfo=UTC)  # a year later, when the hour is there
    assert changes(OsmHours("Mo-Su 02:30-04:00", BERLIN), begin, 4) == ["29 01:00", "29 02:00", "30 00:30", "30 02:00"]


@pytest.mark.parametrize("zone", [SHANGHAI, BERLIN, "America/New_York", "Australia/Lord_Howe", "UTC"])
@given(
    text=st.sampled_from(
        ["Mo-Su 01:00-02:30", "22:00-06:00", "Mo-Fr 08:00-12:00,13:00-18:00; Sa off", "Su 02:15-02:45"]
    ),
    instant=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_hours_are_what_the_wall_shows_and_change_where_they_say(zone: str, text: str, instant: datetime) -> None:
    """In every zone: the first change is a change, and nothing changes before it."""
    hours, plain = OsmHours(text, zone), OsmHours(text, "UTC")
    shown = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC, fold=0)
    assert hours.covers(instant) == plain.covers(shown)
    change = hours.next_change(instant)
    assert change is not None
    assert change > instant
    assert hours.covers(change) != hours.covers(instant)
    for part in range(1, 8):
        assert hours.covers(instant + (change - instant) * part / 8 - timedelta(microseconds=1)) == hours.covers(
            instant
        )
