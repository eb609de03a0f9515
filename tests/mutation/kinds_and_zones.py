"""Bugs of kinds, and of zones as people draw them."""

from __future__ import annotations

from typing import Final

from tests.mutation.planting import Bug

DRAWN: Final = "pains/test_zones_as_drawn.py"
OF_KINDS: Final = "pains/test_kinds.py"

OF_KINDS_AND_ZONES: Final = (
    Bug(
        name="19_the_street_is_where_most_of_the_zone_is",
        file="core/site/frontages.py",
        right="ONE_SIDED: Final = 0.95",
        wrong="ONE_SIDED: Final = 0.5",
        law=f"{DRAWN}::test_goods_outside_are_reported_and_goods_inside_are_not",
    ),
    Bug(
        name="19_a_gap_is_nobodys",
        file="core/site/frontages.py",
        right="near = near or list(_in_gaps(shops, foot))",
        wrong="near = near or []",
        law=f"{DRAWN}::test_a_gap_between_two_fronts_is_the_nearer_shops",
    ),
    Bug(
        name="19_another_line_calls_the_inside_outside",
        file="core/site/frontages.py",
        right="    index = min(near)[2]\n",
        wrong="    index = max(near)[2]\n",
        law=f"{DRAWN}::test_what_is_inside_one_shop_is_not_outside_another",
    ),
    Bug(
        name="19_each_zone_asks_for_half_of_a_thing",
        file="core/site/zones.py",
        right="return len(others) > 1 and self._has_the_most(",
        wrong="return len(others) > 99 and self._has_the_most(",
        law=f"{DRAWN}::test_a_bus_over_several_zones_belongs_to_the_one_that_has_most_of_it",
    ),
    Bug(
        name="19_every_zone_it_touches_has_it",
        file="core/site/zones.py",
        right="return together >= ENTERED and first is self",
        wrong="return together >= ENTERED",
        law="laws/test_taken_up.py::test_of_zones_that_tile_a_street_exactly_one_has_a_thing",
    ),
    Bug(
        name="19_a_zone_smaller_than_a_car_holds_none",
        file="core/site/zones.py",
        right="return max(share, share * foot / self._area)",
        wrong="return share",
        law=f"{DRAWN}::test_a_car_that_stands_on_a_zone_smaller_than_itself_is_in_it",
    ),
    Bug(
        name="19_each_rule_has_a_voice",
        file="core/incident/taken_up.py",
        right="return any(self._owners.get(spot, case.id) != case.id for spot in case.members)",
        wrong="return False",
        law="laws/test_taken_up.py::test_no_thing_is_the_matter_of_two_cases",
    ),
    Bug(
        name="19_what_only_records_takes_the_matter_up",
        file="core/incident/taken_up.py",
        right="if isinstance(case.state, TAKEN_UP) and not self._only_records(case):",
        wrong="if isinstance(case.state, TAKEN_UP):",
        law=f"{DRAWN}::test_what_only_records_is_no_second_voice",
    ),
    Bug(
        name="19_the_same_look_is_another_car_after_ten_minutes",
        file="core/site/policy.py",
        right="return max(self.return_window, self.resume_window) if self.return_window else self.return_window",
        wrong="return self.return_window",
        law=f"{DRAWN}::test_a_detector_blind_for_minutes_of_every_hour_gives_one_incident",
    ),
    Bug(
        name="19_whatever_comes_back_late_is_the_same",
        file="core/incident/membership.py",
        right="if away > rule.return_window:",
        wrong="if away > rule.remembered:",
        law=f"{DRAWN}::test_where_the_look_says_little_ten_minutes_hold",
    ),
    Bug(
        name="19_a_like_car_that_drives_up_is_the_one_that_drove_off",
        file="core/incident/membership.py",
        right="return alike and not arrived",
        wrong="return alike",
        law=f"{DRAWN}::test_a_like_car_that_is_seen_to_come_later_is_a_new_one",
    ),
    Bug(
        name="19_boxes_are_taken_as_they_are_guessed",
        file="config/wire/events.py",
        right="        box = clipped(box)\n",
        wrong="        pass\n",
        law=f"{DRAWN}::test_a_box_that_sticks_out_of_the_picture_is_clipped",
    ),
    Bug(
        name="19_a_silent_kind_speaks",
        file="core/incident/ladder.py",
        right="if rule.silent or rule.only_records:",
        wrong="if rule.only_records:",
        law=f"{OF_KINDS}::test_what_is_silent_is_ordered_without_a_word",
    ),
    Bug(
        name="19_what_is_only_recorded_is_ordered",
        file="core/incident/deadlines.py",
        right="if rule.orders and not rule.only_records else ()",
        wrong="if rule.orders else ()",
        law=f"{OF_KINDS}::test_what_is_only_recorded_is_neither_said_nor_ordered",
    ),
    Bug(
        name="19_an_outage_begins_a_long_dwell_anew",
        file="core/site/policy.py",
        right="return max(self.resume_window, self.dwell)",
        wrong="return self.resume_window",
        law=f"{OF_KINDS}::test_a_two_hour_outage_does_not_begin_a_long_dwell_anew",
    ),
    Bug(
        name="19_most_looks_are_enough",
        file="core/incident/grouping.py",
        right="return not kind.label_share or spot.called(kind.labels) >= kind.label_share",
        wrong="return True",
        law=f"{OF_KINDS}::test_a_muck_truck_is_no_van",
    ),
    Bug(
        name="19_a_small_thing_is_large_enough",
        file="core/incident/grouping.py",
        right="if max(spot.place.width, spot.place.height) < kind.min_size:",
        wrong="if kind.min_size < 0:",
        law=f"{OF_KINDS}::test_a_muck_truck_is_no_van",
    ),
)
