"""Each law of strikes, places and hours catches the bug that it is there for."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.mutation.planting import Bug, caught

LAW: Final = "laws/test_strikes.py"
STEP: Final = f"{LAW}::test_every_step_follows_from_what_was_heard_before"
TAUGHT: Final = f"{LAW}::test_who_is_taught_gets_no_order_and_who_is_red_one_warning"
FORGIVEN: Final = f"{LAW}::test_what_is_forgiven_counts_no_more"
ELSEWHERE: Final = f"{LAW}::test_strikes_at_other_boxes_are_added_and_taken_away_again"
PLACES: Final = f"{LAW}::test_no_more_stand_under_a_permit_than_it_has_places"
DAYS: Final = "config/fields/test_kinds_of_days.py"
LEDGER: Final = "core/incident/strike_ledger.py"

BUGS: Final = (
    Bug(
        name="a_strike_that_nobody_heard",
        file=LEDGER,
        right="HEARD: Final = frozenset({Happening.WARNED, Happening.ESCALATED})",
        wrong="HEARD: Final = frozenset({Happening.OPENED})",
        law=STEP,
    ),
    Bug(
        name="every_shop_is_one_party",
        file=LEDGER,
        right="if (each.by, each.kind, each.party) == (by, kind, party) and each.at > since and not each.void",
        wrong="if each.at > since and not each.void",
        law=STEP,
    ),
    Bug(
        name="what_was_rejected_counts",
        file=LEDGER,
        right="and each.at > since and not each.void",
        wrong="and each.at > since",
        law="core/incident/test_strike_ledger.py::test_what_the_centre_rejects_is_no_strike",
    ),
    Bug(
        name="strikes_never_fade",
        file=LEDGER,
        right="and each.at > since and not each.void",
        wrong="and not each.void",
        law="core/incident/test_strike_ledger.py::test_strikes_fade_with_the_window",
    ),
    Bug(
        name="who_is_taught_is_ordered",
        file="core/incident/deadlines.py",
        right="return (order,) if rule.orders else ()",
        wrong="return (order,)",
        law=TAUGHT,
    ),
    Bug(
        name="who_cannot_be_taught_is_ordered",
        file="core/incident/deadlines.py",
        right="if rule.orders and rule.undelivered is Undelivered.ORDER",
        wrong="if rule.undelivered is Undelivered.ORDER",
        law=TAUGHT,
    ),
    Bug(
        name="red_is_asked_as_often_as_others",
        file="core/site/steps.py",
        right="warnings=rule.warnings if step.warnings is None else step.warnings,",
        wrong="warnings=rule.warnings,",
        law=TAUGHT,
    ),
    Bug(
        name="forgiving_one_forgives_all",
        file=LEDGER,
        right="others = tuple(each for each in world.strikes if each.incident != incident)",
        wrong="others = ()",
        law=FORGIVEN,
    ),
    Bug(
        name="what_is_counted_elsewhere_is_added_each_time",
        file=LEDGER,
        right="n = strike.n - strike.elsewhere + elsewhere",
        wrong="n = strike.n + elsewhere",
        law=ELSEWHERE,
    ),
    Bug(
        name="the_entry_is_not_counted_anew",
        file=LEDGER,
        right="entry = replace(entry, n=strike.n, step=strike.step, elsewhere=strike.elsewhere)",
        wrong="entry = replace(entry, elsewhere=strike.elsewhere)",
        law=ELSEWHERE,
    ),
    Bug(
        name="the_step_stays_whatever_was_counted_elsewhere",
        file=LEDGER,
        right="return replace(strike, n=n, step=step_at(steps, n).name, elsewhere=elsewhere)",
        wrong="return replace(strike, n=n, elsewhere=elsewhere)",
        law=ELSEWHERE,
    ),
    Bug(
        name="one_place_too_many",
        file="core/incident/permit_places.py",
        right="len(holders) >= permit.capacity",
        wrong="len(holders) > permit.capacity",
        law=PLACES,
    ),
    Bug(
        name="places_are_never_given_back",
        file="core/incident/permit_places.py",
        right="                self._holders.setdefault((case.zone, case.leave.permit), set()).add(case.id)",
        wrong="                self._holders.setdefault((case.zone, case.leave.permit), set()).add(case.id + '?')",
        law=PLACES,
    ),
    Bug(
        name="a_clock_that_is_set_changes_nothing",
        file="config/fields/wall_clock.py",
        right="        if runs(wall(at, zone)) is not before:\n            return at",
        wrong="        pass",
        law=f"{DAYS}::test_the_doubled_hour_counts_twice",
    ),
    Bug(
        name="a_year_too_many_is_known",
        file="config/fields/day_selectors.py",
        right='_listed(day for day in table.days() if table.is_workday(day)), *_unknown(table, "Mo-Fr")',
        wrong="_listed(day for day in table.days() if table.is_workday(day))",
        law=f"{DAYS}::test_years_that_nobody_knows_are_plain_weeks",
    ),
    Bug(
        name="a_worked_weekend_is_a_weekend",
        file="core/site/day_table.py",
        right="return day in self.work or (day.weekday() < SATURDAY and day not in self.off)",
        wrong="return day.weekday() < SATURDAY and day not in self.off",
        law=f"{DAYS}::test_the_holidays_and_swapped_days_of_2026_are_right",
    ),
)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_the_law_catches_its_bug(bug: Bug, tree: Path) -> None:
    """Once it is planted."""
    caught(tree, bug)
